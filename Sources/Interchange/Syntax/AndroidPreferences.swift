import Platform

/// A shared-preferences file of an Android app: `<map>` with one element for each value.
struct AndroidPreferences {
    /// The texts, by name, in the order of the file.
    let strings: [(name: String, value: XMLElement)]

    /// Nil when the source is no such file.
    init?(_ source: Source) {
        guard let root = source.xml("map") else { return nil }
        strings = root.children("string").map { ($0.attribute("name") ?? "", $0) }
    }

    /// The text of that name.
    subscript(_ name: String) -> XMLElement? { strings.first { $0.name == name }?.value }

    /// Whether a text, which may be secret, has that part.
    static func contains(_ part: StaticString, in value: XMLElement) throws(ConversionError) -> Bool {
        let text = try value.secret()
        return text.bytes.firstIndex(of: part) != nil
    }

    /// A text that is JSON.
    static func json(_ value: XMLElement) throws(ConversionError) -> JSONValue {
        try JSONText.parse(LockedText(try value.secret()))
    }
}
