import Platform

extension Label {
    /// Columns that `text` takes on a terminal, nearly: two for East Asian wide characters and emoji, none for marks.
    package static func width(_ text: String) -> Int { Columns.width(text) }

    /// The start of `text` that takes at most `columns`.
    package static func cut(_ text: String, to columns: Int) -> String { Columns.cut(text, to: columns) }

    /// `text`, or its start and an ellipsis where it takes more than `columns`.
    package static func fitted(_ text: String, to columns: Int) -> String {
        width(text) <= columns ? text : columns > 1 ? cut(text, to: columns - 1) + "…" : cut(text, to: columns)
    }

    /// `text` filled up with spaces to `columns`.
    package static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - width(text)))
    }
}
