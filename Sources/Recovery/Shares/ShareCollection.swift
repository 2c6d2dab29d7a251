package import Platform

/// Shares of a secret by Shamir's scheme, byte by byte over ``FieldOfBytes``, in locked memory: any `threshold` of them give
/// the secret, and fewer tell nothing but its length.
///
/// A share is its number, 1 to 16, and as many bytes as the secret has.
package struct ShareCollection: ~Copyable, Sendable {
    /// How many shares there may be.
    package static let counts = 2...16
    /// Appends random bytes.
    package typealias Randomness = (_ output: inout OutputSpan<UInt8>, _ count: Int) -> Void

    private var shares: LockedBuffer
    /// Bytes of a share.
    package let shareBytes: Int
    /// How many there are.
    package var count: Int { shares.count / shareBytes }

    /// None yet, of a secret of so many bytes.
    package init(secretBytes: Int) throws(ShareError) {
        guard (1...255).contains(secretBytes) else { throw .badLength }
        let bytes = Self.counts.upperBound * (secretBytes + 1)
        let shares = try ShareError.locking(try LockedBuffer(capacity: bytes))
        self.shares = shares
        shareBytes = secretBytes + 1
    }

    /// Splits a secret into `count` shares, of which any `threshold` give it.
    package static func split(
        _ secret: Span<UInt8>, threshold: Int, count: Int,
        random: Randomness = { output, count in Sodium.randomBytes(into: &output, count: count) }
    ) throws(ShareError) -> ShareCollection {
        guard counts.contains(count), (counts.lowerBound...count).contains(threshold) else { throw .badThreshold }
        var collection = try ShareCollection(secretBytes: secret.count)
        defer { Memory.scrubStack() }
        // Of each byte's polynomial all but the constant, which is the secret: one row for each power.
        let wanted = (threshold - 1) * secret.count
        var coefficients = try ShareError.locking(try LockedBuffer(capacity: wanted))
        coefficients.append { output in random(&output, wanted) }
        guard coefficients.count == wanted else { throw .badLength }
        for number in 1...UInt8(count) {
            collection.shares.append { output in
                output.append(number)
                for place in secret.indices {
                    var value: UInt8 = 0
                    for row in (0..<threshold - 1).reversed() {
                        value ^= coefficients.bytes[row * secret.count + place]
                        value = FieldOfBytes.product(value, number)
                    }
                    output.append(value ^ secret[place])
                }
            }
        }
        return collection
    }

    /// Adds a share that came back.
    package mutating func append(_ share: Span<UInt8>) throws(ShareError) {
        guard share.count == shareBytes else { throw .badLength }
        guard (1...Self.counts.upperBound).contains(Int(share[0])) else { throw .badIndex }
        guard !indices.contains(Int(share[0])) else { throw .duplicate(index: Int(share[0])) }
        shares.append(copying: share)
    }

    /// The numbers of the shares, in their order.
    package var indices: [Int] { (0..<count).map { Int(shares.bytes[$0 * shareBytes]) } }

    /// The share at a place, counted from 0.
    package subscript(_ place: Int) -> Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { shares.bytes.extracting(place * shareBytes..<(place + 1) * shareBytes) }
    }

    /// The secret, from the first `threshold` shares. Whether it is the right one is for the caller to see.
    ///
    /// - Throws: `tooFew`; `memory`.
    package func secret(threshold: Int) throws(ShareError) -> LockedBuffer {
        guard Self.counts.contains(threshold) else { throw .badThreshold }
        guard count >= threshold else { throw .tooFew(missing: threshold - count) }
        defer { Memory.scrubStack() }
        let weights = Self.weights(Array(indices.prefix(threshold)))
        var secret = try ShareError.locking(try LockedBuffer(capacity: shareBytes - 1))
        secret.append { output in
            for place in 1..<shareBytes {
                var value: UInt8 = 0
                for share in 0..<threshold {
                    value ^= FieldOfBytes.product(shares.bytes[share * shareBytes + place], weights[share])
                }
                output.append(value)
            }
        }
        return secret
    }

    /// Lagrange's polynomials at 0, which depend on the numbers of the shares alone.
    private static func weights(_ indices: [Int]) -> [UInt8] {
        indices.map { index in
            var weight: UInt8 = 1
            for other in indices where other != index {
                let difference = FieldOfBytes.inverse(UInt8(other) ^ UInt8(index))
                weight = FieldOfBytes.product(weight, FieldOfBytes.product(UInt8(other), difference))
            }
            return weight
        }
    }
}
