/// The last line of a message that binds its code to a site, as WICG's "Origin-bound one-time codes delivered via SMS"
/// (2021-03-24) has it: `@example.com #123456 @embedded.example`.
package struct OriginBoundCode: Equatable, Sendable {
    /// Host of the site that shows the field for the code, as the message spells it; its origin is https with the usual port.
    package let host: String
    /// Host of the frame in that site, if the code is for one.
    package let embeddedHost: String?
    package let code: String

    /// The code of a message, or nil when its last line is not of this form.
    ///
    /// - Parameter message: its text; CRLF and CR count as LF. A newline at the end leaves an empty last line, which has none.
    package init?(in message: String) {
        let line = Self.lastLine(of: message)
        var rest = Substring(line)
        guard rest.popFirst() == "@" else { return nil }
        let host = Self.word(&rest)
        guard !host.isEmpty, rest.popFirst() == " ", rest.popFirst() == "#" else { return nil }
        let code = Self.word(&rest)
        guard !code.isEmpty else { return nil }
        self.host = String(host)
        self.code = String(code)
        var embedded: Substring?
        if rest.popFirst() == " ", rest.popFirst() == "@" { embedded = Self.word(&rest) }
        embeddedHost = embedded.flatMap { $0.isEmpty ? nil : String($0) }
    }

    /// Whether it is for the site with this host, and for no frame: the very host, in any case. A host that only looks alike has
    /// other characters and is another one.
    package func isFor(_ site: String) -> Bool {
        embeddedHost == nil && Self.folded(host) == Self.folded(site)
    }

    /// ASCII letters in lower case; no other character is taken for another.
    private static func folded(_ host: String) -> [UInt8] {
        host.utf8.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    }

    private static func lastLine(of message: String) -> String.UnicodeScalarView.SubSequence {
        let scalars = message.unicodeScalars
        let end = scalars.lastIndex { $0 == "\n" || $0 == "\r" }
        return scalars[(end.map(scalars.index(after:)) ?? scalars.startIndex)...]
    }

    /// Takes the longest run without ASCII white space.
    private static func word(_ rest: inout Substring) -> Substring {
        let end = rest.firstIndex { [" ", "\t", "\u{C}"].contains($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }
}
