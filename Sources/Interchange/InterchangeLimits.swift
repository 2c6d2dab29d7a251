import Wire

/// Bounds of everything that is read, before any work.
package enum InterchangeLimits {
    /// Bytes of one input in all: 32 MiB, some 80,000 accounts.
    package static let file = 32 << 20
    /// Bytes that a container may unfold to.
    package static let unfolded = 64 << 20
    /// How deep JSON and XML may be nested; honest files stay below 16.
    package static let nesting = 64
    /// Values of a JSON text, elements and attributes of an XML text.
    package static let values = 4_000_000
    /// Accounts in one input: as many as a vault holds.
    package static let entries = Limits.accounts
    /// Bytes of a password.
    package static let password = 4096
}
