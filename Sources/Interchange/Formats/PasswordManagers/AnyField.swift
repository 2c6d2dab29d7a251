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
                "token", "authtoken",
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
        "totp", "hotp", "otp", "2fa", "mfa", "twofactorauth", "twofactor", "twofact",
    ]
    /// Those of a code that mean one without such a word as well.
    private static let bare: [StaticString] = ["uri", "onetimepassword", "secret", "secretkey", "key", "seed", "token"]

    /// What a name says, how good it is, lower being better, and whether there is no doubt that it is of one-time passwords.
    ///
    /// Case, spaces and signs mean nothing.
    static func named(_ given: Span<UInt8>) -> (field: AnyField, rank: Int, isSure: Bool)? {
        guard let name = PlainName(given) else { return nil }
        for word in words {
            guard let start = name.isPrefixed(word) else { continue }
            if let found = allCases.lazy.compactMap({ field in
                field.names.firstIndex { name.isSame($0, from: start) }.map { (field, $0, true) }
            }).first {
                return found
            }
        }
        for field in allCases {
            guard let rank = field.names.firstIndex(where: { name.isSame($0) }) else { continue }
            if field != .code { return (field, rank, false) }
            if bare.contains(where: { name.isSame($0) }) { return (field, 100 + rank, false) }
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
