import OneTimePassword
import Platform

/// A token as FreeOTP and FreeOTP+ write it in JSON.
enum FreeOTPToken {
    /// The account of a token with its key.
    ///
    /// The counter is kept as it is stored: there it is the one of the next code.
    static func entry(_ token: JSONValue) throws(ItemError) -> Entry {
        guard token.isObject else { throw .problem("it is no token") }
        return try entry(token, key: secret(token))
    }

    /// The account of a token whose key lies elsewhere: FreeOTP 2.
    static func entry(_ token: JSONValue, key: consuming LockedBuffer) throws(ItemError) -> Entry {
        let issuer = text(token, ["issuerAlt", "issuerExt", "issuerInt"])
        let name = text(token, ["labelAlt", "label"])
        var entry = try Entry(issuer: issuer, name: name, parameters(token, issuer: issuer), checked: key)
        if token["image"] ?? token["imageAlt"] != nil { entry.lost.append("image") }
        if token["color"] != nil { entry.lost.append("colour") }
        return entry
    }

    /// How a token is called where something is said about it.
    static func label(_ token: JSONValue) -> String {
        [text(token, ["issuerAlt", "issuerExt", "issuerInt"]), text(token, ["labelAlt", "label"])]
            .filter { !$0.isEmpty }.joined(separator: ": ")
    }

    private static func text(_ token: JSONValue, _ names: [String]) -> String {
        names.lazy.compactMap { token[$0]?.string }.first { !$0.isEmpty } ?? ""
    }

    private static func parameters(_ token: JSONValue, issuer: String) throws(ItemError) -> Parameters {
        let digits = try number(token, "digits") ?? 6
        let period = try number(token, "period") ?? 30
        let counter = try number(token, "counter") ?? 0
        let hash = (token["algo"]?.string ?? "SHA1").uppercased()
        guard let algorithm = ["SHA1": HashAlgorithm.sha1, "SHA256": .sha256, "SHA512": .sha512, "MD5": .md5][hash]
        else { throw .problem("its hash is not known") }
        let kind: Kind
        switch (token["type"]?.string ?? "TOTP").uppercased() {
        // The app itself shows Steam Guard's letters for such tokens.
        case "TOTP": kind = issuer == "Steam" && digits == 5 ? .steam : .totp
        case "HOTP": kind = .hotp
        default: throw .problem("its kind is not known")
        }
        do throws(OneTimePasswordError) {
            return try Parameters(
                kind: kind, algorithm: algorithm, digits: UInt8(clamping: digits),
                period: kind == .hotp ? 30 : UInt32(clamping: period), counter: counter)
        } catch {
            throw ItemError(error)
        }
    }

    private static func number(_ token: JSONValue, _ name: String) throws(ItemError) -> UInt64? {
        guard let value = token[name] else { return nil }
        guard let number = value.unsigned else { throw .problem("its \(name) is no number that can be") }
        return number
    }

    /// An array of octets as Java has them: from -128 to 127.
    private static func secret(_ token: JSONValue) throws(ItemError) -> LockedBuffer {
        guard let array = token["secret"], array.isArray else { throw .problem("it has no key") }
        let items = array.items
        var key = try KeyText.buffer(items.count)
        for item in items {
            guard let octet = item.integer, (-128...255).contains(octet) else { throw .problem("its key is broken") }
            key.append { $0.append(UInt8(truncatingIfNeeded: octet)) }
        }
        return key
    }
}

/// The preferences file of FreeOTP 1 and FreeOTP+: each token under its name, and the order of the names.
enum FreeOTPXMLReader: FormatReader {
    static let name = "freeotp"

    static func recognizes(_ source: Source) -> Bool {
        guard let preferences = AndroidPreferences(source) else { return false }
        return preferences["tokenOrder"] != nil
            || preferences.strings.contains { isToken($0.value) }
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        guard let preferences = AndroidPreferences(source) else { throw .malformed("it is no preferences file") }
        var tokens: [String: XMLElement] = [:]
        var names: [String] = []
        for (name, value) in preferences.strings where name != "tokenOrder" && isToken(value) {
            if tokens.updateValue(value, forKey: name) == nil { names.append(name) }
        }
        var position = 0
        for name in try order(preferences) + names {
            guard let value = tokens.removeValue(forKey: name) else { continue }
            position += 1
            try sink.item(name, at: position) { () throws(ItemError) in
                let token: JSONValue
                do throws(ConversionError) { token = try AndroidPreferences.json(value) } catch {
                    throw ItemError(error)
                }
                return try FreeOTPToken.entry(token)
            }
        }
    }

    /// Names of tokens, as the app shows them; nothing when there is no order, or it is broken.
    private static func order(_ preferences: AndroidPreferences) throws(ConversionError) -> [String] {
        guard let value = preferences["tokenOrder"] else { return [] }
        do throws(ConversionError) {
            return try AndroidPreferences.json(value).items.compactMap { $0.string }
        } catch {
            guard case .malformed = error else { throw error }
            return []
        }
    }

    private static func isToken(_ value: XMLElement) -> Bool {
        (try? AndroidPreferences.contains("\"secret\"", in: value)) == true
    }
}
