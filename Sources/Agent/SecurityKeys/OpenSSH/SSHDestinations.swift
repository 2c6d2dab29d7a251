import Vault
import Wire

// Where a limited key signs: the rules of OpenSSH's agent for destination constraints (ssh-agent-restrict.txt of OpenSSH).
extension SSHBindings {
    /// Refuses what a key's limits do not let it sign.
    func check(_ purpose: SSHPurpose, against key: KeyCredential) throws(Refusal) {
        guard key.flags.contains(.limited) else { return }
        guard case .login(let user, let session, let hostKey) = purpose else { throw .onlyForLogins(key.hostNames) }
        // Of a forwarded agent only a signature with the host's key in it is good nowhere else.
        guard let last = all.last, !last.isForwarding, last.session == session, hostKey != nil || all.count == 1,
            hostKey == nil || hostKey == last.hostKey, isProved(with: hostKey)
        else { throw .hostNotProved(key.hostNames) }
        guard isPermitted(by: key.hosts, as: user) else { throw .otherHost(key.hostNames) }
    }

    /// Whether a key may be of use for who asks on this connection.
    func mayUse(_ key: KeyCredential) -> Bool {
        all.isEmpty || !key.flags.contains(.limited) || isPermitted(by: key.hosts, as: nil)
    }

    /// Whether each host has signed its session, or the last one's key is in what is to be signed.
    private func isProved(with hostKey: [UInt8]?) -> Bool {
        all.enumerated().allSatisfy { index, binding in
            binding.standing == .proved || index == all.count - 1 && hostKey == binding.hostKey
        }
    }

    /// Whether each step of the way, from this machine to the last host, is among the limits.
    ///
    /// - Parameter user: who logs in at the last host; nil for whoever it will be.
    private func isPermitted(by limits: [HostLimit], as user: String?) -> Bool {
        var from: [UInt8]?
        for (index, binding) in all.enumerated() {
            let to = SSHHostKey.hash(binding.hostKey.span)
            let user = index == all.count - 1 ? user : nil
            guard
                limits.contains(where: { limit in
                    limit.to.contains(to) && (from.map { limit.from.contains($0) } ?? limit.from.isEmpty)
                        && (user == nil || limit.user.isEmpty || limit.user == user)
                })
            else { return false }
            from = to
        }
        return true
    }
}

extension KeyCredential {
    /// What the owner calls the hosts that it is limited to.
    var hostNames: String {
        hosts.isEmpty ? "no host" : Sentences.joined(hosts.map { Text.quoted($0.name) })
    }
}
