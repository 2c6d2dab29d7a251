import Client
import Platform

// Pictures with codes.
extension Sentences {
    static func lookingForCodes(_ name: String) -> String { tr("looking for codes in \(name)") }
    static let theScreen = tr("the screen")
    static let theClipboard = tr("the clipboard")
    static let theCamera = tr("the camera")
    static let signedInput = noted("standard input")

    static func codesFound(_ name: String, _ accounts: Int, others: Int) -> String {
        let found = tr("\(Label.shown(name)): \(Count.text(accounts, "QR code"))")
        guard others > 0 else { return found }
        return trn(
            others, "\(found), and \(others) that is not of an account",
            "\(found), and \(others) that are not of an account")
    }

    static func noCode(_ name: String) -> String { tr("\(name): no readable QR code") }
    /// What the codes are of a picture without an account.
    static func noAccount(_ name: String, _ kind: FoundCodes.Other, _ count: Int) -> String {
        switch kind {
        case .kitCode: kitCodesFound(name, count)
        case .microsoftPush: tapOnly(name, "Microsoft")
        case .oktaPush: tapOnly(name, "Okta")
        case .duoPush: tapOnly(name, "Duo")
        case .rsaToken: tr("\(name): this is a code for a token of RSA SecurID, which only its own app can fetch")
        case .webAddress: tr("\(name): there is a QR code, but it is a web address and not of an account")
        case .unprintable: tr("\(name): there is a QR code, but its text is not printable")
        case .text: tr("\(name): there is a QR code, but it is not of an account")
        }
    }
    private static func tapOnly(_ name: String, _ service: String) -> String {
        tr("\(name): this is a code of \(service)'s sign-in by a tap, which only its own app supports")
    }
    static func remedy(for kind: FoundCodes.Other) -> String {
        switch kind {
        case .kitCode: useKitCode
        case .microsoftPush:
            tr("at Microsoft choose to set up a different authenticator app, and scan the code that it shows then")
        case .oktaPush:
            tr("choose Google Authenticator at Okta, where it is offered, and scan the code that it shows then")
        case .duoPush, .rsaToken:
            tr("ask there for another way to sign in, with codes of an authenticator app, and scan the code for that")
        case .webAddress:
            tr("it opens a page; the code for an authenticator app is another one, which the service shows")
        case .unprintable, .text: tr("scan the code that the service shows for an authenticator app")
        }
    }
    static func page(_ number: Int, of name: String) -> String { tr("\(name), page \(number)") }
    static func pagesUnread(_ name: String, _ pages: [Int]) -> String {
        let shown = pages.prefix(20).map { "\($0)" }.joined(separator: ", ")
        let rest = pages.count > 20 ? tr(" and \(pages.count - 20) more") : ""
        return trn(
            pages.count, "\(Label.shown(name)): could not be looked at: page \(shown)\(rest)",
            "\(Label.shown(name)): could not be looked at: pages \(shown)\(rest)")
    }
    static func pagesBehind(_ name: String, _ most: Int, of count: Int) -> String {
        tr("\(Label.shown(name)): pages \(most + 1) to \(count) were not looked at")
    }
    static func morePictures(_ name: String) -> String {
        tr("\(Label.shown(name)): some of its pictures, or what is behind a damaged place, were not looked at")
    }
    static func notAllLookedAt(_ left: [String]) -> String {
        let shown = left.prefix(20).joined(separator: "; ")
        let rest = left.count > 20 ? tr(" and \(left.count - 20) more") : ""
        return tr("\(shown)\(rest); all else was read")
    }
    static let savePages = tr("save what is named as pictures of their own (PNG, JPEG) and scan those")
    static func kitCodesFound(_ name: String, _ count: Int) -> String {
        count == 1
            ? tr("\(Label.shown(name)): this is a kit code of a fob vault, and no account")
            : tr("\(Label.shown(name)): these are \(count) kit codes of a fob vault, and no accounts")
    }
    static func noKitCode(_ name: String) -> String {
        tr("\(Label.shown(name)): the QR code is not a kit code")
    }
    static let pictureOfKit = tr("give a sharp picture that shows one code of the kit and no other")
    static let useKitCode =
        tr("a kit code opens a vault or a backup: fob unlock or fob restore, with --recovery-code --scan PICTURE")
    static let otherPicture = tr("show the code larger or sharper and take another picture")
    static func pictureTooLarge(_ name: String) -> String {
        tr("\(name): the picture is too large: at most 32 MiB and 64 million points (GIF, WebP, TIFF: 16 million)")
    }
    static let cutOut = tr("cut the code out and scan that")
    static func pictureDamaged(_ name: String) -> String { tr("\(name): the picture is damaged or cut off") }
    static func notAPicture(_ name: String) -> String { tr("\(name): this is not a picture that can be read") }
    static let nothingCopied = tr("there is neither a picture nor a link of an account on the clipboard")
    static let copyPicture = tr("copy a picture of the QR code, or the otpauth: link; a file is scanned by its name")
    static let kindsOfPictures =
        tr("PNG, JPEG, GIF, WebP, TIFF and BMP are read, PDF and SVG with programs that render them; see fob-import(1)")
    static func pictureOfTelephone(_ name: String) -> String {
        tr("\(name): this is a HEIC or AVIF picture, which is read by libheif, which is not installed")
    }
    static func convertHEIF(_ name: String) -> String {
        tr("install libheif1, or convert it to PNG elsewhere with: heif-convert \(Shell.quoted(name)) picture.png")
    }
    static func needsRenderer(_ kind: String, _ program: String) -> String {
        tr("\(kind) is rendered by \(program), which is not installed")
    }
    static let installPoppler = tr("install poppler-utils, or save the page as a PNG picture")
    static let installRSVG = tr("install librsvg2-bin, or save the drawing as a PNG picture")
    static let cannotRender = tr("a PDF, SVG, HEIC or AVIF picture is scanned from a file, and not from a pipe")
    static let scanFileInstead = tr("save a picture of the code and run: fob scan FILE")

