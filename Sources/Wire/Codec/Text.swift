/// Text for display that comes from outside (paths, names, messages of the system).
package enum Text {
    /// The longest start of `text` that fits into `limit` bytes of UTF-8, without NUL, cut between scalars.
    package static func clipped(_ text: String, to limit: Int = Limits.text) -> String {
        if text.utf8.count <= limit && !text.utf8.contains(0) { return text }
        var clipped = String.UnicodeScalarView()
        var room = limit
        for scalar in text.unicodeScalars where scalar.value != 0 {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            clipped.append(scalar)
        }
        return String(clipped)
    }
}
