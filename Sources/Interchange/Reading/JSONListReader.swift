import Platform

/// A reader for a JSON array of accounts, each an object; the array may lie in an encrypted file as well.
protocol JSONListReader: FormatReader {
    /// The members that say what an account is called, where something is said about it.
    static var labels: (issuer: String, name: String) { get }
    /// The account of an object.
    static func entry(_ item: JSONValue) throws(ConversionError) -> Entry
}

extension JSONListReader {
    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        try read(source.json(), to: sink)
    }

    /// Reads the array.
    static func read(_ accounts: JSONValue, to sink: any EntrySink) throws(ConversionError) {
        guard accounts.isArray else { throw .malformed("it is not a list of accounts") }
        try sink.items(accounts.items, labels.issuer, labels.name, entry)
    }
}

extension EntrySink {
    /// Gives the accounts that `make` makes of objects; these members say what each is called.
    func items(
        _ items: [JSONValue], _ issuer: String, _ name: String, _ make: (JSONValue) throws(ConversionError) -> Entry
    ) throws(ConversionError) {
        for (index, item) in items.enumerated() {
            try self.item(item.label(issuer, name), at: index + 1) { () throws(ConversionError) in
                guard item.isObject else { throw .malformed("it is not an account") }
                return try make(item)
            }
        }
    }
}
