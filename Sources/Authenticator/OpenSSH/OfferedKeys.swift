import Platform
import Synchronization

/// Which keys were offered to which host and not used there. A server ends a login after some keys that it does not know
/// (sshd_config(5), MaxAuthTries: 6 by default, often 4 or 3), and ssh tries whatever an agent lists: of many keys it gets a few
/// at a time, others each time, and fewer once a login was in vain, so that a file's key is still tried and each of fob's is in
/// the end.
package final class OfferedKeys: Sendable {
    /// Keys of all agents that are offered to a host, unless its user or an earlier login named them.
    package static let most = 5
    /// Keys of fob's among them at least: beside four of another agent, the key of a file is still the sixth.
    package static let least = 1
    /// Keys of all agents once a login was in vain: the key of a file is the third.
    package static let mostInVain = 2
    /// Hosts that are remembered.
    private static let hosts = 256

    private struct Host {
        /// The credential ids, those that were offered last behind the others.
        var unused: [[UInt8]] = []
        /// No key of fob's was used since keys were offered last.
        var isInVain = false
    }

    /// By a hash of the host key.
    private let hosts = Mutex<[[UInt8]: Host]>([:])

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
        hosts.withLock { hosts in
            var former = hosts[host] ?? Host()
            let most = max(Self.least, (former.isInVain ? Self.mostInVain : Self.most - 1) - foreign)
            former.isInVain = true
            if hosts.count >= Self.hosts, hosts[host] == nil { hosts.removeAll() }
            defer { hosts[host] = former }
            guard keys.count > most else { return keys }
            let others = keys.filter { !isNamed($0) }
            let ordered =
                others.filter { !former.unused.contains($0.credential) }
                + former.unused.compactMap { id in
                    others.first { $0.credential == id }
                }
            let chosen = ordered.prefix(most)
            // Those that are offered once more are the last ones now.
            let ids = chosen.map(\.credential)
            former.unused = former.unused.filter { !ids.contains($0) } + ids
            return keys.filter(isNamed) + chosen
        }
    }

    /// Notes that a host takes a key: ssh wants a signature.
    package func noteUse(of key: HeldKey, at host: [UInt8]) {
        hosts.withLock { hosts in
            hosts[host]?.isInVain = false
            hosts[host]?.unused.removeAll { $0 == key.credential }
        }
    }
}
