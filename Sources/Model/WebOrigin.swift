/// An origin of the web whose pages may use security keys, in the one spelling that browsers have for it (HTML, "serialization
/// of an origin"): `https`, or `http` on this machine, a domain in lower-case ASCII, a port only where it is not the usual one.
package struct WebOrigin: Equatable, Sendable {
    /// Bytes of the longest one: scheme, domain, port.
    package static let most = "https://".utf8.count + mostDomain + ":65535".utf8.count
    /// Bytes of the longest domain (RFC 1035, section 2.3.4, without the last dot).
    package static let mostDomain = 253

    /// The whole of it.
    package let text: String
    /// The domain.
    package let host: String

    /// Nil for what is no such origin: another scheme, an address, a name that is not written as browsers write it.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.most else { return nil }
        let isSecure = text.utf8.starts(with: "https://".utf8)
        guard isSecure || text.utf8.starts(with: "http://".utf8) else { return nil }
        let rest = text.utf8.dropFirst(isSecure ? 8 : 7)
        let domain = rest.prefix { $0 != UInt8(ascii: ":") }
        guard Self.isDomain(domain), isSecure || Self.isLocal(domain),
            Self.isPort(rest.dropFirst(domain.count), usual: isSecure ? 443 : 80)
        else { return nil }
        self.text = text
        host = String(Substring(domain))
    }

    /// Whether its pages may use the keys of `site` (HTML, "is a registrable domain suffix of or is equal to"): its own domain
    /// or, at a dot, the end of it, and none that has no dot itself. Which such ends belong to nobody is in a list that browsers
    /// have, which is not looked at here.
    package func mayUse(_ site: String) -> Bool {
        guard Self.isDomain(site.utf8) else { return false }
        if site.utf8.elementsEqual(host.utf8) { return true }
        let (whole, end) = (Array(host.utf8), Array(site.utf8))
        return end.contains(UInt8(ascii: ".")) && whole.count > end.count + 1
            && whole[whole.count - end.count - 1] == UInt8(ascii: ".")
            && whole[(whole.count - end.count)...] == end[...]
    }

    /// Labels of lower-case letters, digits, `-` and `_`, as URLs have them, and no address: what ends in a number is one.
    private static func isDomain(_ name: some Collection<UInt8>) -> Bool {
        guard 1...mostDomain ~= name.count else { return false }
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for label in labels {
            guard 1...63 ~= label.count else { return false }
            for byte in label {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    break
                default: return false
                }
            }
        }
        guard let last = labels.last else { return false }
        let isNumber = last.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return !isNumber && !last.starts(with: "0x".utf8)
    }

    /// `localhost` and what is below it, which leads to nobody else (RFC 6761, section 6.3).
    private static func isLocal(_ domain: some Collection<UInt8>) -> Bool {
        let labels = domain.split(separator: UInt8(ascii: "."))
        return labels.last.map { $0.elementsEqual("localhost".utf8) } ?? false
    }

    /// A colon and a number without leading zeros, or nothing.
    private static func isPort(_ text: some Collection<UInt8>, usual: Int) -> Bool {
        guard let colon = text.first else { return true }
        let digits = text.dropFirst()
        guard colon == UInt8(ascii: ":"), 1...5 ~= digits.count, digits.first != UInt8(ascii: "0") else { return false }
        var number = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return false }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return number <= 65535 && number != usual
    }
}
