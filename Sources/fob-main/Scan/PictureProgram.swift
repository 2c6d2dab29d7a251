import Client
import Platform
import Wire

/// A program of the system that writes a picture to its standard output.
struct PictureProgram {
    let path: String
    let arguments: [String]
    var environment = Self.ofScreen

    /// What programs need to find the screen; never a secret.
    private static let ofScreen =
        Child.environment(keeping: ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "HOME", "LANG"])
        + [Programs.searchPath]

    /// The first of these that is installed.
    private static func first(_ candidates: [(name: String, arguments: [String])]) -> PictureProgram? {
        for (name, arguments) in candidates {
            if let path = Programs.path(of: name) { return PictureProgram(path: path, arguments: arguments) }
        }
        return nil
    }

    private static var isWayland: Bool { Environment.value(of: "WAYLAND_DISPLAY") ?? "" != "" }
    private static var isX: Bool { Environment.value(of: "DISPLAY") ?? "" != "" }

    /// Whoever has no display set would wait for a desktop that is not there.
    static func sessionNeeded() throws(ClientError) {
        guard isWayland || isX else {
            throw ClientError(.configuration, Sentences.noDisplay, remedy: Sentences.scanFileInstead)
        }
    }

    /// Takes a picture of the whole screen. A program for X would see nothing of a Wayland session.
    static func screen() throws(ClientError) -> PictureProgram {
        try sessionNeeded()
        if isWayland {
            if let grim = first([("grim", ["-"])]) { return grim }
            throw ClientError(.configuration, Sentences.noScreenshotProgram, remedy: Sentences.installGrim)
        }
        if let program = first([("maim", []), ("import", ["-silent", "-window", "root", "png:-"])]) { return program }
        throw ClientError(.configuration, Sentences.noScreenshotProgram, remedy: Sentences.installMaim)
    }

    /// Writes the text that is on the clipboard; nil where no program does.
    static func clipboardText() -> PictureProgram? {
        if isWayland, let paste = first([("wl-paste", ["--no-newline", "--type", "text"])]) { return paste }
        return isX ? first([("xclip", ["-selection", "clipboard", "-out"])]) : nil
    }

    /// Writes the picture that is on the clipboard.
    static func clipboard() throws(ClientError) -> PictureProgram {
        try sessionNeeded()
        if isWayland, let paste = first([("wl-paste", ["--type", "image/png"])]) { return paste }
        if isX, let xclip = first([("xclip", ["-selection", "clipboard", "-target", "image/png", "-out"])]) {
            return xclip
        }
        throw ClientError(.configuration, Sentences.noClipboard, remedy: Sentences.installClipboard)
    }

    /// Takes a picture with the first camera. What it sees in its first second is too dark.
    static func camera() throws(ClientError) -> PictureProgram {
        guard let device = (0..<64).lazy.map({ "/dev/video\($0)" }).first(where: Child.isReadable) else {
            throw ClientError(.inputMissing, Sentences.noCamera, remedy: Sentences.scanFileInstead)
        }
        let ffmpeg = [
            "-loglevel", "error", "-nostdin", "-f", "v4l2", "-i", device, "-ss", "1", "-frames:v", "1", "-f",
            "image2pipe", "-c:v", "png", "-",
        ]
        let fswebcam = ["--quiet", "--device", device, "--skip", "20", "--no-banner", "--png", "1", "-"]
        if let program = first([("ffmpeg", ffmpeg), ("fswebcam", fswebcam)]) { return program }
        throw ClientError(.configuration, Sentences.noCameraProgram, remedy: tr("install ffmpeg or fswebcam"))
    }

    /// A program that renders what a stranger has made: fob-scan runs it without the owner's files and without sockets.
    private static func confined(_ program: PictureProgram) throws(ClientError) -> PictureProgram {
        guard let scanner = Child.companion("fob-scan") else {
            throw ClientError(.configuration, Sentences.noScanner, remedy: Sentences.installScanner)
        }
        return PictureProgram(
            path: scanner, arguments: ["--paint", program.path] + program.arguments, environment: [Programs.searchPath])
    }

    /// Renders one page of a PDF, which it reads from standard input. Each page is a run of its own: one that cannot be
    /// rendered, or takes too long, costs no other.
    static func page(_ number: Int) throws(ClientError) -> PictureProgram {
        // 200 points to an inch: four to a square of a long URI's code that is printed 30 mm wide.
        let arguments = ["-png", "-gray", "-r", "200", "-f", "\(number)", "-l", "\(number)", "-"]
        if let program = first([("pdftoppm", arguments)]) { return try confined(program) }
        throw ClientError(
            .configuration, Sentences.needsRenderer("a PDF", "pdftoppm"), remedy: Sentences.installPoppler)
    }

    /// Says how many pages a PDF has, which it reads from standard input.
    static func pageCount() throws(ClientError) -> PictureProgram {
        if let program = first([("pdfinfo", ["-"])]) { return try confined(program) }
        throw ClientError(
            .configuration, Sentences.needsRenderer("a PDF", "pdftoppm"), remedy: Sentences.installPoppler)
    }

    /// Renders an SVG, which it reads from standard input.
    static func drawing() throws(ClientError) -> PictureProgram {
        let size = ["--width", "1200", "--height", "1200", "--keep-aspect-ratio", "--background-color", "white"]
        if let program = first([("rsvg-convert", size)]) { return try confined(program) }
        throw ClientError(
            .configuration, Sentences.needsRenderer("an SVG", "rsvg-convert"), remedy: Sentences.installRSVG)
    }
}
