import Authenticator
import Wire

/// The agent as a listener sees it. It answers with what the input says, or, where that is nothing, as an agent that
/// means well.
struct FakeAgent: ~Copyable, AgentLink {
    private var sections: Sections
    private var last: UInt32 = 0

    init(_ sections: consuming Sections) { self.sections = sections }

    /// What the client says next.
    mutating func message() -> [UInt8]? { sections.next() }

    mutating func begin<M: PlainMessage>(_ message: M) throws(LinkFailure) -> UInt32 {
        last += 1
        return last
    }

    mutating func wait<R: Message>(
        for request: UInt32, _ progress: CTAPHID.Progress, milliseconds: UInt64?, reply: R.Type
    ) throws(LinkFailure) -> R? {
        let section = sections.next() ?? []
        switch section.first {
        case 0xff where section.count == 1: throw .abandoned
        case 0xfe where section.count == 1 && milliseconds != nil: return nil
        case let code? where section.count == 1: throw .refused(ErrorCode(rawValue: UInt16(code)) ?? .denied)
        case nil: break
        default: if let reply = try? R(from: section.span) { return reply }
        }
        for friendly in Self.friendly {
            if let reply = friendly as? R { return reply }
        }
        throw .refused(.internalFault)
    }

    mutating func drop(_ request: UInt32) {}

    private static let friendly: [any PlainMessage] = [
        OKReply(),
        KeyCreatedReply(
            credential: [UInt8](repeating: 0xc1, count: 32), record: Identifier(high: 1, low: 2),
            account: Identifier(high: 3, low: 4), algorithm: .es256, publicKey: [UInt8](repeating: 0x50, count: 64),
            flags: 0x41, counter: 0, authenticatorData: [UInt8](repeating: 9, count: 180), signature: [0x30, 0x00],
            certificate: [0x30, 0x01]),
        KeyAssertionReply(
            credential: [7, 7], authenticatorData: [UInt8](repeating: 9, count: 37), signature: [0x30, 0x01],
            userHandle: [1, 2], userName: "alice", displayName: "Alice", count: 3),
        pinState, PinAgreementReply(publicKey: [UInt8](repeating: 0x50, count: 64)),
        PinTokenReply(token: [UInt8](repeating: 3, count: 48)),
        KeysReply(
            revision: 7, next: 0,
            keys: [KeyAlgorithm.es256, .edDSA].map { algorithm in
                KeyEntry(
                    record: Identifier(high: 1, low: 2), credential: [7, 7], account: Identifier(high: 3, low: 4),
                    site: "example.org", kind: .synced, algorithm: algorithm,
                    publicKey: [UInt8](repeating: 0x50, count: algorithm.publicKeyCount))
            }),
    ]

    private static var pinState: PinStateReply {
        var state = PinStateReply(vault: .unlocked)
        (state.isSet, state.retries, state.canVerify, state.discoverable, state.room) = (true, 8, true, 2, 998)
        return state
    }
}

/// The same for ssh.
struct FakeHolder: ~Copyable, SSHKeyHolder {
    static let keys = [(SSHKey.Algorithm.ecdsa, 64), (.ed25519, 32)].compactMap { algorithm, count in
        SSHKey(algorithm, publicKey: [UInt8](repeating: 0x50, count: count), application: "ssh:")
    }

    mutating func keys() throws(SSHRefusal) -> [HeldKey] {
        Self.keys.map { HeldKey($0, credential: [1, 2, 3], comment: "a key", needs: .presence) }
    }

    mutating func sign(_ key: HeldKey, _ data: Span<UInt8>) throws(SSHRefusal) -> KeySignatureReply {
        guard data.count % 3 != 2 else { throw SSHRefusal() }
        let byte = UInt8(data.count % 3 * 0x80)
        return KeySignatureReply(flags: 5, counter: 7, signature: [UInt8](repeating: byte, count: 64))
    }

    mutating func bind(_ binding: SSHBindRequest) throws(SSHRefusal) {
        guard binding.session.count % 2 == 0 else { throw SSHRefusal() }
    }

    mutating func lock() throws(SSHRefusal) {}

    mutating func unlock(passphrase: Span<UInt8>) throws(SSHRefusal) {
        guard !passphrase.isEmpty else { throw SSHRefusal() }
    }
}
