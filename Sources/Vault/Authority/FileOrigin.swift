/// By whom a file is authenticated.
package enum FileOrigin: Sendable, Equatable {
    /// This vault's present signing key has signed it.
    case current
    /// A former one has, which ended at that second of UTC.
    case former(ended: UInt64)
    /// Another key has.
    case foreign
    /// None has.
    case unsigned
}
