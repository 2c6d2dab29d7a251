/// What a list of fields is given to: it reads, writes or measures them. Each primitive has one encoding; what has
/// another one, or is over its bound, is refused when it is read and when it is written.
package protocol Coder: ~Copyable, ~Escapable {
    /// Values are replaced by what is read; else they stay as they are.
    static var isReader: Bool { get }

    /// A number, big-endian.
    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ value: inout T) throws(WireError)
    /// A string of at most `limit` bytes of UTF-8, without NUL.
    mutating func string(_ value: inout String, _ limit: Int) throws(WireError)
    /// Bytes that are no secret; `wide`: with a count of 32 bits.
    mutating func bytes(_ value: inout [UInt8], _ bounds: ClosedRange<Int>, wide: Bool) throws(WireError)
    /// Bytes that are lent: read, they stay in the body; written, they come from where the sender has them.
    @_lifetime(value: copy value, copy self)
    mutating func lent(_ value: inout Span<UInt8>, _ bounds: ClosedRange<Int>, wide: Bool) throws(WireError)
    /// Bytes that are lent, as a part of a text; read, the text is the whole body.
    @_lifetime(text: copy text, copy self)
    mutating func part(
        _ value: inout Range<Int>, of text: inout Span<UInt8>, _ bounds: ClosedRange<Int>
    ) throws(WireError)
    /// Bytes without a count.
    mutating func fixed(_ bytes: inout MutableSpan<UInt8>) throws(WireError)
    /// Whether the fields behind, which a later version has added, are there: read, where bytes follow; else as it says.
    mutating func follows(_ isThere: Bool) -> Bool
    /// The count in front of a list that has `count` items; returns how many are to be coded.
    mutating func count(_ count: Int, _ limit: Int) throws(WireError) -> Int
}

extension Coder where Self: ~Copyable & ~Escapable {
    mutating func bytes(_ value: inout [UInt8], _ bounds: ClosedRange<Int>) throws(WireError) {
        try bytes(&value, bounds, wide: false)
    }

    @_lifetime(value: copy value, copy self)
    mutating func lent(_ value: inout Span<UInt8>, _ bounds: ClosedRange<Int>) throws(WireError) {
        try lent(&value, bounds, wide: false)
    }

    /// A bool: 0 or 1.
    mutating func bool(_ value: inout Bool) throws(WireError) {
        var raw: UInt8 = value ? 1 : 0
        try integer(&raw)
        guard raw < 2 else { throw .badBool }
        value = raw == 1
    }

    /// A byte that stands for one of the cases of an enumeration.
    mutating func choice<T: RawRepresentable<UInt8>>(_ value: inout T) throws(WireError) {
        var raw = value.rawValue
        try integer(&raw)
        guard let known = T(rawValue: raw) else { throw .unknownValue }
        value = known
    }

    /// The same; 0 is none.
    mutating func choice<T: RawRepresentable<UInt8>>(_ value: inout T?) throws(WireError) {
        var raw = value?.rawValue ?? 0
        try integer(&raw)
        guard raw != 0 else { return value = nil }
        guard let known = T(rawValue: raw) else { throw .unknownValue }
        value = known
    }

    /// The code of an error.
    mutating func code(_ value: inout ErrorCode) throws(WireError) {
        var raw = value.rawValue
        try integer(&raw)
        guard let known = ErrorCode(rawValue: raw) else { throw .unknownValue }
        value = known
    }

    /// Flags, none of them outside `known`.
    mutating func flags<T: OptionSet>(
        _ value: inout T, known: T
    ) throws(WireError) where T.RawValue: FixedWidthInteger & UnsignedInteger {
        var raw = value.rawValue
        try integer(&raw)
        guard raw & ~known.rawValue == 0 else { throw .unknownValue }
        value = T(rawValue: raw)
    }

    mutating func field<T: Field>(_ value: inout T) throws(WireError) { try value.fields(&self) }

    /// An id; none is all zeroes.
    mutating func field(_ value: inout Identifier?) throws(WireError) {
        var id = value ?? .zero
        try id.fields(&self)
        value = id.isZero ? nil : id
    }

    /// A list of at most `limit` items. Memory grows with what is really there, not with the count announced.
    mutating func list<T: Field>(_ values: inout [T], _ limit: Int) throws(WireError) {
        let count = try count(values.count, limit)
        guard Self.isReader else {
            for value in values {
                var value = value
                try value.fields(&self)
            }
            return
        }
        values = []
        for _ in 0..<count {
            var value = T()
            try value.fields(&self)
            values.append(value)
        }
    }

    mutating func strings(_ values: inout [String], _ limit: Int, each: Int) throws(WireError) {
        let count = try count(values.count, limit)
        guard Self.isReader else {
            for value in values {
                var value = value
                try string(&value, each)
            }
            return
        }
        values = []
        for _ in 0..<count {
            var value = ""
            try string(&value, each)
            values.append(value)
        }
    }

    /// A string that is there.
    mutating func string(_ value: inout String?, _ limit: Int) throws(WireError) {
        var text = value ?? ""
        try string(&text, limit)
        value = text
    }

    func check(_ condition: Bool, _ error: WireError = .outOfRange) throws(WireError) {
        guard condition else { throw error }
    }
}

/// A value with a layout of its own. `init()` makes what is read into.
package protocol Field: ~Escapable {
    @_lifetime(immortal)
    init()
    /// Names each field to the coder, in the order on the wire.
    @_lifetime(self: copy self, copy coder)
    mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError)
}
