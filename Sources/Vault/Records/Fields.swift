import Platform

/// The fields of a record's body: `u8 tag | u16 length | value`, in any order; what a reader does not know it keeps.
///
/// The walker hands out ranges: the bytes stay where they are.
struct FieldReader {
    private var position = 0

    /// A field and where its value lies.
    struct Field {
        let tag: UInt8
        let value: Range<Int>
    }

    /// The next field, nil at the end.
    mutating func next(in body: Span<UInt8>) throws(VaultError) -> Field? {
        guard position < body.count else { return nil }
        guard body.count - position >= 3 else { throw .damaged("a field is cut short") }
        let length = Int(body[position + 1]) << 8 | Int(body[position + 2])
        let start = position + 3
        guard body.count - start >= length else { throw .damaged("a field is cut short") }
        let field = Field(tag: body[position], value: start..<(start + length))
        position = start + length
        return field
    }
}

/// Reading the values of fields.
enum FieldValue {
    static func number(_ body: Span<UInt8>, _ range: Range<Int>, bytes: Int) throws(VaultError) -> UInt64 {
        guard range.count == bytes else { throw .damaged("a number has the wrong length") }
        var value: UInt64 = 0
        for index in range { value = value << 8 | UInt64(body[index]) }
        return value
    }

    static func flag(_ body: Span<UInt8>, _ range: Range<Int>) throws(VaultError) -> Bool {
        let value = try number(body, range, bytes: 1)
        guard value < 2 else { throw .damaged("a flag is neither 0 nor 1") }
        return value == 1
    }

    static func text(_ body: Span<UInt8>, _ range: Range<Int>, limit: Int) throws(VaultError) -> String {
        guard range.count <= limit else { throw .damaged("a text is too long") }
        guard let text = try? UTF8Span(validating: body.extracting(range)) else {
            throw .damaged("a text is not UTF-8")
        }
        return String(copying: text)
    }

    static func identifier(_ body: Span<UInt8>, _ range: Range<Int>) throws(VaultError) -> Identifier {
        guard range.count == 16 else { throw .damaged("an id has the wrong length") }
        let middle = range.lowerBound + 8
        return Identifier(
            high: try number(body, range.lowerBound..<middle, bytes: 8),
            low: try number(body, middle..<range.upperBound, bytes: 8))
    }
}

extension LockedBuffer {
    /// Appends a field that `write` fills with exactly `count` bytes.
    mutating func appendField(_ tag: UInt8, count: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        append { (output: inout OutputSpan<UInt8>) in
            output.append(tag)
            output.append(UInt8(count >> 8))
            output.append(UInt8(count & 0xff))
            write(&output)
        }
    }

    /// Appends a field with those bytes.
    mutating func appendField(_ tag: UInt8, _ bytes: Span<UInt8>) {
        appendField(tag, count: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }

    /// Appends a text, which is not secret.
    mutating func appendField(_ tag: UInt8, _ text: String) { appendField(tag, text.utf8Span.span) }

    /// Appends a big-endian number of `bytes` bytes.
    mutating func appendField(_ tag: UInt8, _ number: UInt64, bytes: Int) {
        appendField(tag, count: bytes) { output in output.appendNumber(number, bytes: bytes) }
    }

    /// Appends an id.
    mutating func appendField(_ tag: UInt8, _ id: Identifier) {
        appendField(tag, count: 16) { output in
            output.appendNumber(id.high, bytes: 8)
            output.appendNumber(id.low, bytes: 8)
        }
    }

    /// Appends every field of `body` whose tag is not `replaced`: what is not being changed, known or not.
    mutating func appendFields(of body: Span<UInt8>, except replaced: (UInt8) -> Bool) throws(VaultError) {
        var reader = FieldReader()
        while let field = try reader.next(in: body) {
            if !replaced(field.tag) { appendField(field.tag, body.extracting(field.value)) }
        }
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
