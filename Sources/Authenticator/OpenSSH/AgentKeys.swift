import Client
import Platform
import Wire

/// The agent's keys for ssh, over a connection of one client's own.
struct AgentKeys: ~Copyable, SSHKeyHolder {
    private var connection: Connection?
    /// The process that asks.
    private let process: ProcessIdentity
    /// The client's socket: when it hangs up, nobody waits for a signature any more.
    private let client: Int32
    /// What ssh has said of its connection: a new connection to the agent is told it again.
    private var bindings: [SSHBindRequest] = []

    /// Nothing is asked before something is needed.
    init(for process: ProcessIdentity, at client: Int32) {
        self.process = process
        self.client = client
    }

    mutating func keys() throws(SSHRefusal) -> [HeldKey] {
        let entries: [KeyEntry]
        do {
            entries = try ask { (connection: inout Connection) throws(ClientError) in
                try connection.keys(.prefix(SSHKey.applicationPrefix))
            }
        } catch {
            // Of a vault that was not unlocked since the agent started, nothing is known.
            guard error.code == .locked || error.code == .noVault else { throw SSHRefusal(error) }
            return []
        }
        return entries.compactMap(HeldKey.init)
    }

    mutating func sign(
        _ key: HeldKey, _ data: Span<UInt8>
    ) throws(SSHRefusal) -> KeySignatureReply {
        let requester = KeyRequester(process)
        let client = client
        do throws(ClientError) {
            return try ask { (connection: inout Connection) throws(ClientError) in
                let request = try connection.beginSign(
                    .ssh, site: key.key.application, credential: key.credential, data: data, flags: key.needs,
                    requester: requester)
                return try Self.wait(for: request, of: client, &connection)
            }
        } catch {
            throw SSHRefusal(error)
        }
    }

    mutating func bind(_ binding: SSHBindRequest) throws(SSHRefusal) {
        do throws(ClientError) {
            try ask { (connection: inout Connection) throws(ClientError) in
                let _: OKReply = try connection.request(binding)
            }
            bindings.append(binding)
        } catch {
            throw SSHRefusal(error)
        }
    }

    mutating func lock() throws(SSHRefusal) {
        do throws(ClientError) {
            _ = try ask { (connection: inout Connection) throws(ClientError) in
                try connection.request(LockRequest())
            }
        } catch {
            throw SSHRefusal(error)
        }
    }

    mutating func unlock(passphrase: Span<UInt8>) throws(SSHRefusal) {
        guard 1...Limits.passphrase ~= passphrase.count else { throw SSHRefusal("such a passphrase") }
        do throws(ClientError) {
            try ask { (connection: inout Connection) throws(ClientError) in
                try connection.unlock(passphrase: passphrase)
            }
        } catch {
            throw SSHRefusal(error)
        }
    }

    /// Asks over the connection; over a new one when the agent has gone since the last time.
    private mutating func ask<T>(
        _ question: (inout Connection) throws(ClientError) -> T
    ) throws(ClientError) -> T {
        if var kept = connection.take() {
            do throws(ClientError) {
                let answer = try question(&kept)
                connection = consume kept
                return answer
            } catch  where error.code != .noAgent {
                connection = consume kept
                throw error
            } catch {}
        }
        var opened = try Connection.open()
        for binding in bindings { let _: OKReply = try opened.request(binding) }
        let answer = try question(&opened)
        connection = consume opened
        return answer
    }

    /// Waits for the signature, and for the client to hang up: then the connection ends with the session, and the agent
    /// withdraws its question.
    private static func wait(
        for request: UInt32, of client: Int32, _ connection: inout Connection
    ) throws(ClientError) -> KeySignatureReply {
        guard let poll = try? Poll(), (try? poll.add(connection.descriptor, token: 0, .read)) != nil,
            (try? poll.add(client, token: 1, .hangup)) != nil
        else { throw cannotWait }
        var ready: [Poll.Ready] = []
        while true {
            if let reply: KeySignatureReply = try connection.reply(to: request) { return reply }
            guard (try? poll.wait(milliseconds: -1, into: &ready)) != nil, !ready.contains(where: { $0.token == 1 })
            else { throw cannotWait }
        }
    }

    private static let cannotWait = ClientError(.cancelled, "nobody waits for the signature any more")
}

extension SSHRefusal {
    /// What the agent says.
    init(_ error: ClientError) { self.init(error.message) }
}

extension HeldKey {
    /// What the agent lists; nil for a key that has to be registered again.
    init?(_ entry: KeyEntry) {
        guard !entry.flags.contains(.needsVerification),
            let key = SSHKey(
                entry.algorithm == .edDSA ? .ed25519 : .ecdsa, publicKey: entry.publicKey, application: entry.site)
        else { return nil }
        var needs: KeyUseFlags = entry.flags.contains(.noTouch) ? [] : .presence
        if entry.flags.contains(.alwaysVerify) { needs.insert(.verification) }
        let comment = [entry.label, entry.userName, entry.site].first { !$0.isEmpty } ?? ""
        self.init(key, credential: entry.credential, comment: comment, needs: needs)
    }
}