    static let noScanner = tr("fob-scan is not installed, which finds the codes in a picture")
    static let installScanner = tr("install fob as a whole; fob-scan belongs beside fob or into ../libexec/fob")
    static func scannerHangs(_ name: String, _ seconds: UInt64) -> String {
        tr("\(name): no end after \(seconds) seconds, so fob-scan was ended")
    }
    static func scannerFailed(_ name: String, _ status: Int32) -> String {
        let how = status > 128 ? tr("was ended by signal \(status - 128)") : tr("ended with status \(status)")
        return tr("\(name): fob-scan \(how)")
    }
    static func scannerRemedy(_ status: Int32) -> String {
        status == 71 ? tr("run fob-scan by itself to see why") : otherPicture
    }
    static func cannotOpen(_ name: String) -> String {
        tr("\(name): the document cannot be opened: it is damaged, or opens with a password only")
    }
    static let openElsewhere = tr("open it in its own program, and print it to a new PDF or save pictures of its pages")
    static func makerFailed(_ program: String, _ status: Int32) -> String {
        tr("\(program) gave no picture: it ended with status \(status)")
    }

    static let noDisplay = tr("there is no session with a screen: neither WAYLAND_DISPLAY nor DISPLAY is set")
    static let portalRefused = tr("the desktop was told not to give a picture of the screen")
    static let portalSilent = tr("nobody answered the desktop's question for a picture of the screen in time")
    static let portalAnswer = tr("the desktop's portal returned no picture")
    static func portalPicture(_ path: String, _ reason: String) -> String {
        tr("\(path), the desktop's picture of the screen: \(reason)")
    }
    static let noScreenshotProgram = tr("no program that takes a picture of this screen is installed")
    static let installGrim = tr(
        "install grim (where the desktop allows it), or save a screenshot and run: fob scan FILE")
    static let installMaim = tr("install maim or imagemagick, or save a screenshot and run: fob scan FILE")
    static let noCamera = tr("there is no camera: no /dev/video* that you may read")
    static let noCameraProgram = tr("no program that takes pictures with a camera is installed")
    static let nothingHeldUp = tr("the camera saw no code of an account within a minute")
    static let holdCloser = tr("hold the code closer, still, and without reflections")

    // Codes to be shown.
    static let qrElsewhere = tr("the code is a secret, and standard output is not a terminal")
    static let qrForce = tr("give --output FILE, or --force if that is meant")
    static func qrOtherPicture(_ path: String) -> String {
        tr("\(Label.shown(path)): QR codes are not written in this format")
    }
    static let qrPictures = tr("end its name in .png or .svg; any other is a file of text")
    static let qrUnexpected = tr("fob-convert sent something unexpected")
    static func terminalTooNarrow(_ columns: Int, _ needed: Int) -> String {
        tr("the code takes \(needed) columns, and the terminal has \(columns)")
    }
    static let enlargeTerminal = tr("make the window larger or its letters smaller, or give --output FILE")
    static func terminalTooLow(_ lines: Int) -> String {
        tr("the code takes \(lines) lines: make the window larger or its letters smaller to see it whole")
    }
}
