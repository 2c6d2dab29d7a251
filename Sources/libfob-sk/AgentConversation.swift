import CLinux

/// Why something was not done: a number of OpenSSH's.
struct ProviderError: Error {
    let number: Int32

    /// Anything that has no number of its own.
    static let general = ProviderError(number: -1)
    /// An algorithm, an option or a value that fob does not know.
    static let unsupported = ProviderError(number: -2)
    /// The vault is locked: OpenSSH asks for a PIN, for which its passphrase is taken.
    static let pinNeeded = ProviderError(number: -3)
    /// There is no authenticator: no agent.
    static let noDevice = ProviderError(number: -4)
    /// A resident key of that application and user is there already.
    static let exists = ProviderError(number: -5)
}

/// A connection to the agent, in the frames of Wire. Nothing that this process holds is locked; a passphrase that OpenSSH has
/// asked for is wiped once it is sent.
struct AgentConversation: ~Copyable {
    private let socket: Int32
    private var incoming: [UInt8] = []
    private var lastID: UInt32 = 1

    /// Connects to the socket there, and makes sure that the agent is this user's.
    init(at path: UnsafePointer<CChar>) throws(ProviderError) { socket = try unsafe Self.connect(path) }

    /// Begins, and unlocks a vault that is locked.
    ///
    /// - Parameters:
    ///   - pin: what OpenSSH has asked for; an empty one leaves it to the question that the agent raises.
    ///   - method: what it is.
    mutating func begin(
        unlocking pin: UnsafePointer<CChar>?, as method: UnlockSecretKind = .passphrase
    ) throws(ProviderError) {
        try send { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(HelloRequest(), id: 1, into: &output)
        }
        let welcome = try reply(WelcomeReply.self, to: 1)
        guard welcome.vault == .locked else { return }
        guard let pin = unsafe pin else { throw Self.locked }
        try unsafe unlock(pin, as: method)
    }

    private static var locked: ProviderError {
        say("the vault is locked", hint: "type its passphrase where a PIN is asked for, or unlock it with 'fob unlock'")
        return .pinNeeded
    }

    private mutating func unlock(
        _ pin: UnsafePointer<CChar>, as method: UnlockSecretKind
    ) throws(ProviderError) {
        let count = unsafe strnlen(pin, Limits.passphrase + 1)
        guard count > 0 else { return }
        guard count <= Limits.passphrase else { throw .pinNeeded }
        let bytes = unsafe UnsafeRawBufferPointer(start: pin, count: count).bindMemory(to: UInt8.self)
        let secret = unsafe bytes.span
        lastID += 1
        let id = lastID
        try send(isSecret: true) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(UnlockRequest(method: method, secret: secret), id: id, into: &output)
        }
        do throws(ProviderError) { _ = try reply(OKReply.self, to: id) } catch { throw .pinNeeded }
    }

    private static func connect(_ path: UnsafePointer<CChar>) throws(ProviderError) -> Int32 {
        let socket = fob_unix_socket(0, 0)
        guard socket >= 0 else { throw .general }
        var process: pid_t = 0
        var user: uid_t = 0
        guard unsafe fob_connect(socket, path) == 0, unsafe fob_peer(socket, &process, &user) == 0, user == getuid()
        else {
            close(socket)
            say("no agent answers", hint: "start fob-agent, or its socket unit")
            throw .noDevice
        }
        return socket
    }

    deinit { close(socket) }

    /// Asks, waits for the reply and reads it. What the agent refuses with is said on standard error, which is the user's
    /// terminal.
    mutating func request<R: Message>(
        _ type: R.Type, _ frame: (UInt32, inout OutputSpan<UInt8>) throws(WireError) -> Void
    ) throws(ProviderError) -> R {
        lastID += 1
        let id = lastID
        try send { (output: inout OutputSpan<UInt8>) throws(WireError) in try frame(id, &output) }
        return try reply(type, to: id)
    }

    private mutating func reply<R: Message>(_ type: R.Type, to id: UInt32) throws(ProviderError) -> R {
        while true {
            let (frame, body) = try next()
            if frame.type == .error {
                if let error = try? ErrorReply(from: body.span) {
                    Self.say(error.message, hint: error.remedy)
                    if error.code == .excluded || error.code == .alreadyExists { throw .exists }
                    if error.code == .unsupportedAlgorithm { throw .unsupported }
                }
                throw .general
            }
            guard frame.id == id else { continue }
            guard frame.type == R.type, let reply = try? R(from: body.span) else { throw .general }
            return reply
        }
    }

    private func send(
        isSecret: Bool = false, _ write: (inout OutputSpan<UInt8>) throws(WireError) -> Void
    ) throws(ProviderError) {
        var isWritten = false
        var bytes = [UInt8](capacity: Limits.frame) { output in
            do throws(WireError) {
                try write(&output)
                isWritten = true
            } catch {}
        }
        defer {
            if isSecret {
                unsafe bytes.withUnsafeMutableBytes { bytes in
                    if let start = bytes.baseAddress { unsafe explicit_bzero(start, bytes.count) }
                }
            }
        }
        guard isWritten else { throw .unsupported }
        var done = 0
        while done < bytes.count {
            let sent = unsafe bytes.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return 0 }
                return unsafe fob_send(socket, start + done, bytes.count - done)
            }
            guard sent > 0 || fob_errno() == EINTR else { throw .general }
            done += max(sent, 0)
        }
    }

    /// The next whole frame, with its body.
    private mutating func next() throws(ProviderError) -> (Frame, [UInt8]) {
        while true {
            switch Frame.scan(incoming.span) {
            case .complete(let frame):
                let body = [UInt8](incoming[frame.body])
                incoming.removeFirst(frame.end)
                return (frame, body)
            case .incomplete: try read()
            case .tooLarge, .malformed: throw .general
            }
        }
    }

    private mutating func read() throws(ProviderError) {
        var got = 0
        incoming.append(addingCapacity: 65_536) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, used in
                guard let start = buffer.baseAddress else { return }
                got = unsafe CLinux.read(socket, start + used, buffer.count - used)
                if got > 0 { used += got }
            }
        }
        guard got > 0 || (got < 0 && fob_errno() == EINTR) else { throw .general }
    }

    private static func say(_ message: String, hint: String) {
        var text = Array("fob: ".utf8) + Array(message.utf8) + [0x0A]
        if !hint.utf8.isEmpty { text += Array("hint: ".utf8) + Array(hint.utf8) + [0x0A] }
        _ = unsafe text.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
    }
}
