import Age
package import Platform

/// Why shares cannot be made, opened or put together. No case carries a part of a secret.
package enum ShareError: Error, Equatable, Sendable {
    /// Not 2 to 16 shares, or a threshold that is not 2 to that number.
    case badThreshold
    /// A secret or a share of another length.
    case badLength
    /// The number of a share is 0, above 16, or not the one that is expected.
    case badIndex
    /// The same share a second time.
    case duplicate(index: Int)
    /// Fewer shares than the threshold.
    case tooFew(missing: Int)
    /// The sealed share of this keeper is not for this place in this set, or was changed.
    case notAuthentic(index: Int)
    /// The share of this keeper is not the one that the set was made with.
    case wrongShare(index: Int)
    /// All shares are those of the set, and yet they make another key: the set was made wrong.
    case wrongSecret
    /// The set has a plus-code, and none was given.
    case plusCodeNeeded
    /// This is not the plus-code of the set.
    case wrongPlusCode
    /// The stanzas in a file's header are no complete set.
    case malformedStanzas
    /// The owner's private key is none, or there is no memory to use it.
    case badKey
    /// Locked memory cannot be had.
    case memory(MemoryError)

    /// Why a secret is no identity.
    init(_ error: AgeError) {
        if case .memory(let error) = error { self = .memory(error) } else { self = .wrongSecret }
    }

    /// What `make` gives, turning the fence's error into this module's.
    static func locking<R: ~Copyable>(_ make: @autoclosure () throws(MemoryError) -> R) throws(ShareError) -> R {
        do { return try make() } catch { throw .memory(error) }
    }
}
