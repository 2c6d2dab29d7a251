package import Platform
package import Wire

/// The program `fob-convert`, which knows the files of other authenticators: one run, from START to END.
///
/// It is a process of its own because those files come from anywhere. What it is sent may be secret and what it
/// answers is: both pass through locked memory only. A converter that dies, hangs or does not keep to the frames is
/// ended, and nothing of what it said counts.
package struct Converter: ~Copyable {
    /// What the converter says of the input or the output, besides its last word.
    package enum Event {
        /// An account; its secrets are in the bytes that come along.
        case entry(ConversionEntry)
        /// A passkey; its secrets are in the bytes that come along.
        case passkey(ConversionPasskey)
        /// An item that cannot be converted.
        case problem(ConversionProblem)
        /// A sentence about the whole.
        case warning(String)
        /// The bytes that follow belong to the file of this name.
        case file(String)
        /// The next bytes of a file, which come along.
        case data
        /// Recovery codes, in the bytes that come along.
        case codes
        /// What became of a file that was sent, or of several that belong together.
        case outcome(ConversionOutcome)
    }

    /// Bytes of the buffer that is sent from: room for any ENTRY, or 64 KiB of a file.
    package static let room = 128 << 10
    /// Milliseconds for which a converter may be silent: more than the slowest derivation that it allows.
    static let patience: UInt64 = 120_000

    private let child: Child
    private var frames: ConverterFrames
    private let patience: UInt64

    /// Starts the installed converter.
    package static func start() throws(ClientError) -> Converter {
        guard let program = Child.companion("fob-convert") else {
            throw ClientError(.system, Sentences.converterNotFound, remedy: Sentences.installConverter)
        }
        return try Converter(program)
    }

    /// Starts the program at a path.
    init(_ program: String, _ arguments: [String] = [], patience: UInt64 = Self.patience) throws(ClientError) {
        let frames = try ConverterFrames()
        let child: Child
        do throws(SystemError) {
            // Away from the terminal: nothing in a file may reach it, and a key typed there does not stop the child.
            child = try Child.start(
                program, arguments, environment: [], input: .connected, output: .connected, newSession: true)
        } catch {
            throw ClientError(.system, tr(Sentences.failed(error)), remedy: Sentences.installConverter)
        }
        self.child = child
        self.frames = frames
        self.patience = patience
    }

    /// Has `start` done, and gives what the converter says at its end.
    ///
    /// - Parameters:
    ///   - send: appends the next whole frames to an empty buffer of `room` bytes, or nothing when there are no more;
    ///     START and END are sent without it.
    ///   - password: the password of an encrypted file; nil when there is none, or none any more.
    ///   - receive: takes what comes, in its order. When it throws, the converter is ended.
    package consuming func run(
        _ start: ConversionStart, send: (inout LockedBuffer) throws(ClientError) -> Void,
        password: (ConversionPasswordNeeded) throws(ClientError) -> LockedBuffer?,
        receive: (Event, Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) -> ConversionEnd {
        let end: ConversionEnd?
        do throws(ClientError) {
            let text = start.operation == .write ? Sentences.writing : Sentences.reading
            end = try ProgressLine.during(text) { () throws(ClientError) in
                try converse(start, send, password, receive)
            }
        } catch {
            child.kill()
            _ = child.wait()
            throw error
        }
        // It has said its last word, or closed its output without one: it has nothing to do any more.
        child.kill()
        let status = child.wait()
        guard let end else { throw Self.failed(Sentences.converterDied(status)) }
        return end
    }

    /// The converter's END; nil when it went without one.
    private mutating func converse(
        _ start: ConversionStart, _ send: (inout LockedBuffer) throws(ClientError) -> Void,
        _ password: (ConversionPasswordNeeded) throws(ClientError) -> LockedBuffer?,
        _ receive: (Event, Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) -> ConversionEnd? {
        var wait = try ConverterWait(child)
        var answer: LockedBuffer?
        var hasNoAnswer = false
        var hasSentEnd = false
        var entries: UInt32 = 0
        var silentSince = Clock.sinceBoot
        try frames.append(start)
        while true {
            // What is under way goes out first, then an answer, then more input.
            if frames.isSent {
                if hasNoAnswer {
                    hasNoAnswer = false
                    try frames.append(ConversionEnd())
                } else if let given = answer.take() {
                    try frames.append(.password, given.bytes)
                } else if !hasSentEnd {
                    try frames.fill(send)
                    if frames.isSent {
                        try frames.append(ConversionEnd())
                        hasSentEnd = true
                    }
                }
            }
            switch try wait.next(isWriting: !frames.isSent) {
            case .nothing:
                guard !child.isStopped else { throw Self.failed(Sentences.converterStopped) }
                guard Clock.sinceBoot < silentSince + patience else { throw Self.failed(Sentences.converterHangs) }
                continue
            case .writable:
                try frames.push(to: child)
                silentSince = Clock.sinceBoot
                continue
            case .unwritable:
                // It does not want to read any more; what it has to say about that is still to come.
                frames.forget()
                hasSentEnd = true
                continue
            case .readable:
                guard try frames.pull(from: child) else { return nil }
                silentSince = Clock.sinceBoot
            }
            while let (kind, range) = try frames.next() {
                let body = frames.bytes.extracting(range)
                switch kind {
                case .end:
                    let end = try Self.decode(ConversionEnd.self, body)
                    guard hasSentEnd, start.operation == .write || end.entries == entries else { throw Self.badFrame }
                    return end
                case .failure:
                    let failure = try Self.decode(ConversionFailure.self, body)
                    throw ClientError(
                        failure.code, Translation.heard(failure.message), remedy: Translation.heard(failure.remedy))
                case .passwordNeeded:
                    guard answer == nil, !hasNoAnswer else { throw Self.badFrame }
                    answer = try password(try Self.decode(ConversionPasswordNeeded.self, body))
                    hasNoAnswer = answer == nil
                    silentSince = Clock.sinceBoot
                default:
                    if kind == .entry || kind == .passkey {
                        entries += 1
                        if start.operation == .read { ProgressLine.update(Sentences.readSoFar(entries)) }
                    }
                    try receive(try Self.event(kind, body), body)
                }
            }
        }
    }

    // MARK: - What it says

    private static func event(_ kind: ConversionFrame.Kind, _ body: Span<UInt8>) throws(ClientError) -> Event {
        switch kind {
        case .entry:
            do throws(WireError) { return .entry(try ConversionEntry(from: body)) } catch { throw badFrame }
        case .passkey:
            do throws(WireError) { return .passkey(try ConversionPasskey(from: body)) } catch { throw badFrame }
        case .problem: return .problem(try decode(ConversionProblem.self, body))
        case .warning: return .warning(try decode(ConversionWarning.self, body).text)
        case .file: return .file(try decode(ConversionFile.self, body).name)
        case .data: return .data
        case .codes: return .codes
        case .outcome: return .outcome(try decode(ConversionOutcome.self, body))
        case .start, .password, .end, .keyFile, .passwordNeeded, .failure: throw badFrame
        }
    }

    private static func decode<Body: ConversionBody>(
        _ type: Body.Type, _ body: Span<UInt8>
    ) throws(ClientError) -> Body {
        do throws(WireError) { return try Body(from: body) } catch { throw badFrame }
    }

    static var badFrame: ClientError { failed(Sentences.converterBadFrame) }

    static func failed(_ message: String) -> ClientError {
        ClientError(.companionFailed, message, remedy: Sentences.reportConverter)
    }
}
