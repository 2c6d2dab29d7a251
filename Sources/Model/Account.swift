/// Whether an account may give codes. The numbers are those of the protocol and of the vault.
package enum AccountState: UInt8, CaseIterable, Sendable {
    /// It may.
    case ok = 0
    /// It came from a backup without what is bound to the old device.
    case needsVerification = 1
}

/// What is known of an account besides itself, from this program or the one that it came from.
package struct AccountExtras: Equatable, Sendable {
    /// Marked as a favourite.
    package var isFavourite = false
    /// The name of its icon there; empty for none.
    package var icon = ""
    /// How often it was used there.
    package var uses: UInt64 = 0
    /// Seconds of UTC of its last use there; 0 when that is not known.
    package var lastUsed: UInt64 = 0

    /// Nothing is known.
    package init() {}
}

/// Tags that mean something to the agent.
package enum AccountTag {
    /// The account, and keys of ssh that belong to it, can be asked for over the forwarded socket.
    package static let forward = "forward"
}

/// What became of an account that was to be added.
package enum AddOutcome: UInt8, CaseIterable, Sendable {
    /// It is new.
    case added = 0
    /// The same account, with the same parameters, key and PIN, was there; nothing changed.
    case same = 1
    /// Its name was taken by an account with another key: it came in under another name.
    case renamed = 2
    /// The same account was there, and its counter was raised.
    case raised = 3
}

/// Issuer and name of an account as one text: `issuer/name`, or the one that is not empty.
package enum AccountLabel {
    package static func text(_ issuer: String, _ name: String) -> String {
        issuer.isEmpty ? name : name.isEmpty ? issuer : "\(issuer)/\(name)"
    }
}
