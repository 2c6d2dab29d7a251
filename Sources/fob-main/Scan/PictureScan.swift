import Client
import Platform
import Wire

/// The pictures of one command, each looked at, and what was found in all of them.
struct PictureScan: ~Copyable {
    /// The accounts.
    private(set) var found: FoundCodes
    /// What of the pictures was not looked at, or could not be, and what to do: said at once, and again at the end.
    private var left: [(what: String, remedy: String)] = []

    private let scanner: Scanner
    private let portalPatience: UInt64
    /// Says nothing but what went wrong.
    private let isQuiet: Bool

    /// - Parameter patience: how long a picture may take, in milliseconds; nil is what it may take outside tests.
    init(patience: UInt64?, isQuiet: Bool) throws(ClientError) {
        let scanner = try Scanner(patience: patience ?? Scanner.patience)
        found = try FoundCodes()
        self.scanner = scanner
        portalPatience = patience ?? Portal.patience
        self.isQuiet = isQuiet
    }

    // MARK: - Files

    /// Looks at files; `-` is standard input. One that has no account, or cannot be looked at, is told and costs no other;
    /// where that is all of them, the first says why.
    mutating func add(_ files: [String]) throws(ClientError) {
        var failures: [ClientError] = []
        for file in files {
            do throws(ClientError) { try add(file) } catch {
                failures.append(error)
                if files.count > 1 { leave(Label.shown(error.message), remedy: error.remedy) }
            }
        }
        if failures.count == files.count, let failure = failures.first { throw failure }
    }

    private mutating func add(_ file: String) throws(ClientError) {
        let name = file == "-" ? tr("standard input") : file
        let opened = try Self.open(file)
        let findings = try scanner.scan(opened, called: name)
        switch findings.verdict {
        case .pdf: try addPages(of: file)
        case .svg:
            let drawing = try Self.rendered(file)
            try add(scanner.scan(.drawing(), of: drawing, called: file), name)
        case .heif:
            let picture = try Self.rendered(file)
            try add(scanner.scan(picture, isHEIF: true, called: name), name)
        default: try add(findings, name)
        }
    }

    private static func open(_ file: String) throws(ClientError) -> FileDescriptor {
        guard file != "-" else {
            do throws(SystemError) { return try FileDescriptor.standardInput() } catch {
                throw ClientError(reading: file, error)
            }
        }
        let opened = try FileDescriptor.named(file)
        guard (try? opened.status())?.kind != .directory else {
            throw ClientError(reading: file, SystemError("read", code: SystemError.isDirectory, on: file))
        }
        return opened
    }

    /// A file again, from its beginning, for a program that knows it. What a pipe had has been read.
    private static func rendered(_ file: String) throws(ClientError) -> FileDescriptor {
        let opened = try open(file)
        guard file == "-" else { return opened }
        do throws(SystemError) { try opened.seekToStart() } catch {
            throw ClientError(.badInput, Sentences.cannotRender, remedy: Sentences.scanFileInstead)
        }
        return opened
    }

    // MARK: - Pages

    /// Pages of a PDF that are looked at.
    private static let mostPages = 2000

    /// Looks at each page of a PDF. One that cannot be looked at is told and costs no other.
    private mutating func addPages(of file: String) throws(ClientError) {
        let count = try pageCount(of: file)
        var tally = FoundCodes.Tally()
        var unread: [Int] = []
        var firstError: ClientError?
        for page in 1...min(count, Self.mostPages) {
            do throws(ClientError) {
                let opened = try Self.rendered(file)
                let findings = try scanner.scan(.page(page), of: opened, called: Sentences.page(page, of: file))
                switch findings.verdict {
                case .found, .more: tally.add(try found.add(findings.text.bytes))
                case .noCode: break
                default: throw Self.unlooked(findings.verdict, Sentences.page(page, of: file))
                }
            } catch {
                guard error.code != .configuration else { throw error }
                unread.append(page)
                firstError = firstError ?? error
            }
        }
        if let firstError, unread.count == count { throw firstError }
        if !unread.isEmpty { leave(Sentences.pagesUnread(file, unread)) }
        if count > Self.mostPages { leave(Sentences.pagesBehind(file, Self.mostPages, of: count)) }
        try judge(tally, file, hasAny: tally.accounts + tally.others.count > 0)
    }

    /// What pdfinfo(1) says: its last line "Pages:" is its own, whatever the document's title is.
    private func pageCount(of file: String) throws(ClientError) -> Int {
        let opened = try Self.rendered(file)
        let words = try scanner.words(.pageCount(), of: opened, called: file)
        var count = 0
        for line in words.bytes.indices.split(whereSeparator: { words.bytes[$0] == UInt8(ascii: "\n") }) {
            let word = Array("Pages:".utf8)
            guard line.count > word.count, zip(line, word).allSatisfy({ words.bytes[$0] == $1 }) else { continue }
            let digits = line.dropFirst(word.count).map { words.bytes[$0] }.filter { $0 != UInt8(ascii: " ") }
            count = Int(String(decoding: digits, as: UTF8.self)) ?? 0
        }
        guard count > 0 else {
            throw ClientError(.badInput, Sentences.pictureDamaged(file), remedy: Sentences.otherPicture)
        }
        return count
    }

