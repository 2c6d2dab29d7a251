import Platform
import Synchronization

/// Which keys were offered to which host and not used there. A server ends a login after some keys that it does not know
/// (sshd_config(5), MaxAuthTries, 6 by default), and ssh tries whatever an agent lists: of many keys it gets a few at a time,
/// others each time, so that a file's key is still tried and each of fob's is in the end.
package final class OfferedKeys: Sendable {
    /// Keys of all agents that are offered to a host, unless its user or an earlier login named them.
    package static let most = 5
    /// Keys of fob's among them at least: beside four of another agent, the key of a file is still the sixth.
    package static let least = 1
    /// Hosts that are remembered.
    private static let hosts = 256

    /// By a hash of the host key: the credential ids.
    private let unused = Mutex<[[UInt8]: [[UInt8]]]>([:])

    /// None yet.
    package init() {}

    /// Those of a list that are offered to a host: what was not offered in vain comes first.
    ///
    /// - Parameters:
    ///   - foreign: keys of other agents, which are offered too.
    ///   - isNamed: whether the user has named a key for it.
    package func choose(
        among keys: [HeldKey], for host: [UInt8], foreign: Int, isNamed: (HeldKey) -> Bool
    ) -> [HeldKey] {
        let most = max(Self.least, Self.most - 1 - foreign)
        guard keys.count > most else { return keys }
        return unused.withLock { unused in
            let former = unused[host] ?? []
            let named = keys.filter(isNamed)
            let others = keys.filter { !isNamed($0) }
            let ordered =
                others.filter { !former.contains($0.credential) }
                + former.compactMap { id in
                    others.first { $0.credential == id }
                }
            let chosen = ordered.prefix(most)
            // Those that are offered once more are the last ones now.
            let ids = chosen.map(\.credential)
            if unused.count >= Self.hosts, unused[host] == nil { unused.removeAll() }
            unused[host] = former.filter { !ids.contains($0) } + ids
            return named + chosen
        }
    }

    /// Notes that a host takes a key: ssh wants a signature.
    package func noteUse(of key: HeldKey, at host: [UInt8]) {
        unused.withLock { $0[host]?.removeAll { $0 == key.credential } }
    }
}
