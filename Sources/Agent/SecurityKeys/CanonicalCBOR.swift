/// The little CBOR (RFC 8949) that stands inside authenticator data, in CTAP2's canonical form. It is written only: the
/// agent reads none.
struct CanonicalCBOR {
    private(set) var bytes: [UInt8] = []

    /// Begins a map; its keys follow in canonical order, each with its value.
    mutating func map(_ count: Int) { head(5, UInt64(count)) }

    /// A number.
    mutating func number(_ number: Int) {
        if number < 0 { head(1, UInt64(-1 - number)) } else { head(0, UInt64(number)) }
    }

    /// A text.
    mutating func text(_ text: StaticString) {
        head(3, UInt64(text.utf8CodeUnitCount))
        bytes += text.description.utf8
    }

    /// A string of bytes.
    mutating func bytes(_ bytes: some Collection<UInt8>) {
        head(2, UInt64(bytes.count))
        self.bytes += bytes
    }

    /// A truth value.
    mutating func flag(_ flag: Bool) { bytes.append(flag ? 0xf5 : 0xf4) }

    private mutating func head(_ type: UInt8, _ value: UInt64) {
        switch value {
        case 0..<24: bytes.append(type << 5 | UInt8(value))
        case 24..<256: bytes += [type << 5 | 24, UInt8(value)]
        default:
            precondition(value < 65536, "fob: internal error: nothing in authenticator data is so long")
            bytes += [type << 5 | 25, UInt8(value >> 8), UInt8(value & 0xff)]
        }
    }
}
