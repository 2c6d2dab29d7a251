/// Where an ssh key may sign.
package enum KeyHosts: Equatable, Sendable {
    /// For any login, and for other data.
    case any
    /// For these logins only.
    case only([HostLimit])

    /// The logins; empty for any.
    package var limits: [HostLimit] {
        switch self {
        case .any: []
        case .only(let limits): limits
        }
    }
}

/// A login that an ssh key is limited to: one of its destination constraints, as ssh-add(1) calls them.
package struct HostLimit: Equatable, Sendable {
    /// SHA-256 of the keys of the host that the request comes through; empty for a login from this machine.
    package var from: [[UInt8]] = []
    /// SHA-256 of the keys of the host that is logged in to, or that forwards the agent further.
    package var to: [[UInt8]] = []
    /// The user there; empty for any.
    package var user = ""
    /// What the owner has typed for it.
    package var name = ""

    package init() {}

    package init(from: [[UInt8]] = [], to: [[UInt8]], user: String = "", name: String) {
        (self.from, self.to, self.user, self.name) = (from, to, user, name)
    }

    /// Bytes of a hash of a host key.
    package static let hashCount = 32
}
