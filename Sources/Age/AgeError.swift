package import Platform

/// Why an age file, a key's text or a stanza was refused. No case carries anything secret.
///
/// The public testkit's classes: header failure is everything under "Header"; then `wrongMAC`, `noMatch`; payload
/// failure is everything under "Payload"; armor failure is `malformedArmor`.
package enum AgeError: Error, Equatable {
    // Header.

    /// The first line is not that of an age file.
    case notAge
    /// An age file of another version than v1.
    case unsupportedVersion
    /// The header breaks the grammar in this line, counted from 1.
    case malformedHeader(line: Int)
    /// A stanza of a known type with wrong arguments, body, or a forbidden share.
    case malformedStanza(type: String)
    /// A passphrase stanza shares its file with other stanzas.
    case passphraseStanzaNotAlone
    /// Opening would cost 2^n rounds of scrypt, which is more than the caller allows.
    case workFactorTooHigh(Int)
    /// Longer, or with more stanzas, than `AgeLimits` allows.
    case headerTooLarge

    /// The header is not the one that was written with this file key.
    case wrongMAC
    /// No stanza is for this key.
    case noMatch

    // Payload.

    /// The file ends before its last chunk.
    case truncated
    /// A chunk is not authentic: changed, moved or cut.
    case damagedChunk
    /// The last of several chunks is empty.
    case emptyLastChunk
    /// Something follows the last chunk.
    case trailingData

    /// Not the strict PEM form of RFC 7468 that age armors with.
    case malformedArmor

    // Keys, and what a caller wants to write.

    /// Not an age recipient, or a public key of low order.
    case malformedRecipient
    /// A well-formed recipient of a kind that fob does not know (plugin, hybrid).
    case unsupportedRecipient
    /// Not an age identity.
    case malformedIdentity
    /// A well-formed identity of a kind that fob does not know (plugin, hybrid).
    case unsupportedIdentity
    /// A file for nobody.
    case noRecipients
    /// An extra stanza claims a type that age itself defines.
    case reservedStanza(type: String)

    /// Locked memory, or the work memory of scrypt, cannot be had.
    case memory(MemoryError)

    /// What `make` gives, turning the fence's error into this module's.
    static func locking<R: ~Copyable>(_ make: @autoclosure () throws(MemoryError) -> R) throws(AgeError) -> R {
        do { return try make() } catch { throw .memory(error) }
    }
}
