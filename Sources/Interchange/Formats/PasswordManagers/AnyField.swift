import OneTimePassword
import Platform

/// What a column or a member of a file of no program that is known here says of an account, by its name.
enum AnyField: CaseIterable {
    case code, issuer, name, either, kind, algorithm, digits, period, counter, note, tag, password

    /// Its names, the best first.
    private var names: [StaticString] {
        switch self {
        // A word for one-time passwords stands in front of those that others use for something else.
        case .code:
            [
                "auth", "authuri", "uri", "url", "", "onetimepassword", "secret", "secretkey", "key", "seed", "code",
                "token", "authtoken", "secretbase32",
            ]
        case .issuer: ["issuer", "service", "servicename", "provider", "title", "site", "website"]
        case .name: ["account", "username", "user", "login", "email", "label", "accountname"]
        // What else an item may be called.
        case .either: ["name", "nickname", "url", "domain"]
        case .kind: ["kind", "type"]
        case .algorithm: ["algorithm", "algo", "hash", "hashalgorithm"]
        case .digits: ["digits", "length", "numdigits", "numberofdigits", "codelength"]
        case .period: ["period", "interval", "timestep", "timeperiod", "step"]
        case .counter: ["counter"]
        case .note: ["note", "notes"]
        case .tag: ["group", "folder", "category", "tag", "tags"]
        case .password: ["password"]
        }
    }

    private static let words: [StaticString] = [
        "totp", "timeotp", "otp", "2fa", "mfa", "twofactorauth", "twofactor", "twofact",
    ]
    /// The same of those that count.
    private static let countingWords: [StaticString] = ["hotp", "hmacotp"]
    /// Those of a code that mean one without such a word as well.
    private static let bare: [StaticString] = ["uri", "onetimepassword", "secret", "secretkey", "key", "seed", "token"]

    /// What a name says.
    struct Meaning {
        let field: AnyField
        /// How good it is, lower being better.
        let rank: Int
        /// There is no doubt that it is of one-time passwords.
        var isSure = false
        /// Of such as count.
        var counts = false
    }

    /// What a name says. Case, spaces and signs mean nothing.
    static func named(_ given: Span<UInt8>) -> Meaning? {
        guard let name = PlainName(given) else { return nil }
        for (words, counts) in [(words, false), (countingWords, true)] {
            for word in words {
                guard let start = name.isPrefixed(word) else { continue }
                let found = allCases.lazy.compactMap { field in
                    field.names.firstIndex { name.isSame($0, from: start) }.map {
                        Meaning(field: field, rank: $0, isSure: true, counts: counts)
                    }
                }.first
                if let found { return found }
            }
        }
        for field in allCases {
            guard let rank = field.names.firstIndex(where: { name.isSame($0) }) else { continue }
            if field != .code { return Meaning(field: field, rank: rank) }
            if bare.contains(where: { name.isSame($0) }) { return Meaning(field: field, rank: 100 + rank) }
        }
        return nil
    }
}

/// The letters and digits of a name, in lower case.
private struct PlainName {
    private var letters: [24 of UInt8] = .init(repeating: 0)
    private var count = 0

    /// Nil for a name that nothing here has.
    init?(_ name: Span<UInt8>) {
        for index in name.indices {
            let letter = name[index] | 0x20
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
            guard isLetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(name[index]) else { continue }
            guard count < 24 else { return nil }
            letters[count] = isLetter ? letter : name[index]
            count += 1
        }
    }

    func isSame(_ word: StaticString, from start: Int = 0) -> Bool {
        letters.span.extracting(start..<count).isSame(word)
    }

    /// Where it goes on behind that word.
    func isPrefixed(_ word: StaticString) -> Int? {
        letters.span.extracting(0..<count).hasPrefix(word) ? word.utf8CodeUnitCount : nil
    }
}