    // MARK: - The desktop

    /// Looks at the screen: with the desktop's portal first, which is the only way where there is GNOME or KDE.
    mutating func addScreen() throws(ClientError) {
        try PictureProgram.sessionNeeded()
        if let picture = try Portal.picture(patience: portalPatience) {
            return try add(scanner.scan(picture, called: Sentences.theScreen), Sentences.theScreen)
        }
        try add(scanner.scan(try .screen(), called: Sentences.theScreen), Sentences.theScreen)
    }

    /// Whether there are links of accounts on the clipboard.
    private mutating func addLinks() throws(ClientError) -> Bool {
        guard let program = PictureProgram.clipboardText() else { return false }
        let text = try scanner.text(program)
        let tally = try found.add(text.bytes)
        guard tally.accounts > 0 else { return false }
        tell(tally, Sentences.theClipboard)
        return true
    }

    /// Looks at what is on the clipboard: a text with links of accounts, else a picture.
    mutating func addClipboard() throws(ClientError) {
        if try addLinks() { return }
        let findings = try scanner.scan(try .clipboard(), called: Sentences.theClipboard)
        guard findings.verdict != .unknownKind else {
            throw ClientError(.badInput, Sentences.nothingCopied, remedy: Sentences.copyPicture)
        }
        try add(findings, Sentences.theClipboard)
    }

    /// Looks through the camera until it shows an account.
    mutating func addCamera() throws(ClientError) {
        let camera = try PictureProgram.camera()
        Output.note(tr("hold the code up to the camera; ^C ends"))
        let end = Clock.sinceBoot + 60_000
        while Clock.sinceBoot < end {
            let findings = try scanner.scan(camera, called: Sentences.theCamera)
            guard findings.verdict == .found else { continue }
            let tally = try found.add(findings.text.bytes)
            if tally.accounts > 0 { return tell(tally, Sentences.theCamera) }
        }
        throw ClientError(.noCode, Sentences.nothingHeldUp, remedy: Sentences.holdCloser)
    }

    // MARK: - What came of it

    private mutating func add(_ findings: consuming Scanner.Findings, _ name: String) throws(ClientError) {
        let verdict = findings.verdict
        guard verdict == .found || verdict == .more else { throw Self.unlooked(verdict, name) }
        let tally = try found.add(findings.text.bytes)
        if verdict == .more { leave(Sentences.morePictures(name)) }
        try judge(tally, name, hasAny: findings.text.count > 0)
    }

    /// Why there is nothing from a picture.
    private static func unlooked(_ verdict: Scanner.Verdict, _ name: String) -> ClientError {
        switch verdict {
        case .tooLarge: ClientError(.badInput, Sentences.pictureTooLarge(name), remedy: Sentences.cutOut)
        case .damaged: ClientError(.badInput, Sentences.pictureDamaged(name), remedy: Sentences.otherPicture)
        case .heif: ClientError(.badInput, Sentences.pictureOfTelephone(name), remedy: Sentences.convertHEIF(name))
        case .unknownKind, .pdf, .svg:
            ClientError(.badInput, Sentences.notAPicture(name), remedy: Sentences.kindsOfPictures)
        case .found, .more, .noCode: ClientError(.noCode, Sentences.noCode(name), remedy: Sentences.otherPicture)
        }
    }

    /// An account is what was looked for: without one, what the codes are is the reason.
    private func judge(_ tally: FoundCodes.Tally, _ name: String, hasAny: Bool) throws(ClientError) {
        guard hasAny else { throw Self.unlooked(.noCode, name) }
        guard tally.accounts > 0 else {
            let kind = tally.others.min { $0.rawValue < $1.rawValue } ?? .text
            throw ClientError(
                .noCode, Sentences.noAccount(name, kind, tally.others.count { $0 == kind }),
                remedy: Sentences.remedy(for: kind))
        }
        let kitCodes = tally.others.count { $0 == .kitCode }
        if kitCodes > 0, !isQuiet { Output.note(Sentences.kitCodesFound(name, kitCodes)) }
        tell(tally, name)
    }

    private mutating func leave(_ what: String, remedy: String = Sentences.savePages) {
        left.append((what, remedy))
        if !isQuiet { Output.note(Sentences.warning(what)) }
    }

    /// With what a command ends when all else came in; nil for nothing left.
    var notLookedAt: ClientError? {
        guard let first = left.first else { return nil }
        return ClientError(.incomplete, Sentences.notAllLookedAt(left.map(\.what)), remedy: first.remedy)
    }

    private func tell(_ tally: FoundCodes.Tally, _ name: String) {
        if !isQuiet { Output.note(Sentences.codesFound(name, tally.accounts, others: tally.others.count)) }
    }
}
