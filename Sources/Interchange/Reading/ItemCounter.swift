/// Goes through the items of a password manager: each one-time password is an account, and items without one are told.
struct ItemCounter {
    private var position = 0
    private var others = 0

    /// Gives an account for each one-time password of an item of that label.
    mutating func give<Code>(
        _ codes: [Code], of label: String, to sink: any EntrySink, _ make: (Code) throws(ConversionError) -> Entry
    ) throws(ConversionError) {
        if codes.isEmpty { others += 1 }
        for code in codes {
            position += 1
            try sink.item(label, at: position) { () throws(ConversionError) in try make(code) }
        }
    }

    /// Says how many items have no one-time password.
    func finish(_ sink: any EntrySink) throws(ConversionError) {
        if let warning = Source.warning(others) { try sink.warning(warning) }
    }
}
