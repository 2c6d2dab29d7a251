/// The origin of a provider: ASCII serialization of RFC 6454, section 6.2, https alone, with a host of at least two
/// labels.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
    /// `https://` host, and a port that is not 443: lower case, without a slash at the end.
    package let text: String

    /// The text itself.
    package var description: String { text }

    /// Characters of the longest host name (RFC 1035, section 2.3.4).
    private static let hostCharacters = 253
    private static let scheme = "https://"

    /// The origin that a text is; nil for any other spelling of one, too.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.scheme) else { return nil }
        let rest = text.utf8.dropFirst(Self.scheme.utf8.count)
        let parts = rest.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 2, Self.isHost(parts[0]), parts.count == 1 || Self.isPort(parts[1]) else { return nil }
        self.text = text
    }

    private static func isHost(_ host: Substring.UTF8View.SubSequence) -> Bool {
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, host.count <= hostCharacters, let top = labels.last else { return false }
        return labels.allSatisfy(isLabel) && top.count >= 2 && top.allSatisfy(isLetter)
    }

    private static func isLabel(_ label: Substring.UTF8View.SubSequence) -> Bool {
        (1...63).contains(label.count)
            && label.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
            && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
    }

    /// The port of https is never written.
    private static func isPort(_ port: Substring.UTF8View.SubSequence) -> Bool {
        guard (1...5).contains(port.count), port.allSatisfy(isDigit), port.first != UInt8(ascii: "0") else {
            return false
        }
        let number = port.reduce(0) { $0 * 10 + Int($1) - Int(UInt8(ascii: "0")) }
        return number <= 65535 && number != 443
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Whether a text is a URL that a configuration may name: https, a host, perhaps a port and a path, and neither user,
    /// query nor fragment.
    package static func isURL(_ url: String) -> Bool {
        guard url.hasPrefix(scheme), url.utf8.count <= 2048 else { return false }
        let rest = url.utf8.dropFirst(scheme.utf8.count)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") }
        let path = rest.dropFirst(authority.count)
        let isPlain = path.allSatisfy { byte in
            (0x21...0x7e).contains(byte) && ![UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\")].contains(byte)
        }
        let parts = authority.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard isPlain, parts.count <= 2, isHost(parts[0]) else { return false }
        return parts.count == 1 || Array(parts[1]) == Array("443".utf8) || isPort(parts[1])
    }
}
