extension Formats {
    /// Formats that are lines of text, CSV or XML.
    static var textReaders: [any FormatReader.Type] { [] }
}
