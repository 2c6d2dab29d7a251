import Age
import Model
import Platform
import Testing

@testable import Recovery

@Suite struct FieldOfBytesTests {
    @Test func `products are those of FIPS 197, and a field's`() {
        // FIPS 197, section 4.2.
        #expect(FieldOfBytes.product(0x57, 0x83) == 0xc1)
        #expect(FieldOfBytes.product(0x57, 0x13) == 0xfe)
        for left in UInt8.min...UInt8.max {
            #expect(FieldOfBytes.product(left, 1) == left)
            #expect(FieldOfBytes.product(left, 0) == 0)
            #expect(FieldOfBytes.product(left, FieldOfBytes.inverse(left)) == (left == 0 ? 0 : 1))
        }
        for left in UInt8.min...UInt8.max {
            for right in UInt8.min...UInt8.max {
                let slow = Self.slowProduct(left, right)
                if FieldOfBytes.product(left, right) != slow { Issue.record("\(left) times \(right)") }
            }
        }
    }

    /// As polynomials: multiplied, then divided by 0x11b.
    private static func slowProduct(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var sum: UInt32 = 0
        for bit in 0..<8 where right >> bit & 1 == 1 { sum ^= UInt32(left) << UInt32(bit) }
        for bit in (8..<16).reversed() where sum >> UInt32(bit) & 1 == 1 { sum ^= 0x11b << UInt32(bit - 8) }
        return UInt8(sum)
    }
}

@Suite struct ShareCollectionTests {
    /// Each of 2 to 16 shares with each threshold, several secrets: a chance subset of the threshold gives the secret, one
    /// fewer tells nothing, one changed gives another.
    @Test func `any k of n give the secret, for all k and n`() throws {
        var random = Seeded("shares")
        var cases = 0
        for count in ShareCollection.counts {
            for threshold in 2...count {
                for length in [1, 32, Int.random(in: 2...255, using: &random)] {
                    let secret = random.bytes(length)
                    let shares = try Self.split(secret, threshold, count, &random)
                    #expect(shares.count == count && shares.allSatisfy { $0.count == length + 1 })
                    for _ in 0..<5 {
                        let subset = shares.shuffled(using: &random)
                        #expect(try Self.combined(Array(subset.prefix(threshold)), threshold) == secret)
                        // Too many are not too much.
                        #expect(try Self.combined(subset, threshold) == secret)
                        cases += 1
                        var changed = Array(subset.prefix(threshold))
                        let place = Int.random(in: 1...length, using: &random)
                        changed[Int.random(in: 0..<threshold, using: &random)][place] ^= UInt8.random(
                            in: 1...255, using: &random)
                        #expect(try Self.combined(changed, threshold) != secret)
                    }
                }
            }
        }
        #expect(cases == 120 * 15)
    }

    @Test func `one fewer is refused, and fits any secret`() throws {
        var random = Seeded("fewer")
        for _ in 0..<100 {
            let threshold = Int.random(in: 2...16, using: &random)
            let secret = random.bytes(1)
            let shares = try Self.split(secret, threshold, threshold, &random)
            let fewer = Array(shares.shuffled(using: &random).prefix(threshold - 1))
            let error = refusal { () throws(ShareError) in _ = try Self.combined(fewer, threshold) }
            #expect(error == .tooFew(missing: 1))
            // With each of the 256 values that the last share could have, another secret comes out.
            let missing = try #require(shares.first { !fewer.contains($0) })
            var found: Set<[UInt8]> = []
            for value in UInt8.min...UInt8.max {
                found.insert(try Self.combined(fewer + [[missing[0], value]], threshold))
            }
            #expect(found.count == 256)
        }
    }

    /// With coefficients that are given the shares are those that anybody computes.
    @Test func `shares are points of the polynomials`() throws {
        let secret: [UInt8] = [0x42, 0x00, 0xff]
        let coefficients: [UInt8] = [1, 2, 3, 0x80, 0x10, 0xfe]
        let made = try ShareCollection.split(secret.span, threshold: 3, count: 4) { output, count in
            for index in 0..<count { output.append(coefficients[index]) }
        }
        for number in 1...UInt8(4) {
            var expected = [number]
            for place in 0..<3 {
                let linear = FieldOfBytes.product(coefficients[place], number)
                let square = FieldOfBytes.product(coefficients[3 + place], FieldOfBytes.product(number, number))
                expected.append(secret[place] ^ linear ^ square)
            }
            #expect(array(made[Int(number) - 1]) == expected)
        }
    }

    @Test(arguments: [(1, 2), (3, 2), (2, 1), (0, 0), (2, 17), (17, 17), (-1, 5)])
    func `thresholds that make no sense are refused`(threshold: Int, count: Int) {
        let secret = [UInt8](repeating: 1, count: 32)
        let error = refusal { () throws(ShareError) in
            _ = try ShareCollection.split(secret.span, threshold: threshold, count: count)
        }
        #expect(error == .badThreshold)
    }

