/// Reads the canonical CBOR of CTAP 2.1, section 8 ("Message Encoding"), and nothing else: what it accepts,
/// ``CBORWriter`` writes again byte by byte.
///
/// Time and memory are bounded by the bytes that are there: a length is believed only when so much follows.
package struct CBORReader: ~Copyable, ~Escapable {
    /// Arrays and maps in one another, as CTAP2 limits them.
    package static let depth = 4

    private let bytes: Span<UInt8>
    private var position = 0

    @_lifetime(copy bytes)
    private init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// The one value that the bytes are.
    package static func read(_ bytes: Span<UInt8>) throws(CBORError) -> CBORValue {
        let (value, end) = try readFirst(bytes)
        guard end == bytes.count else { throw .leftover }
        return value
    }

    /// The value that the bytes begin with, and where it ends.
    package static func readFirst(_ bytes: Span<UInt8>) throws(CBORError) -> (value: CBORValue, end: Int) {
        var reader = CBORReader(bytes)
        let value = try reader.value(depth: depth)
        return (value, reader.position)
    }

    // MARK: - Heads

    /// Major type and argument of RFC 8949, section 3.
    private struct Head {
        let major: UInt8
        let argument: UInt64
        /// The bytes it took, 1 to 9.
        let count: Int
    }

    private mutating func byte() throws(CBORError) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func head() throws(CBORError) -> Head {
        let first = try byte()
        let major = first >> 5
        let information = first & 0x1F
        // Major type 7 is checked where it is read: its arguments are no numbers.
        guard information >= 24 else { return Head(major: major, argument: UInt64(information), count: 1) }
        guard information <= 27, major != 7 else { throw .unsupported }
        let count = 1 << Int(information - 24)
        var argument: UInt64 = 0
        for _ in 0..<count { argument = argument << 8 | UInt64(try byte()) }
        let least: UInt64 = count == 1 ? 24 : 1 << UInt64(count * 4)
        guard argument >= least else { throw .notCanonical }
        return Head(major: major, argument: argument, count: 1 + count)
    }

    /// A count of things that take at least one byte each.
    private func checked(_ argument: UInt64, each: Int = 1) throws(CBORError) -> Int {
        guard argument <= UInt64((bytes.count - position) / each) else { throw .truncated }
        return Int(argument)
    }

    // MARK: - Values

    private mutating func value(depth: Int) throws(CBORError) -> CBORValue {
        let head = try head()
        switch head.major {
        case 0: return .unsigned(head.argument)
        case 1: return .negative(head.argument)
        case 2: return .bytes(try bytes(head))
        case 3: return .text(try text(head))
        case 4:
            guard depth > 0 else { throw .tooDeep }
            let count = try checked(head.argument)
            var items: [CBORValue] = []
            for _ in 0..<count { items.append(try value(depth: depth - 1)) }
            return .array(items)
        case 5:
            guard depth > 0 else { throw .tooDeep }
            return .map(try map(head, depth: depth - 1))
        case 7:
            switch head.argument {
            case 20: return .bool(false)
            case 21: return .bool(true)
            case 22: return .null
            default: throw .unsupported
            }
        default: throw .unsupported
        }
    }

    private mutating func bytes(_ head: Head) throws(CBORError) -> [UInt8] {
        let count = try checked(head.argument)
        defer { position += count }
        return bytes.extracting(position..<(position + count)).array
    }

    private mutating func text(_ head: Head) throws(CBORError) -> String {
        let count = try checked(head.argument)
        defer { position += count }
        do {
            return String(copying: try UTF8Span(validating: bytes.extracting(position..<(position + count))))
        } catch {
            throw .badText
        }
    }

    private mutating func map(_ head: Head, depth: Int) throws(CBORError) -> CBORMap {
        let count = try checked(head.argument, each: 2)
        var map = CBORMap()
        var previous: Range<Int>?
        for _ in 0..<count {
            let start = position
            let key = try key()
            let encoded = start..<position
            if let previous, !isAscending(previous, encoded) { throw .notCanonical }
            previous = encoded
            map[key] = try value(depth: depth)
        }
        return map
    }

    private mutating func key() throws(CBORError) -> CBORKey {
        let head = try head()
        switch head.major {
        case 0:
            guard let number = Int(exactly: head.argument) else { throw .unsupported }
            return .integer(number)
        case 1:
            guard let number = Int(exactly: head.argument) else { throw .unsupported }
            return .integer(-1 - number)
        case 3: return .text(try text(head))
        default: throw .unsupported
        }
    }

    /// The order of CTAP2: by major type, then shorter first, then by bytes. Equal keys are not ascending.
    private func isAscending(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        let (first, second) = (bytes[left.lowerBound] >> 5, bytes[right.lowerBound] >> 5)
        guard first == second else { return first < second }
        guard left.count == right.count else { return left.count < right.count }
        for index in 0..<left.count {
            let (one, other) = (bytes[left.lowerBound + index], bytes[right.lowerBound + index])
            if one != other { return one < other }
        }
        return false
    }
}

extension Span<UInt8> {
    /// A copy of the bytes.
    fileprivate var array: [UInt8] { indices.map { self[$0] } }
}
