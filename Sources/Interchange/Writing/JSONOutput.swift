/// A JSON text (RFC 8259) as it is written, value by value; the commas come by themselves.
final class JSONOutput {
    /// Where it goes.
    let output: TextOutput
    private var needsComma = false

    init(_ output: TextOutput) { self.output = output }

    /// Starts an object, as a member of that name where one is given.
    func beginObject(_ name: String = "") throws(ConversionError) { try begin(name, "{") }

    /// Ends an object.
    func endObject() throws(ConversionError) { try end("}") }

    /// Starts an array, as a member of that name where one is given.
    func beginArray(_ name: String = "") throws(ConversionError) { try begin(name, "[") }

    /// Ends an array.
    func endArray() throws(ConversionError) { try end("]") }

    /// The name of the member whose value is next.
    func name(_ name: String) throws(ConversionError) {
        try string(name)
        try output.put(":")
        needsComma = false
    }

    /// A string that is not secret.
    func string(_ text: String) throws(ConversionError) { try string(text.utf8.span) }

    /// A string that may be secret, of UTF-8.
    func string(_ text: Span<UInt8>) throws(ConversionError) {
        try string { (output) throws(ConversionError) in try output.put(text, escaping: Self.escape) }
    }

    /// A string of characters that mean nothing in JSON, as `write` puts them.
    func string(_ write: (TextOutput) throws(ConversionError) -> Void) throws(ConversionError) {
        try comma()
        try output.put("\"")
        try write(output)
        try output.put("\"")
    }

    /// A number.
    func number(_ value: some BinaryInteger) throws(ConversionError) {
        try comma()
        try output.put("\(value)")
    }

    /// True or false.
    func bool(_ value: Bool) throws(ConversionError) {
        try comma()
        try output.put(value ? "true" : "false")
    }

    /// `null`.
    func null() throws(ConversionError) {
        try comma()
        try output.put("null")
    }

    /// A member of an object that is a text.
    func member(_ name: String, _ text: String) throws(ConversionError) {
        try self.name(name)
        try string(text)
    }

    /// A member of an object that is a number.
    func member(_ name: String, _ value: some BinaryInteger) throws(ConversionError) {
        try self.name(name)
        try number(value)
    }

    /// A member of an object that is true or false.
    func member(_ name: String, _ value: Bool) throws(ConversionError) {
        try self.name(name)
        try bool(value)
    }

    /// A member of an object that is `null`.
    func member(null name: String) throws(ConversionError) {
        try self.name(name)
        try null()
    }

    /// A member of an object that is a list of texts.
    func member(_ name: String, _ texts: [String]) throws(ConversionError) {
        try beginArray(name)
        for text in texts { try string(text) }
        try endArray()
    }

    private func begin(_ name: String, _ bracket: String) throws(ConversionError) {
        if !name.isEmpty { try self.name(name) }
        try comma()
        try output.put(bracket)
        needsComma = false
    }

    private func end(_ bracket: String) throws(ConversionError) {
        try output.put(bracket)
        needsComma = true
    }

    private func comma() throws(ConversionError) {
        if needsComma { try output.put(",") }
        needsComma = true
    }

    private static func escape(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        case 0..<0x10: "\\u000" + String(byte, radix: 16)
        case 0x10..<0x20: "\\u00" + String(byte, radix: 16)
        default: nil
        }
    }
}
