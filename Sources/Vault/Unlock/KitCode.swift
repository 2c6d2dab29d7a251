package import Age
package import Platform

/// A kit code: 120 random bits that open its files, so many that nothing slow has to stand between
/// the code and the key.
///
/// Written it has 30 symbols of Crockford's base32 in six groups of five, joined by dashes. The fifth of each group
/// checks the four before it and the place of the group (fob-vault(5)): every wrong symbol, every two that were swapped in
/// a group and every group in another's place is noticed, and the group is known.
package struct KitCode: ~Copyable, Sendable {
    /// Characters of its text, dashes included.
    package static let textCount = groups * (groupSymbols + 1) - 1
    /// How many codes a set has unless its owner says otherwise.
    package static let usualCount = 16

    /// HKDF's info text.
    static let info: StaticString = "fob/recovery-code/x25519/1"
    private static let groups = 6
    private static let groupSymbols = 5
    static let symbols = groups * groupSymbols
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private let payload: Secret

    /// Why a text is no code.
    package enum Fault: Error, Equatable {
        /// A symbol of this group, counted from 1, is wrong, missing or one too many, or two are swapped, or the group is in
        /// another's place.
        case mistyped(group: Int)
        /// So many characters were typed besides what separates them, and not 30.
        case count(Int)
        /// Locked memory ran out.
        case memory(MemoryError)
    }

    /// A new code.
    package static func random() throws(MemoryError) -> KitCode {
        KitCode(payload: try Secret.random(count: Limits.kitCode))
    }

    private init(payload: consuming Secret) { self.payload = payload }

    /// The code with these bytes.
    ///
    /// - Throws: `noMatch` for another number of bytes: that opens nothing.
    package init(_ bytes: Span<UInt8>) throws(VaultError) {
        guard bytes.count == Limits.kitCode else { throw .noMatch }
        do { payload = try Secret(copying: bytes) } catch { throw .memory(error) }
    }

    /// Reads what a person typed or pasted: in any case, with dashes and blanks of any kind anywhere, O for 0, I and L for
    /// 1, and with the number that the kit has in front of it.
    package init(text: Span<UInt8>) throws(Fault) {
        var bytes: LockedBuffer
        do { bytes = try LockedBuffer(capacity: Limits.kitCode) } catch { throw .memory(error) }
        var typed = TypedCode(text)
        guard typed.count == Self.symbols else {
            let odd = typed.oddGroup(of: Self.groups, symbols: Self.groupSymbols)
            throw odd.map { .mistyped(group: $0) } ?? .count(typed.count)
        }
        var position = 0
        var check: UInt8 = 0
        var bits: UInt16 = 0
        var held = 0
        while let character = typed.next() {
            let (group, place) = position.quotientAndRemainder(dividingBy: Self.groupSymbols)
            guard let ascii = UInt8(exactly: character), let value = Self.value(of: ascii) else {
                throw .mistyped(group: group + 1)
            }
            position += 1
            guard place < Self.groupSymbols - 1 else {
                guard value == check ^ Self.power(group) else { throw .mistyped(group: group + 1) }
                check = 0
                continue
            }
            check ^= Self.times(value, powerOfTwo: place + 1)
            bits = bits << 5 | UInt16(value)
            held += 5
            if held >= 8 {
                held -= 8
                let byte = UInt8(truncatingIfNeeded: bits >> UInt16(held))
                bytes.append { output in output.append(byte) }
            }
        }
        do { payload = try Secret(bytes) } catch { throw .memory(error) }
    }

    /// Why a text is no code that was meant as one: groups of letters and digits with dashes between them, about as many
    /// as a code has. Nil for a code, and for what has another form.
    package static func mistake(in text: Span<UInt8>) -> Fault? {
        guard TypedCode(text).hasFormOfCode else { return nil }
        do throws(Fault) { _ = try KitCode(text: text) } catch { return error }
        return nil
    }

    /// Lends the bytes.
    package borrowing func withBytes<R: ~Copyable, E: Error>(_ use: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try payload.withBytes(use)
    }

    /// Appends the text, `textCount` characters.
    package borrowing func appendText(to output: inout OutputSpan<UInt8>) {
        payload.withBytes { bytes in Self.append(bytes, to: &output) }
    }

    /// Appends the text of a code's 15 bytes, `textCount` characters.
    package static func append(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        precondition(bytes.count == Limits.kitCode)
        var bits: UInt16 = 0
        var held = 0
        var next = 0
        for group in 0..<groups {
            if group > 0 { output.append(UInt8(ascii: "-")) }
            var check = power(group)
            for place in 1..<groupSymbols {
                if held < 5 {
                    bits = bits << 8 | UInt16(bytes[next])
                    next += 1
                    held += 8
                }
                held -= 5
                let value = UInt8(truncatingIfNeeded: bits >> UInt16(held)) & 31
                check ^= times(value, powerOfTwo: place)
                output.append(symbol(value))
            }
            output.append(symbol(check))
        }
    }

    /// The identity that files are sealed to.
    package borrowing func identity() throws(VaultError) -> X25519Identity {
        let info = Self.info.description
        let noSalt: [UInt8] = []
        do {
            var scalar = try LockedBuffer(capacity: X25519Identity.byteCount)
            payload.withBytes { bytes in
                scalar.append { output in
                    Sodium.hkdfSHA256(
                        inputKey: bytes, salt: noSalt.span, info: info.utf8Span.span, count: X25519Identity.byteCount,
                        into: &output)
                }
            }
            return try X25519Identity(scalar: Secret(scalar))
        } catch let error as MemoryError {
            throw .memory(error)
        } catch {
            throw .damaged("its kit code")
        }
    }

    // MARK: Symbols

    /// Looks at all symbols, so that neither time nor cache lines tell which one it was.
    private static func value(of character: UInt8) -> UInt8? {
        var character = character
        if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(character) { character -= 32 }
        if character == UInt8(ascii: "O") { character = UInt8(ascii: "0") }
        if character == UInt8(ascii: "I") || character == UInt8(ascii: "L") { character = UInt8(ascii: "1") }
        var found: UInt8?
        for value in 0..<32 where alphabet[value] == character { found = UInt8(value) }
        return found
    }

    /// Also looks at all of them.
    private static func symbol(_ value: UInt8) -> UInt8 {
        var found: UInt8 = 0
        for candidate in 0..<32 where candidate == Int(value) { found = alphabet[candidate] }
        return found
    }

    /// The product with x to a power, in GF(32) modulo x^5 + x^2 + 1.
    private static func times(_ value: UInt8, powerOfTwo power: Int) -> UInt8 {
        var value = value
        for _ in 0..<power { value = (value << 1 ^ (value >> 4) &* 0b10_0101) & 31 }
        return value
    }

    private static func power(_ exponent: Int) -> UInt8 { times(1, powerOfTwo: exponent) }
}
