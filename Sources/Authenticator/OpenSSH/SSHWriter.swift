/// The primitive encoders of RFC 4251, section 5. Nothing that is written in this protocol is secret.
struct SSHWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(u32 value: UInt32) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }

    mutating func append(bytes more: [UInt8]) { bytes += more }

    mutating func append(string: [UInt8]) {
        append(u32: UInt32(string.count))
        bytes += string
    }

    mutating func append(text: String) { append(string: Array(text.utf8)) }

    /// A number that is not negative, from its big-endian bytes: without zeros in front, but for one where the first
    /// bit would be a sign.
    mutating func append(mpint number: some Collection<UInt8>) {
        let digits = number.drop { $0 == 0 }
        append(string: (digits.first ?? 0) & 0x80 == 0 ? Array(digits) : [0] + digits)
    }
}
