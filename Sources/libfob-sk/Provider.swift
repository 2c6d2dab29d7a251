import CLinux

/// OpenSSH's interface of security-key providers (its PROTOCOL.u2f), version 10, answered by fob's agent. OpenSSH loads
/// this library into a process of its own for each operation.
///
/// A PIN that OpenSSH has asked for is taken for the passphrase of a vault that is locked, and is else not looked at: where
/// the owner has to be verified, the agent asks for that when the owner answers its challenge.
enum Provider {
    /// Bits of the flags of a request.
    static let presence: UInt8 = 0x01
    static let verification: UInt8 = 0x04
    static let force: UInt8 = 0x10
    static let resident: UInt8 = 0x20
    static let known: UInt8 = presence | verification | force | resident

    /// The numbers of algorithms.
    static func algorithm(_ number: UInt32) throws(ProviderError) -> KeyAlgorithm {
        switch number {
        case 0: return .es256
        case 1: return .edDSA
        default: throw .unsupported
        }
    }

    static func number(_ algorithm: KeyAlgorithm) -> UInt32 { algorithm == .es256 ? 0 : 1 }

    /// A connection to the user's agent.
    static func agent() throws(ProviderError) -> AgentConversation {
        try unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { path throws(ProviderError) in
            guard let start = path.baseAddress, unsafe fob_agent_path(start, 256) == 0 else { throw .noDevice }
            return try unsafe AgentConversation(at: start)
        }
    }

    /// What asks for a key: the process that has started ours.
    static var requester: KeyRequester { KeyRequester(processID: UInt32(clamping: getppid())) }

    /// Runs `body` and gives what C wants: 0, or why it was not done.
    static func status(_ body: () throws(ProviderError) -> Void) -> Int32 {
        do throws(ProviderError) {
            try body()
            return 0
        } catch {
            return error.number
        }
    }

    /// Text of at most that many bytes; nil when it is longer, or no UTF-8.
    static func text(_ start: UnsafePointer<CChar>, most: Int) -> String? {
        let count = unsafe strnlen(start, most + 1)
        guard count <= most else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        guard let text = try? unsafe UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span) else { return nil }
        return String(copying: text)
    }

    /// The application that a key is for.
    static func application(_ start: UnsafePointer<CChar>?) throws(ProviderError) -> String {
        guard let start = unsafe start, let text = unsafe text(start, most: Limits.site) else { throw .unsupported }
        return text
    }

    /// The bytes at an address that C has given; at most as many as `limit`.
    @_lifetime(immortal)
    static func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int, limit: Int) throws(ProviderError) -> Span<UInt8> {
        guard count >= 0, count <= limit else { throw .unsupported }
        guard count > 0 else { return Span() }
        guard let start = unsafe start else { throw .unsupported }
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: ())
    }

    /// The user's name among the options. `device` means nothing here.
    static func user(
        _ options: UnsafePointer<UnsafeMutablePointer<fob_option>?>?
    ) throws(ProviderError) -> String {
        guard var next = unsafe options else { return "" }
        var user = ""
        while let option = unsafe next.pointee {
            guard let name = unsafe option.pointee.name, let name = unsafe text(name, most: 64) else {
                throw .unsupported
            }
            if name.utf8.elementsEqual("user".utf8) {
                guard let value = unsafe option.pointee.value, let value = unsafe text(value, most: Limits.userHandle)
                else { throw .unsupported }
                user = value
            } else if !name.utf8.elementsEqual("device".utf8), unsafe option.pointee.is_required != 0 {
                throw .unsupported
            }
            unsafe next += 1
        }
        return user
    }

    /// A copy for OpenSSH to free; nothing for no bytes.
    static func copy(_ bytes: [UInt8]) throws(ProviderError) -> fob_octets {
        guard !bytes.isEmpty else { return unsafe fob_octets() }
        guard let start = unsafe malloc(bytes.count) else { throw .general }
        unsafe bytes.withUnsafeBytes { bytes in
            guard let from = bytes.baseAddress else { return }
            unsafe start.copyMemory(from: from, byteCount: bytes.count)
        }
        return unsafe fob_octets(start: start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    }

    /// A public key as OpenSSH wants it: a point has a byte in front that says that it is not compressed.
    static func publicKey(_ algorithm: KeyAlgorithm, _ key: [UInt8]) throws(ProviderError) -> fob_octets {
        guard algorithm == .es256 else { return try unsafe copy(key) }
        return try unsafe copy([4] + key)
    }

    static func release(_ key: fob_enrolled) {
        unsafe free(key.public_key.start)
        unsafe free(key.key_handle.start)
        unsafe free(key.signature.start)
        unsafe free(key.authenticator_data.start)
    }
}

/// The version of the interface.
@_cdecl("sk_api_version")
public func version() -> UInt32 { 0x000A_0000 }
