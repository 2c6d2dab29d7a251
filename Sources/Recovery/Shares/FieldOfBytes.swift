/// GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 (0x11b; FIPS 197, section 4.2). No table and no branch: time and memory tell
/// nothing about what is multiplied.
enum FieldOfBytes {
    /// The product of two.
    static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (left, right, product): (UInt8, UInt8, UInt8) = (left, right, 0)
        for _ in 0..<8 {
            product ^= left & (0 &- (right & 1))
            left = (left &<< 1) ^ (0x1b & (0 &- (left &>> 7)))
            right = right &>> 1
        }
        return product
    }

    /// What times `value` is 1; 0 for 0. It is `value` to the power of 254.
    static func inverse(_ value: UInt8) -> UInt8 {
        var power = value
        for _ in 0..<6 { power = product(product(power, power), value) }
        return product(power, power)
    }
}
