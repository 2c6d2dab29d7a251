import Encodings

/// The hosts of a line of known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): patterns, or the hash of one name, HMAC-SHA-1 under
/// a salt.
package struct HostNames {
    private var patterns: [Substring] = []
    private var hashed: (salt: [UInt8], hash: [UInt8])?

    /// Those of the first field of a line that has no marker; none in what is not of that form.
    package init(_ field: some StringProtocol) {
        guard field.hasPrefix("|") else {
            patterns = field.lowercased().split(separator: ",")
            return
        }
        let parts = field.split(separator: "|")
        guard parts.count == 3, parts[0] == "1", let salt = BaseEncoding.base64.bytes(parts[1], isPadded: true),
            let hash = BaseEncoding.base64.bytes(parts[2], isPadded: true)
        else { return }
        hashed = (salt, hash)
    }

    /// Whether a host, in lower case, is among them: some pattern fits, and none with a `!` in front.
    package func contains(_ host: String) -> Bool {
        if let (salt, hash) = hashed { return Self.hash(host.utf8Span.span, salt: salt.span) == hash }
        var isNamed = false
        for pattern in patterns {
            if pattern.hasPrefix("!") {
                if Self.fits(Array(pattern.utf8.dropFirst()), Array(host.utf8)) { return false }
            } else {
                isNamed = isNamed || Self.fits(Array(pattern.utf8), Array(host.utf8))
            }
        }
        return isNamed
    }

    /// The first that stands in the open, a whole name rather than a pattern.
    package var shown: String? {
        let some = patterns.filter { !$0.hasPrefix("!") }
        return (some.first { !$0.contains { "*?".contains($0) } } ?? some.first).map(String.init)
    }

    /// Whether a pattern fits: `*` stands for anything, `?` for one character.
    private static func fits(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        let (any, one) = (UInt8(ascii: "*"), UInt8(ascii: "?"))
        var (at, next) = (0, 0)
        // Behind the last `*`, and where the name goes on when that stands for one character more.
        var retry: (at: Int, next: Int)?
        while next < name.count {
            if at < pattern.count, pattern[at] == any {
                at += 1
                retry = (at, next)
            } else if at < pattern.count, pattern[at] == one || pattern[at] == name[next] {
                (at, next) = (at + 1, next + 1)
            } else if let former = retry {
                (at, next) = (former.at, former.next + 1)
                retry = (at, next)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == any }
    }

    /// The hash of a name.
    package static func hash(_ name: Span<UInt8>, salt: Span<UInt8>) -> [UInt8] {
        var digest = Digest()
        var mac = HMAC<SHA1>(key: salt)
        mac.update(name)
        mac.finish(into: &digest)
        let bytes = digest.span
        return bytes.indices.map { bytes[$0] }
    }
}
