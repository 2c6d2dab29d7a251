extension Formats {
    /// Formats that are archives, databases or other binary containers.
    static var containerReaders: [any FormatReader.Type] {
        [MicrosoftReader.self, GoogleDatabaseReader.self, StratumDatabaseReader.self]
    }
}
