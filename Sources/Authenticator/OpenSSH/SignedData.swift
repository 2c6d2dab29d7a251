/// What ssh asks to be signed, as far as it can be told from the data: for the question to the owner.
package enum SignedData: Equatable, Sendable {
    /// A login (RFC 4252, section 7) as that user, in that session; with the server's key where ssh says it
    /// (publickey-hostbound-v00@openssh.com).
    case login(user: String, session: [UInt8], hostKey: [UInt8]?)
    /// A signature over a file or a commit (OpenSSH's PROTOCOL.sshsig).
    case signature(namespace: String)
    /// Something else.
    case other

    private static let userAuthentication: UInt8 = 50
    private static let preamble = Array("SSHSIG".utf8)

    /// Looks at data that is to be signed with the key of that blob.
    package init(_ data: Span<UInt8>, key: Span<UInt8>) {
        self = (try? Self.login(data, key: key)) ?? (try? Self.signature(data)) ?? .other
    }

    private static func login(_ data: Span<UInt8>, key: Span<UInt8>) throws(SSHError) -> SignedData {
        var reader = SSHReader()
        let session = try reader.string(data)
        guard try reader.byte(data) == userAuthentication else { throw .unsupported }
        let user = try reader.text(data)
        guard try reader.text(data) == "ssh-connection" else { throw .unsupported }
        let method = try reader.text(data)
        let isBound = method == "publickey-hostbound-v00@openssh.com"
        guard isBound || method == "publickey", try reader.bool(data) else { throw .unsupported }
        _ = try reader.text(data)
        let named = try reader.string(data)
        let isSame =
            named.count == key.count && key.indices.allSatisfy { key[$0] == data[named.lowerBound + $0] }
        guard isSame else { throw .unsupported }
        let hostKey = isBound ? try reader.string(data) : nil
        try reader.end(data)
        return .login(user: user, session: session.map { data[$0] }, hostKey: hostKey?.map { data[$0] })
    }

    private static func signature(_ data: Span<UInt8>) throws(SSHError) -> SignedData {
        guard data.count >= preamble.count, preamble.indices.allSatisfy({ data[$0] == preamble[$0] }) else {
            throw .unsupported
        }
        let rest = data.extracting(preamble.count..<data.count)
        var reader = SSHReader()
        let namespace = try reader.text(rest)
        for _ in 0..<3 { _ = try reader.string(rest) }
        try reader.end(rest)
        return .signature(namespace: namespace)
    }

    /// What to say to the owner, for example `a login as alice at github.com`.
    ///
    /// - Parameter hosts: read only where a host has to be named.
    func description(_ bindings: [SessionBinding], _ hosts: () -> KnownHosts) -> String {
        switch self {
        case .login(let user, let session, let hostKey):
            let bound = bindings.last { $0.session == session && !$0.isForwarding }
            let known = bindings.isEmpty ? KnownHosts([]) : hosts()
            let ways = bindings.filter { $0.isForwarding && $0.session != session }.map(known.name)
            let target: String
            if let bound, hostKey == nil || hostKey == bound.hostKey {
                target = known.name(bound)
            } else {
                target = "an unknown host"
            }
            let way = ways.isEmpty ? "" : ", asked for through \(ways.joined(separator: ", "))"
            return "a login as \(SSHText.oneLine(user)) at \(target)\(way)"
        case .signature(let namespace): return "a signature for \"\(SSHText.oneLine(namespace))\""
        case .other: return "data of an unknown kind"
        }
    }
}
