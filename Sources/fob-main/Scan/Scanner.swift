import Client
import Platform
import Wire

/// Runs of `fob-scan`, the sandboxed program that finds the codes in a picture. The picture goes from where it lies, or
/// from the program that makes it, straight into `fob-scan`: this process never has it.
struct Scanner {
    /// How long a picture may take, from its making to its codes, in milliseconds.
    static let patience: UInt64 = 20_000
    /// Bytes of text that are taken from fob-scan: some thousand of the largest codes, or a hundred thousand usual ones.
    private static let mostText = 16 << 20
    /// Bytes that are locked for it to begin with.
    private static let firstText = 64 << 10
    /// Bytes that a program says of a document.
    private static let mostWords = 64 << 10

    private let program: String
    private let patience: UInt64

    init(patience: UInt64 = Self.patience) throws(ClientError) {
        guard let program = Child.companion("fob-scan") else {
            throw ClientError(.configuration, Sentences.noScanner, remedy: Sentences.installScanner)
        }
        (self.program, self.patience) = (program, patience)
    }

    /// What fob-scan says of a picture by its exit status.
    enum Verdict: Int32 {
        case found = 0
        case noCode = 1
        case unknownKind = 2
        case tooLarge = 3
        case damaged = 4
        case pdf = 5
        case svg = 6
        /// There may be codes, and there are pictures in the file that were not looked at.
        case more = 7
        /// HEIC or AVIF, for which the library was not loaded.
        case heif = 8
    }

    /// A verdict, and the texts of the codes, one on a line.
    struct Findings: ~Copyable {
        let verdict: Verdict
        var text: LockedBuffer
    }

    /// The codes in a file; `isHEIF` loads the library for what telephones make.
    func scan(
        _ picture: borrowing FileDescriptor, isHEIF: Bool = false, called name: String
    ) throws(ClientError) -> Findings {
        try scan(.number(picture.number), isHEIF ? ["--heif"] : [], name, until: Clock.sinceBoot + patience)
    }

    /// The texts of the codes in a file that the user named, one on a line.
    func text(of path: String, remedy: String) throws(ClientError) -> LockedBuffer {
        let findings = try scan(FileDescriptor.named(path), called: path)
        guard findings.verdict == .found || findings.verdict == .more else {
            throw ClientError(.noCode, Sentences.noCode(path), remedy: remedy)
        }
        return findings.text
    }

    /// The codes in the picture that a program makes of a file.
    func scan(
        _ maker: PictureProgram, of file: borrowing FileDescriptor, called name: String
    ) throws(ClientError) -> Findings {
        try scan(maker, .number(file.number), name)
    }

    /// The codes in the picture that a program makes.
    func scan(_ maker: PictureProgram, called name: String) throws(ClientError) -> Findings {
        try scan(maker, .null, name)
    }

    /// What a program writes, as lines; nothing when it fails, or is slow.
    func text(_ program: PictureProgram) throws(ClientError) -> LockedBuffer {
        var text = try ClientError.locked(Self.firstText)
        let child = try Self.start(program.path, program.arguments, program.environment, .null)
        let isWhole = try Self.read(child, into: &text, most: Self.mostText, until: Clock.sinceBoot + patience)
        if !isWhole { child.kill() }
        guard child.wait() == 0, isWhole else { return try ClientError.locked(0) }
        var lines = try ClientError.locked(text.count + 1)
        lines.append(copying: text.bytes)
        lines.append(copying: "\n".utf8.span)
        return lines
    }

    private func scan(
        _ maker: PictureProgram, _ input: Child.Stream, _ name: String
    ) throws(ClientError) -> Findings {
        let deadline = Clock.sinceBoot + patience
        let making = try Self.start(maker.path, maker.arguments, maker.environment, input)
        let scanned = Result { () throws(ClientError) in try scan(making.outputStream, [], name, until: deadline) }
        switch consume scanned {
        case .failure(let error):
            making.kill()
            _ = making.wait()
            throw error
        case .success(let findings):
            // The rest of a picture that is too large is for nobody.
            if findings.verdict == .tooLarge { making.kill() }
            let status = Self.end(of: making, until: deadline)
            guard status == 0 || findings.verdict == .tooLarge else {
                throw failure(of: maker, status, name)
            }
            return findings
        }
    }

    /// Why a program made nothing: one that fob-scan runs was given a file.
    private func failure(of maker: PictureProgram, _ status: Int32, _ name: String) -> ClientError {
        maker.path == program
            ? ClientError(.badInput, Sentences.cannotOpen(name), remedy: Sentences.openElsewhere)
            : ClientError(.inputMissing, Sentences.makerFailed(maker.path, status), remedy: Sentences.scanFileInstead)
    }

    /// The exit status of a program that has nothing more to write.
    private static func end(of child: consuming Child, until deadline: UInt64) -> Int32 {
        while Clock.sinceBoot < deadline {
            if let status = child.poll() { return status }
            Environment.sleep(milliseconds: 2)
        }
        child.kill()
        return child.wait()
    }

    private func scan(
        _ picture: Child.Stream, _ arguments: [String], _ name: String, until deadline: UInt64
    ) throws(ClientError) -> Findings {
        var text = try ClientError.locked(Self.firstText)
        let child = try Self.start(program, arguments, [], picture)
        let isWhole = try ProgressLine.during(Sentences.lookingForCodes(Label.shown(name))) { () throws(ClientError) in
            try Self.read(child, into: &text, most: Self.mostText, until: deadline)
        }
        guard isWhole else {
            child.kill()
            _ = child.wait()
            throw ClientError(
                .companionFailed, Sentences.scannerHangs(name, patience / 1000), remedy: Sentences.otherPicture)
        }
        let status = child.wait()
        guard let verdict = Verdict(rawValue: status) else {
            throw ClientError(
                .companionFailed, Sentences.scannerFailed(name, status), remedy: Sentences.scannerRemedy(status))
        }
        return Findings(verdict: verdict, text: text)
    }

    /// Reads what a child writes to its end; false when that did not come until the deadline, or was too much.
    private static func read(
        _ child: borrowing Child, into text: inout LockedBuffer, most: Int, until deadline: UInt64
    ) throws(ClientError) -> Bool {
        while true {
            if text.free == 0 {
                guard text.count < most else { return false }
                var larger = try ClientError.locked(min(most, 2 * text.count))
                larger.append(copying: text.bytes)
                text = larger
            }
            do throws(SystemError) {
                guard let taken = try child.read(into: &text, until: deadline) else { return false }
                if taken == 0 { return true }
            } catch { throw ClientError(error) }
        }
    }

    /// What a program says of a file: its standard output.
    func words(
        _ program: PictureProgram, of file: borrowing FileDescriptor, called name: String
    ) throws(ClientError) -> LockedBuffer {
        var text = try ClientError.locked(Self.firstText)
        let deadline = Clock.sinceBoot + patience
        let child = try Self.start(program.path, program.arguments, program.environment, .number(file.number))
        let isWhole = try Self.read(child, into: &text, most: Self.mostWords, until: deadline)
        if !isWhole { child.kill() }
        let status = child.wait()
        guard isWhole, status == 0 else { throw failure(of: program, status, name) }
        return text
    }

    private static func start(
        _ program: String, _ arguments: [String], _ environment: [String], _ input: Child.Stream
    ) throws(ClientError) -> Child {
        do throws(SystemError) {
            return try Child.start(program, arguments, environment: environment, input: input, output: .connected)
        } catch { throw ClientError(error) }
    }
}
