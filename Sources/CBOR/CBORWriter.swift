/// Writes canonical CBOR as CTAP 2.1, section 8, asks for: shortest lengths, keys in order.
package struct CBORWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    /// Nothing written yet.
    package init() {}

    /// The encoding of one value.
    package static func write(_ value: CBORValue) -> [UInt8] {
        var writer = CBORWriter()
        writer.append(value)
        return writer.bytes
    }

    /// Appends a value.
    package mutating func append(_ value: CBORValue) {
        switch value {
        case .unsigned(let number): appendHead(0, number)
        case .negative(let number): appendHead(1, number)
        case .bytes(let bytes):
            appendHead(2, UInt64(bytes.count))
            self.bytes += bytes
        case .text(let text):
            appendHead(3, UInt64(text.utf8.count))
            bytes += text.utf8
        case .array(let items):
            appendHead(4, UInt64(items.count))
            for item in items { append(item) }
        case .map(let map): append(map)
        case .bool(let flag): bytes.append(flag ? 0xF5 : 0xF4)
        case .null: bytes.append(0xF6)
        }
    }

    private mutating func append(_ map: CBORMap) {
        appendHead(5, UInt64(map.count))
        let entries = map.unordered.map { (key: Self.writeKey($0.key), value: $0.value) }
        for entry in entries.sorted(by: { Self.isAscending($0.key, $1.key) }) {
            bytes += entry.key
            append(entry.value)
        }
    }

    private static func writeKey(_ key: CBORKey) -> [UInt8] {
        switch key {
        case .integer(let number): write(.integer(number))
        case .text(let text): write(.text(text))
        }
    }

    private static func isAscending(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let (first, second) = ((left.first ?? 0) >> 5, (right.first ?? 0) >> 5)
        guard first == second else { return first < second }
        return left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }

    private mutating func appendHead(_ major: UInt8, _ argument: UInt64) {
        let type = major << 5
        switch argument {
        case 0..<24: bytes.append(type | UInt8(argument))
        case 24...0xFF: appendNumber(type | 24, argument, count: 1)
        case 0x100...0xFFFF: appendNumber(type | 25, argument, count: 2)
        case 0x1_0000...0xFFFF_FFFF: appendNumber(type | 26, argument, count: 4)
        default: appendNumber(type | 27, argument, count: 8)
        }
    }

    private mutating func appendNumber(_ head: UInt8, _ argument: UInt64, count: Int) {
        bytes.append(head)
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: argument >> UInt64(8 * index))) }
    }
}
