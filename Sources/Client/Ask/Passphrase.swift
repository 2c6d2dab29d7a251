package import Platform
import Wire

/// Where a passphrase may come from.
package struct PassphraseSource: Sendable {
    /// A descriptor that it is read from, when the user named one.
    package var descriptor: Int32?
    /// A descriptor that the machine's identity is read from, when the user named one.
    package var identity: Int32?
    /// Whether a person may be asked, on the terminal or else through pinentry.
    package var mayAsk: Bool
    /// Whether the systemd credential `fob.passphrase` may be used.
    package var usesCredential: Bool

    /// By default a person is asked, unless a credential is there.
    package init(descriptor: Int32? = nil, mayAsk: Bool = true, usesCredential: Bool = true) {
        self.descriptor = descriptor
        self.mayAsk = mayAsk
        self.usesCredential = usesCredential
    }

    /// Whether the next passphrase comes from a person, who can be asked again when it was wrong.
    package var asksPerson: Bool { descriptor == nil && !(usesCredential && Self.credentialPath != nil) && mayAsk }

    static var credentialPath: String? { credentialPath("fob.passphrase") }

    static func credentialPath(_ name: String) -> String? {
        guard let directory = Environment.value(of: "CREDENTIALS_DIRECTORY"), directory.hasPrefix("/") else {
            return nil
        }
        let path = "\(directory)/\(name)"
        return Child.isReadable(path) ? path : nil
    }

    /// The identity that systemd keeps for this machine, from a descriptor or the credential `fob.identity`; nil where there is none, or
    /// another source comes first.
    package func machineIdentity() throws(ClientError) -> LockedBuffer? {
        if let identity { return try Passphrase.read(descriptor: identity) }
        guard descriptor == nil, usesCredential, Self.credentialPath == nil,
            let path = Self.credentialPath("fob.identity")
        else { return nil }
        let file: FileDescriptor
        do throws(SystemError) { file = try FileDescriptor.reading(path) } catch { throw ClientError(error) }
        return try Passphrase.readSecret(file, limit: Limits.passphrase)
    }
}

