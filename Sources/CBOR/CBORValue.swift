/// A value of the part of CBOR (RFC 8949) that CTAP2 uses: no floating-point numbers, no tags, no indefinite lengths,
/// and keys of maps that are integers or text.
package indirect enum CBORValue: Equatable, Sendable {
    /// 0 or more.
    case unsigned(UInt64)
    /// -1 - n, so that every encodable negative number fits.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBORValue])
    case map(CBORMap)
    case bool(Bool)
    case null

    /// An integer.
    package static func integer(_ value: Int) -> CBORValue {
        value < 0 ? .negative(UInt64(-1 - value)) : .unsigned(UInt64(value))
    }
}

/// What a map's entry is found by.
package enum CBORKey: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// An integer; CTAP2 uses small ones.
    case integer(Int)
    case text(String)

    /// From a number.
    package init(integerLiteral value: Int) { self = .integer(value) }
    /// From a text.
    package init(stringLiteral value: String) { self = .text(value) }
}

/// A map, whose entries are written in canonical order whatever the order here is.
package struct CBORMap: Equatable, Sendable, ExpressibleByDictionaryLiteral {
    private var entries: [CBORKey: CBORValue] = [:]

    /// Without entries.
    package init() {}

    /// From key and value pairs; a key that comes twice is a bug and traps.
    package init(dictionaryLiteral elements: (CBORKey, CBORValue)...) {
        entries = Dictionary(uniqueKeysWithValues: elements)
    }

    /// The value under a key; setting nil takes the entry away.
    package subscript(_ key: CBORKey) -> CBORValue? {
        get { entries[key] }
        set { entries[key] = newValue }
    }

    /// How many entries there are.
    package var count: Int { entries.count }
    /// Whether there are no entries.
    package var isEmpty: Bool { entries.isEmpty }
    /// The keys, in no order.
    package var keys: Dictionary<CBORKey, CBORValue>.Keys { entries.keys }

    /// The entries, in no order.
    var unordered: [CBORKey: CBORValue] { entries }
}
