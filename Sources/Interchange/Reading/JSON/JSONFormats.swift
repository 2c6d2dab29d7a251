extension Formats {
    /// Formats that are JSON texts.
    static var jsonReaders: [any FormatReader.Type] { [] }
}
