/// The bounds of this module. The format itself has none for the header; what is longer is refused.
package enum AgeLimits {
    /// Bytes of a header, from the version line to the end of the MAC line.
    package static let headerBytes = 262_144
    /// Stanzas of a header: each may cost one X25519 computation per identity.
    package static let stanzas = 512
    /// log2 of the most rounds of scrypt that reading accepts: 4 GiB of work memory.
    package static let workFactor = 22
    /// Characters of an identity, the longest of a plugin included.
    package static let identityTextBytes = 4_096
    /// Plaintext bytes of a full chunk (C2SP age, "Payload").
    package static let chunkBytes = 65_536
    /// White space allowed before the armor's first and after its last line, in bytes.
    package static let armorWhitespaceBytes = 1_024
}
