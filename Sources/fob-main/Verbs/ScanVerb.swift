import ArgumentParser
import Client
import Platform
import Wire

/// `fob scan`.
struct ScanVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: Help.scan, discussion: Help.scanDiscussion)

    @Argument(help: Help.pictures, completion: .file()) var files: [String] = []
    @Flag(name: .long, help: Help.screen) var screen = false
    @Flag(name: .long, help: Help.camera) var camera = false
    @Flag(name: .long, help: Help.clipboard) var clipboard = false
    @Flag(name: .customLong("dry-run"), help: Help.dryRun) var dryRun = false
    @Flag(name: .long, help: Help.importYes) var yes = false
    @Flag(name: .customLong("skip-bad"), help: Help.skipBad) var skipBad = false
    @Option(name: .long, help: Help.tag) var tag: [String] = []
    #if FOB_TESTING
    @Option(name: .customLong("test-patience"), help: .hidden) var testPatience: UInt64?
    #else
    private var testPatience: UInt64? { nil }
    #endif
    @OptionGroup var common: Common

    func run() throws {
        let scanner = try Scanner(patience: testPatience ?? Scanner.patience)
        var found = try FoundURIs()
        for file in files { try add(file, scanner, &found) }
        if screen { try add(look(scanner), Sentences.theScreen, &found) }
        if clipboard {
            try add(scanner.scan(try .clipboard(), called: Sentences.theClipboard), Sentences.theClipboard, &found)
        }
        if camera { try watch(scanner, &found) }
        let task = TextImport(tag: tag, dryRun: dryRun, isAgreed: yes, skipBad: skipBad, common: common)
        try task.run(text: found.text)
    }

    func validate() throws {
        guard !files.isEmpty || screen || camera || clipboard else {
            throw ValidationError(Sentences.nothingToScan)
        }
    }

    /// The codes on the screen: the desktop's portal first, which is the only way where there is GNOME or KDE.
    private func look(_ scanner: Scanner) throws(ClientError) -> Scanner.Findings {
        try PictureProgram.sessionNeeded()
        if let picture = try Portal.picture(patience: testPatience ?? Portal.patience) {
            return try scanner.scan(picture, called: Sentences.theScreen)
        }
        return try scanner.scan(try .screen(), called: Sentences.theScreen)
    }

    private func add(_ file: String, _ scanner: Scanner, _ found: inout FoundURIs) throws(ClientError) {
        let name = file == "-" ? Sentences.standardInput : file
        let opened = try open(file)
        let findings = try scanner.scan(opened, called: name)
        switch findings.verdict {
        case .pdf: try add(rasterized(file, scanner, .pages()), name, &found)
        case .svg: try add(rasterized(file, scanner, .drawing()), name, &found)
        default: try add(findings, name, &found)
        }
    }

    private func open(_ file: String) throws(ClientError) -> FileDescriptor {
        do throws(SystemError) {
            if file == "-" { return FileDescriptor(owning: 0) }
            let opened = try FileDescriptor.reading(file)
            guard try opened.status().kind != .directory else {
                throw SystemError("read", code: SystemError.isDirectory, on: file)
            }
            return opened
        } catch {
            let code: ErrorCode = error.isMissing ? .inputMissing : error.isPermission ? .permission : .system
            throw ClientError(code, "\(file): \(error.reason)", remedy: Sentences.checkPicturePath)
        }
    }

    /// Pages and drawings are rendered by a program that knows them, and then looked at as pictures.
    private func rasterized(
        _ file: String, _ scanner: Scanner, _ renderer: PictureProgram
    ) throws(ClientError) -> Scanner.Findings {
        guard file != "-" else {
            throw ClientError(.badInput, Sentences.cannotRender, remedy: Sentences.scanFileInstead)
        }
        let opened = try open(file)
        return try scanner.scan(renderer, of: opened, called: file)
    }

    /// Looks through the camera until it shows an account.
    private func watch(_ scanner: Scanner, _ found: inout FoundURIs) throws(ClientError) {
        let camera = try PictureProgram.camera()
        Output.note(Sentences.holdUp)
        let end = Clock.sinceBoot + 60_000
        while Clock.sinceBoot < end {
            let findings = try scanner.scan(camera, called: Sentences.theCamera)
            guard findings.verdict == .found else { continue }
            let tally = try found.add(findings.text.bytes)
            if tally.accounts > 0 { return tell(tally, Sentences.theCamera) }
        }
        throw ClientError(.noCode, Sentences.nothingHeldUp, remedy: Sentences.holdCloser)
    }

    private func add(
        _ findings: consuming Scanner.Findings, _ name: String, _ found: inout FoundURIs
    ) throws(ClientError) {
        switch findings.verdict {
        case .found: break
        case .noCode: throw ClientError(.noCode, Sentences.noCode(name), remedy: Sentences.otherPicture)
        case .tooLarge: throw ClientError(.badInput, Sentences.pictureTooLarge(name), remedy: Sentences.cutOut)
        case .damaged: throw ClientError(.badInput, Sentences.pictureDamaged(name), remedy: Sentences.otherPicture)
        case .unknownKind, .pdf, .svg:
            throw ClientError(.badInput, Sentences.notAPicture(name), remedy: Sentences.kindsOfPictures)
        }
        let tally = try found.add(findings.text.bytes)
        guard tally.accounts > 0 else {
            if tally.kitCodes > 0 {
                throw ClientError(
                    .noCode, Sentences.kitCodesFound(name, tally.kitCodes), remedy: Sentences.useKitCode)
            }
            throw ClientError(.noCode, Sentences.noAccountCode(name), remedy: Sentences.otherPicture)
        }
        if tally.kitCodes > 0, !common.json { Output.note(Sentences.kitCodesFound(name, tally.kitCodes)) }
        tell(tally, name)
    }

    private func tell(_ tally: FoundURIs.Tally, _ name: String) {
        if !common.json { Output.note(Sentences.codesFound(name, tally.accounts, others: tally.others)) }
    }
}

/// The URIs of accounts from all pictures, one on a line, in locked memory: the parts of a Google Authenticator export
/// only make sense together.
struct FoundURIs: ~Copyable {
    private(set) var text: LockedBuffer

    init() throws(ClientError) { text = try ClientError.locked(0) }

    /// Codes of a picture.
    struct Tally {
        /// Those that are of accounts.
        var accounts = 0
        /// Those that are not, or whose text is not one line.
        var others = 0
        /// Those of the others that are codes of an emergency kit.
        var kitCodes = 0
    }

    /// Takes the lines that are URIs of accounts.
    mutating func add(_ lines: Span<UInt8>) throws(ClientError) -> Tally {
        var larger = try ClientError.locked(text.count + lines.count)
        larger.append(copying: text.bytes)
        var tally = Tally()
        var start = 0
        for index in lines.indices where lines[index] == UInt8(ascii: "\n") {
            let line = lines.extracting(start..<index + 1)
            if Self.isAccount(line) {
                larger.append(copying: line)
                tally.accounts += 1
            } else {
                tally.others += 1
                if Arguments.isKitCode(line) { tally.kitCodes += 1 }
            }
            start = index + 1
        }
        text = larger
        return tally
    }

    private static func isAccount(_ line: Span<UInt8>) -> Bool {
        ["otpauth://", "otpauth-migration://", "motp://", "steam://"].contains { scheme in
            let scheme = scheme.utf8
            guard line.count > scheme.count else { return false }
            // Schemes are of ASCII letters, which differ in one bit between cases (RFC 3986, 3.1).
            return zip(scheme, line.indices).allSatisfy { line[$1] | 0x20 == $0 | 0x20 }
        }
    }
}
