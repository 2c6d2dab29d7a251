import Platform

/// Several JSON texts behind one another, mostly one a line, of which some are exports of programs that are known here. Those
/// that are accounts by themselves are for the reader of such a list.
enum JSONLinesReader: FormatReader {
    static let name = AnyJSONReader.name

    static func recognizes(_ source: Source) -> Bool {
        source.isJSONLines && source.isJSON { $0.items.contains { export(Source($0, of: source)) != nil } }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let texts = try source.json().items
        var others: [JSONValue] = []
        for (index, text) in texts.enumerated() {
            let own = Source(text, of: source)
            guard let reader = export(own) else {
                others.append(text)
                continue
            }
            try member("text \(index + 1) of \(texts.count)", reader.name, sink) { () throws(ConversionError) in
                try reader.read(own, passwords, to: sink)
            }
        }
        guard !others.isEmpty else { return }
        try member("other texts", name, sink) { () throws(ConversionError) in try AnyJSONReader.read(others, to: sink) }
    }

    /// Reads some of it, and tells what became of that: it costs no other.
    private static func member(
        _ member: String, _ format: String, _ sink: any EntrySink, _ read: () throws(ConversionError) -> Void
    ) throws(ConversionError) {
        var failure: ConversionError?
        do throws(ConversionError) { try read() } catch {
            guard error.scope != .all else { throw error }
            failure = error
        }
        try sink.endMember(member, format: format, failure)
    }

    /// What reads a text as an export of its own.
    private static func export(_ text: Source) -> (any FormatReader.Type)? {
        Formats.jsonReaders.first { $0.recognizes(text) }
    }
}