/// Reads passphrases, straight into locked memory.
package enum Passphrase {
    /// The passphrase, from the descriptor, the credential, the terminal or pinentry, in this order.
    ///
    /// - Parameters:
    ///   - prompt: what a person is asked on the terminal, ending in a colon and a space.
    ///   - explanation: what pinentry shows above the field.
    ///   - mistake: why the last one would not do, for pinentry.
    package static func read(
        _ prompt: String, explanation: String, from source: PassphraseSource, mistake: String? = nil
    ) throws(ClientError) -> LockedBuffer {
        if let descriptor = source.descriptor { return try read(descriptor: descriptor) }
        if source.usesCredential, let path = PassphraseSource.credentialPath {
            let file: FileDescriptor
            do throws(SystemError) { file = try FileDescriptor.reading(path) } catch { throw ClientError(error) }
            return try readSecret(file, limit: Limits.passphrase)
        }
        guard source.mayAsk else { throw isVaultLocked ? .staysLocked(Sentences.justLocked) : .notToAsk }
        if let answer = try readFromTerminal(prompt) { return answer }
        if let answer = try Pinentry.read(prompt, explanation: explanation, mistake: mistake) { return answer }
        throw isVaultLocked ? .staysLocked(Sentences.locked) : .nobodyToAsk
    }

    /// Whether that is why something is asked.
    private static var isVaultLocked: Bool {
        guard let path = Paths.socket, let socket = try? AgentSocket.connect(to: path, isBrief: true) else {
            return false
        }
        let status: StatusReply? = try? PlainRequest.ask(StatusRequest(), over: socket, isProbe: true)
        return status?.vault == .locked
    }

    /// A new passphrase; a person is asked for it twice.
    package static func readNew(
        _ prompt: String, again: String, explanation: String, from source: PassphraseSource
    ) throws(ClientError) -> LockedBuffer {
        let first = try read(prompt, explanation: explanation, from: source)
        guard source.asksPerson else { return first }
        let second = try read(again, explanation: again, from: source)
        guard isSame(first, second) else { throw ClientError(.badInput, Sentences.different) }
        return first
    }

    private static func isSame(_ a: borrowing LockedBuffer, _ b: borrowing LockedBuffer) -> Bool {
        Sodium.equal(a.bytes, b.bytes)
    }

    private static func readFromTerminal(_ prompt: String) throws(ClientError) -> LockedBuffer? {
        guard let terminal = try? Terminal() else { return nil }
        var buffer = try ClientError.locked(Limits.passphrase + 1)
        do throws(TerminalError) {
            try terminal.readLine(prompt, hidden: true, into: &buffer)
        } catch {
            throw ClientError(error)
        }
        guard buffer.count > 0 else { throw ClientError(.badInput, Sentences.secretEmpty) }
        guard buffer.count <= Limits.passphrase else { throw ClientError(.badInput, Sentences.secretTooLong) }
        return buffer
    }

    /// What a descriptor gives up to its end, without one line end; the descriptor is closed.
    package static func read(
        descriptor number: Int32, limit: Int = Limits.passphrase
    ) throws(ClientError) -> LockedBuffer {
        try readSecret(FileDescriptor(owning: number), limit: limit, number: number)
    }

    fileprivate static func readSecret(
        _ file: consuming FileDescriptor, limit: Int, number: Int32 = -1
    ) throws(ClientError) -> LockedBuffer {
        // Two more, for a line end behind the longest that is allowed, and one to notice that there is more.
        var buffer = try ClientError.locked(limit + 3)
        while buffer.free > 0 {
            do throws(SystemError) {
                if try file.read(into: &buffer) == 0 { break }
            } catch {
                throw ClientError(.inputMissing, Sentences.badDescriptor(number), remedy: Sentences.openDescriptor)
            }
        }
        buffer.dropLineEnd()
        guard buffer.count <= limit else { throw ClientError(.badInput, Sentences.secretTooLong) }
        guard buffer.count > 0 else { throw ClientError(.badInput, Sentences.secretEmpty) }
        return buffer
    }
}

extension LockedBuffer {
    /// Takes one LF, or CR LF, off the end.
    package mutating func dropLineEnd() {
        if count > 0, bytes[count - 1] == UInt8(ascii: "\n") { truncate(to: count - 1) }
        if count > 0, bytes[count - 1] == UInt8(ascii: "\r") { truncate(to: count - 1) }
    }
}

extension ClientError {
    /// An empty buffer in locked memory.
    package static func locked(_ capacity: Int) throws(ClientError) -> LockedBuffer {
        do throws(MemoryError) { return try LockedBuffer(capacity: capacity) } catch { throw ClientError(error) }
    }

    fileprivate static func staysLocked(_ why: String) -> ClientError {
        ClientError(.locked, why, remedy: Sentences.unlockFirst)
    }

    fileprivate static var nobodyToAsk: ClientError {
        ClientError(
            .inputMissing, tr("there is no terminal to ask on, and no pinentry"),
            remedy: tr("run this in a terminal, or give what it asks for on a descriptor, as its help says"))
    }

    fileprivate static var notToAsk: ClientError {
        ClientError(
            .inputMissing, tr("something would have to be typed, and nobody is to be asked"),
            remedy: tr("leave out --no-ask, or give by a descriptor what it asks for, as its help says"))
    }

    /// Nobody can be asked for what only a person has, or is to be.
    package var lacksPerson: Bool { code == .locked || self == .nobodyToAsk || self == .notToAsk }

    /// Why a person did not answer.
    package init(_ error: TerminalError) {
        switch error {
        case .unavailable(let reason): self.init(reason)
        case .ended: self.init(.interrupted, Sentences.inputEnded)
        case .interrupted(let signal): self.init(.interrupted, Sentences.interrupted, details: ["\(signal)"])
        case .tooLong: self.init(.badInput, Sentences.secretTooLong)
        case .over: self.init(.notFound, Sentences.answeredElsewhere)
        }
    }
}
