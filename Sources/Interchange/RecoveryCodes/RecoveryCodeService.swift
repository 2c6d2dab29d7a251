/// Which service codes are of, by the name of the download and by what stands around the codes.
enum RecoveryCodeService {
    /// By the name under which a service's page saves its codes. Browsers number copies: `name (1).txt`, `name-1.txt`.
    static func named(_ name: String) -> String? {
        let stem = stem(name)
        switch stem {
        case "github-recovery-codes": return "github"
        case "gitlab-recovery-codes": return "gitlab"
        case "discord_backup_codes": return "discord"
        case "kc-download-recovery-codes": return "keycloak"
        case "nextcloud-backup-codes": return "nextcloud"
        default: break
        }
        if stem.hasPrefix("pypi-recovery-codes-") { return "pypi" }
        if stem.hasPrefix("testpypi-recovery-codes-") { return "testpypi" }
        return nil
    }

    /// By a name that says little, and a shape that goes with it: Google's ends in the user, Nextcloud's begins with
    /// whatever the server is called.
    static func named(_ name: String, shape: RecoveryCodeShape, signs: RecoveryCodeSigns) -> String? {
        let stem = stem(name)
        if stem.hasPrefix("backup-codes-"), signs == .digit, shape.count == 8 { return "google" }
        if stem.hasSuffix("-backup-codes"), shape == RecoveryCodeShape(groups: 1, length: 16, separator: 0),
            !signs.isOneCase
        {
            return "nextcloud"
        }
        return nil
    }

    /// Whether a name is one under which codes are saved, whoever's they are.
    static func isUsual(_ name: String) -> Bool {
        let stem = stem(name)
        return named(name) != nil || stem.hasPrefix("backup-codes-") || stem.hasSuffix("-backup-codes")
    }

    /// The name without directories, extension, number of the copy and case.
    private static func stem(_ name: String) -> String {
        var stem = Substring((name.split(separator: "/").last.map(String.init) ?? "").lowercased())
        if stem.hasSuffix(".txt") { stem = stem.dropLast(4) }
        if stem.hasSuffix(")"), let open = stem.lastIndex(of: "("),
            stem[open...].dropFirst().dropLast().allSatisfy(\.isNumber)
        {
            stem = stem[..<open]
            while stem.hasSuffix(" ") { stem = stem.dropLast() }
        } else if let dash = stem.lastIndex(of: "-"), case let number = stem[dash...].dropFirst(),
            (1...2).contains(number.count), number.allSatisfy(\.isNumber), !stem.hasPrefix("backup-codes-")
        {
            stem = stem[..<dash]
        }
        return String(stem)
    }

    /// Words of the sentences around the codes. Texts of other services speak of "Google Authenticator", so Google's
    /// is its short address.
    private static let words: [(word: StaticString, service: String)] = [
        ("github", "github"), ("gitlab", "gitlab"), ("discord", "discord"), ("g.co/2sv", "google"), ("pypi", "pypi"),
        ("nextcloud", "nextcloud"), ("keycloak", "keycloak"), ("facebook", "facebook"), ("instagram", "instagram"),
        ("dropbox", "dropbox"), ("mastodon", "mastodon"), ("bitwarden", "bitwarden"), ("vaultwarden", "bitwarden"),
        ("npmjs", "npm"), ("cloudflare", "cloudflare"), ("1password", "1password"),
    ]

    /// By the words of a text; nil when there are none, or of several services.
    static func spoken(of lines: [Range<Int>], in bytes: Span<UInt8>) -> String? {
        var found: Set<String> = []
        for line in lines {
            let text = bytes.extracting(line)
            for entry in words where contains(text, entry.word) { found.insert(entry.service) }
        }
        return found.count == 1 ? found.first : nil
    }

    private static let codeWords: [StaticString] = [
        "cod", "kod", "c\u{F3}d", "k\u{F3}d", "\u{43A}\u{43E}\u{434}", "\u{30B3}\u{30FC}\u{30C9}", "\u{CF54}\u{B4DC}",
        "\u{7801}", "\u{78BC}",
    ]

    /// Whether a line speaks of codes: the word is much the same in many languages.
    static func speaksOfCodes(_ line: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        let text = bytes.extracting(line)
        return codeWords.contains { contains(text, $0) }
    }

    /// Whether `text` has `word`, whose ASCII letters are small, in it.
    private static func contains(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard text.count >= length else { return false }
        let wanted = word.description.utf8Span
        for start in 0...(text.count - length) {
            var index = 0
            while index < length {
                let byte = text[start + index]
                let folded = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
                if folded != wanted.span[index] { break }
                index += 1
            }
            if index == length { return true }
        }
        return false
    }
}
