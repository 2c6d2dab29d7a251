/// Lines of fields between commas (RFC 4180). Every field is quoted, so that no content means anything.
final class CSVOutput {
    private let output: TextOutput
    private var isFirst = true

    init(_ sink: any FileSink) throws(ConversionError) { output = try TextOutput(sink) }

    /// A line of texts that are not secret.
    func line(_ fields: [String]) throws(ConversionError) {
        for field in fields { try self.field(field) }
        try endLine()
    }

    /// A field of text that is not secret.
    func field(_ text: String) throws(ConversionError) { try field(text.utf8.span) }

    /// A field that may be secret.
    func field(_ text: Span<UInt8>) throws(ConversionError) {
        try field { (output) throws(ConversionError) in
            try output.put(text) { $0 == UInt8(ascii: "\"") ? "\"\"" : nil }
        }
    }

    /// A field of characters that mean nothing here, as `write` puts them.
    func field(_ write: (TextOutput) throws(ConversionError) -> Void) throws(ConversionError) {
        if !isFirst { try output.put(",") }
        isFirst = false
        try output.put("\"")
        try write(output)
        try output.put("\"")
    }

    /// Ends a line.
    func endLine() throws(ConversionError) {
        try output.put("\r\n")
        isFirst = true
    }

    /// Ends the file.
    func finish() throws(ConversionError) { try output.finish() }
}
