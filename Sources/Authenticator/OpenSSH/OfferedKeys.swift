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
        /// The last login that ended has used no key of fob's.
        var isInVain = false
    }

    /// By a hash of the host key.
    private let hosts = Mutex<[[UInt8]: Host]>([:])

    /// None yet.
    package init() {}

    /// Those of a list that are offered to a host: what was not offered in vain comes first. Logins that go on at once are
    /// offered the same, until one has ended.
    ///
    /// - Parameters:
    ///   - foreign: keys of other agents, which are offered too.
    ///   - isNamed: whether the user has named a key for it.
    package func choose(
        among keys: [HeldKey], for host: [UInt8], foreign: Int, isNamed: (HeldKey) -> Bool
    ) -> [HeldKey] {
        let former = hosts.withLock { $0[host] } ?? Host()
        let most = max(Self.least, (former.isInVain ? Self.mostInVain : Self.most - 1) - foreign)
        guard keys.count > most else { return keys }
        let others = keys.filter { !isNamed($0) }
        let ordered =
            others.filter { !former.unused.contains($0.credential) }
            + former.unused.compactMap { id in
                others.first { $0.credential == id }
            }
        return keys.filter(isNamed) + ordered.prefix(most)
    }

    /// Notes that a host takes a key: ssh wants a signature.
    package func noteUse(of key: HeldKey, at host: [UInt8]) {
        hosts.withLock { hosts in
            hosts[host]?.isInVain = false
            hosts[host]?.unused.removeAll { $0 == key.credential }
        }
    }

    /// Notes that a login has ended.
    ///
    /// - Parameters:
    ///   - unused: the keys that it was offered and did not use.
    ///   - isInVain: it used none.
    package func noteEnd(at host: [UInt8], unused: [HeldKey], isInVain: Bool) {
        hosts.withLock { hosts in
            if hosts.count >= Self.hosts, hosts[host] == nil { hosts.removeAll() }
            // Those that were offered once more are the last ones now.
            let ids = unused.map(\.credential)
            let former = hosts[host]?.unused ?? []
            hosts[host] = Host(unused: former.filter { !ids.contains($0) } + ids, isInVain: isInVain)
        }
    }
}
