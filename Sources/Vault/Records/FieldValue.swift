import Platform

/// What a field can hold.
protocol FieldValue {
    /// Reads it where it lies in a record's body.
    ///
    /// - Throws: `damaged`.
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError)
    /// Zero, false or nothing: what many fields are not written for.
    var isEmptyField: Bool { get }
    /// Bytes of the value.
    var fieldBytes: Int { get }
    /// Appends `fieldBytes` bytes; places lie in `lent`.
    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>)
}

/// A number, big-endian, in as many bytes as its type has.
extension FieldValue where Self: FixedWidthInteger & UnsignedInteger {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == Self.bitWidth / 8 else { throw .damaged("a number has the wrong length") }
        self = 0
        for index in place { self = Self(truncatingIfNeeded: UInt64(self) << 8 | UInt64(body[index])) }
    }

    var isEmptyField: Bool { self == 0 }
    var fieldBytes: Int { Self.bitWidth / 8 }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        output.appendNumber(UInt64(self), bytes: fieldBytes)
    }
}

extension UInt8: FieldValue {}
extension UInt16: FieldValue {}
extension UInt32: FieldValue {}
extension UInt64: FieldValue {}

/// A flag: a byte, 0 or 1.
extension Bool: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        let value = try UInt8(in: body, at: place)
        guard value < 2 else { throw .damaged("a flag is neither 0 nor 1") }
        self = value == 1
    }

    var isEmptyField: Bool { !self }
    var fieldBytes: Int { 1 }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) { output.append(self ? 1 : 0) }
}

/// A text, which is not secret: one line, as it is shown and as messages can carry it. Whoever wrote a file may have put
/// anything there, and so may releases before 0.2: read, each control character becomes a question mark.
extension String: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard let text = try? UTF8Span(validating: body.extracting(place)) else {
            throw .damaged("a text is not UTF-8")
        }
        self = String(copying: text).oneLine
    }

    /// Whether it has a control character: C0, DEL or C1, which are the scalars below U+00A0 that nobody sees.
    package var hasControls: Bool {
        let bytes = utf8.span
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x7F { return true }
            // The lead byte of U+0080 to U+00BF.
            if byte == 0xC2, bytes[index + 1] < 0xA0 { return true }
        }
        return false
    }

    /// The same text with a question mark in place of each control character; never longer.
    package var oneLine: String {
        guard hasControls else { return self }
        var line = UnicodeScalarView()
        for scalar in unicodeScalars {
            line.append(scalar.value < 0x20 || 0x7F..<0xA0 ~= scalar.value ? "?" : scalar)
        }
        return String(line)
    }

    var isEmptyField: Bool { isEmpty }
    var fieldBytes: Int { utf8.count }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) { output.append(copying: utf8Span.span) }
}

extension Identifier: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == Self.count else { throw .damaged("an id has the wrong length") }
        self.init(firstOf: body.extracting(place))
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { Self.count }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        output.appendNumber(high, bytes: 8)
        output.appendNumber(low, bytes: 8)
    }
}

extension Optional: FieldValue where Wrapped: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) { self = try Wrapped(in: body, at: place) }

    var isEmptyField: Bool { self == nil }
    var fieldBytes: Int { self?.fieldBytes ?? 0 }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) { self?.append(to: &output, from: lent) }
}

/// A hash or a public key.
extension InlineArray: FieldValue where Element == UInt8 {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        self.init(repeating: 0)
        guard place.count == count else { throw .damaged("a hash, salt or public key has the wrong length") }
        for index in indices { self[index] = body[place.lowerBound + index] }
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { count }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) { output.append(copying: span) }
}

/// Bytes that are not secret.
extension [UInt8]: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) { self = place.map { body[$0] } }

    var isEmptyField: Bool { isEmpty }
    var fieldBytes: Int { count }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) { output.append(copying: span) }
}

/// A secret, which stays where it is: only its place is read.
extension Range<Int>: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) { self = place }

    var isEmptyField: Bool { isEmpty }
    var fieldBytes: Int { count }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        output.append(copying: lent.extracting(self))
    }
}

extension OutputSpan<UInt8> {
    /// Appends the low `bytes` bytes of a number, big-endian.
    mutating func appendNumber(_ number: UInt64, bytes: Int) {
        for shift in stride(from: 8 * (bytes - 1), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }
}