    @Test func `shares that are none are refused, and change nothing`() throws {
        var collection = try ShareCollection(secretBytes: 3)
        func add(_ share: [UInt8]) -> ShareError? {
            do { try collection.append(share.span) } catch { return error }
            return nil
        }
        #expect(add([3, 1, 2, 3]) == nil)
        #expect(add([3, 1, 2, 4]) == .duplicate(index: 3))
        #expect(add([0, 1, 2, 3]) == .badIndex)
        #expect(add([17, 1, 2, 3]) == .badIndex)
        #expect(add([1, 2, 3]) == .badLength)
        #expect(add([]) == .badLength)
        #expect(collection.indices == [3])
        for index in UInt8(1)...16 where index != 3 { #expect(add([index, 0, 0, 0]) == nil) }
        #expect(collection.count == 16)
        let empty = refusal { () throws(ShareError) in _ = try ShareCollection(secretBytes: 0) }
        #expect(empty == .badLength)
    }

    private static func split(
        _ secret: [UInt8], _ threshold: Int, _ count: Int, _ random: inout Seeded
    ) throws(ShareError) -> [[UInt8]] {
        var other = random
        let made = try ShareCollection.split(secret.span, threshold: threshold, count: count) { output, count in
            for byte in other.bytes(count) { output.append(byte) }
        }
        random = other
        return (0..<made.count).map { array(made[$0]) }
    }

    private static func combined(_ shares: [[UInt8]], _ threshold: Int) throws(ShareError) -> [UInt8] {
        var collection = try ShareCollection(secretBytes: (shares.first?.count ?? 2) - 1)
        for share in shares { try collection.append(share.span) }
        let secret = try collection.secret(threshold: threshold)
        return array(secret.bytes)
    }
}

@Suite struct ShareSealingTests {
    private var random = Seeded("sealing")

    private func digest(_ byte: UInt8) throws -> KeyDigest {
        try #require(KeyDigest([UInt8](repeating: byte, count: 32)))
    }

    private func place(index: Int = 2) throws -> SharePlace {
        SharePlace(
            set: identifier(9), index: index, threshold: 3, count: 5, owner: try digest(1), keeper: try digest(2))
    }

    private func opened(_ sealed: [UInt8], _ place: SharePlace, _ key: [UInt8]) throws(ShareError) -> [UInt8] {
        let share = try ShareSealing.open(sealed.span, in: place, key: key.span)
        return array(share.bytes)
    }

    @Test mutating func `a share opens in its own place, with its own key, unchanged`() throws {
        let share = [2] + random.bytes(32)
        let (key, salt) = (random.bytes(32), random.bytes(16))
        let sealed = try ShareSealing.seal(share.span, in: try place(), key: key.span, salt: salt.span)
        #expect(sealed.count == ShareSealing.sealedBytes)
        #expect(try opened(sealed, try place(), key) == share)
        let others = [
            SharePlace(
                set: identifier(8), index: 2, threshold: 3, count: 5, owner: try digest(1), keeper: try digest(2)),
            SharePlace(
                set: identifier(9), index: 3, threshold: 3, count: 5, owner: try digest(1), keeper: try digest(2)),
            SharePlace(
                set: identifier(9), index: 2, threshold: 2, count: 5, owner: try digest(1), keeper: try digest(2)),
            SharePlace(
                set: identifier(9), index: 2, threshold: 3, count: 6, owner: try digest(1), keeper: try digest(2)),
            SharePlace(
                set: identifier(9), index: 2, threshold: 3, count: 5, owner: try digest(3), keeper: try digest(2)),
            SharePlace(
                set: identifier(9), index: 2, threshold: 3, count: 5, owner: try digest(1), keeper: try digest(1)),
        ]
        for other in others {
            let error = refusal { () throws(ShareError) in _ = try opened(sealed, other, key) }
            #expect(error == .notAuthentic(index: other.index))
        }
        let here = try place()
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let error = refusal { () throws(ShareError) in _ = try opened(changed, here, key) }
            #expect(error == .notAuthentic(index: 2))
        }
        for bit in 0..<256 {
            var other = key
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            let error = refusal { () throws(ShareError) in _ = try opened(sealed, here, other) }
            #expect(error == .notAuthentic(index: 2))
        }
        for length in [0, 1, 17, sealed.count - 1] {
            let cut = Array(sealed.prefix(length))
            let error = refusal { () throws(ShareError) in _ = try opened(cut, here, key) }
            #expect(error == .notAuthentic(index: 2))
        }
    }

    @Test mutating func `a share for another place is not sealed`() throws {
        let share = [3] + random.bytes(32)
        let (key, salt, here) = (random.bytes(32), random.bytes(16), try place())
        let error = refusal { () throws(ShareError) in
            _ = try ShareSealing.seal(share.span, in: here, key: key.span, salt: salt.span)
        }
        #expect(error == .badIndex)
    }

    @Test mutating func `a commitment tells one share from all others, and one set`() throws {
        let share = [2] + random.bytes(32)
        let wanted = try ShareSealing.commitment(to: share.span, set: identifier(9))
        #expect(try ShareSealing.commitment(to: share.span, set: identifier(8)) != wanted)
        for bit in 0..<share.count * 8 {
            var changed = share
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try ShareSealing.commitment(to: changed.span, set: identifier(9)) != wanted)
        }
    }
}
