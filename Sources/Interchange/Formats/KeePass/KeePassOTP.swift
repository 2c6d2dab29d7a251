import OneTimePassword
import Platform

/// One-time passwords in attributes of KeePass entries, as KeePass itself, KeePassXC and the plugins write them.
enum KeePassOTP {
    /// Where a credential is.
    enum Style: CaseIterable {
        /// `otp`: a URI (KeePassXC), or the parameters of KeeOtp.
        case otp
        /// `TOTP Seed` and `TOTP Settings` (Tray TOTP, KeePassXC of old).
        case seed
        /// `TimeOtp-...` (KeePass 2.47).
        case time
        /// `HmacOtp-...` (KeePass 2.47).
        case counter

        fileprivate var names: [String] {
            switch self {
            case .otp: ["otp"]
            case .seed: ["TOTP Seed"]
            case .time: ["TimeOtp-Secret", "TimeOtp-Secret-Base32", "TimeOtp-Secret-Hex", "TimeOtp-Secret-Base64"]
            case .counter: ["HmacOtp-Secret", "HmacOtp-Secret-Base32", "HmacOtp-Secret-Hex", "HmacOtp-Secret-Base64"]
            }
        }

        /// The credentials of an entry. Of those by time only one: programs that know several keep the same in each.
        static func present(_ has: (String) -> Bool) -> [Style] {
            let present = allCases.filter { $0.names.contains(where: has) }
            return Array(present.filter { $0 != .counter }.prefix(1)) + present.filter { $0 == .counter }
        }
    }

    private static let settings = [
        "TOTP Settings", "TimeOtp-Algorithm", "TimeOtp-Length", "TimeOtp-Period", "HmacOtp-Counter",
    ]

    /// Whether an attribute is a part of a credential.
    static func isKnown(_ name: String) -> Bool {
        settings.contains(name) || Style.allCases.contains { $0.names.contains(name) }
    }

    /// The account that the attributes are; issuer and name are empty where they are only in other fields.
    static func entry(
        _ style: Style, _ value: (String) throws(ConversionError) -> LockedText?
    ) throws(ConversionError) -> Entry {
        switch style {
        case .otp:
            guard let text = try value("otp") else { throw .malformed("it has no key") }
            return try entry(otp: text)
        case .seed:
            guard let seed = try value("TOTP Seed") else { throw .malformed("it has no key") }
            let parameters = try trayParameters(string(try value("TOTP Settings")) ?? "")
            return try Entry(issuer: "", name: "", parameters, checked: key(seed, .base32))
        case .time:
            let parameters = try parameters(
                hash: string(try value("TimeOtp-Algorithm")) ?? "HMAC-SHA-1",
                digits: string(try value("TimeOtp-Length")) ?? "6",
                period: string(try value("TimeOtp-Period")) ?? "30")
            return try Entry(issuer: "", name: "", parameters, checked: key(.time, value))
        case .counter:
            let parameters = try parameters(kind: .hotp, counter: string(try value("HmacOtp-Counter")) ?? "0")
            return try Entry(issuer: "", name: "", parameters, checked: key(.counter, value))
        }
    }

    /// A URI, the parameters of KeeOtp, or nothing but a key.
    static func entry(otp text: LockedText) throws(ConversionError) -> Entry {
        try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            switch URILine.kind(bytes) {
            case .account: return try URILine.entry(bytes)
            case .blank: throw .malformed("it has no key")
            case .migration: throw ConversionError(OneTimePasswordError.migrationURI)
            case .comment, .other: break
            }
            if bytes.hasPrefix("key=") || bytes.firstIndex(of: "&key=") != nil { return try keeOtp(text) }
            let key = try KeyText.decode(bytes)
            return try Entry(issuer: "", name: "", parameters(), checked: key)
        }
    }

    /// `step;digits`, or `step;S` for Steam; a third part is a time server.
    private static func trayParameters(_ settings: String) throws(ConversionError) -> Parameters {
        let parts = settings.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2 else { return try parameters(period: settings.isEmpty ? "30" : settings) }
        if parts[1] == "S" { return try parameters(kind: .steam) }
        return try parameters(digits: parts[1], period: parts[0])
    }

    /// `key=...&size=...&step=...&otpHashMode=...&type=...&counter=...`
    private static func keeOtp(_ text: LockedText) throws(ConversionError) -> Entry {
        var values: [String: String] = [:]
        var key: Range<Int>?
        text.withBytes { bytes in
            var start = 0
            while start <= bytes.count {
                let end = bytes.firstIndex(from: start) { $0 == UInt8(ascii: "&") } ?? bytes.count
                let equals = bytes.firstIndex(from: start) { $0 == UInt8(ascii: "=") } ?? end
                if equals < end {
                    if bytes.extracting(start..<equals).isASCII("key") {
                        key = equals + 1..<end
                    } else if let name = text.string(start..<equals) {
                        values[name.lowercased()] = text.string(equals + 1..<end)
                    }
                }
                start = end + 1
            }
        }
        guard let key else { throw .malformed("it has no key") }
        let parameters = try parameters(
            kind: CredentialKind(named: values["type"] ?? "totp"), hash: values["otphashmode"] ?? "sha1",
            digits: values["size"] ?? "6",
            period: values["step"] ?? "30", counter: values["counter"] ?? "0")
        let decoded = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            try PercentEscapes.decode(bytes.extracting(key), plusIsSpace: false)
        }
        switch values["encoding"]?.lowercased() ?? "base32" {
        case "base32": return try Entry(issuer: "", name: "", parameters, checked: KeyText.decode(decoded.bytes))
        case "base64":
            return try Entry(issuer: "", name: "", parameters, checked: KeyText.decode(decoded.bytes, .base64))
        case "hex":
            return try Entry(issuer: "", name: "", parameters, checked: KeyText.decode(decoded.bytes, .hexadecimal))
        case "utf8", "utf-8":
            return try Entry(issuer: "", name: "", parameters, checked: ConversionError.copy(decoded.bytes))
        default: throw .malformed("the coding of its key is not known")
        }
    }

    private static func key(
        _ style: Style, _ value: (String) throws(ConversionError) -> LockedText?
    ) throws(ConversionError) -> LockedBuffer {
        let forms: [KeyText.Form?] = [nil, .base32, .hexadecimal, .base64]
        for (name, form) in zip(style.names, forms) {
            if let text = try value(name), text.count > 0 { return try key(text, form) }
        }
        throw ConversionError(OneTimePasswordError.keyEmpty)
    }

    /// Without a form the text itself is the key.
    private static func key(_ text: LockedText, _ form: KeyText.Form?) throws(ConversionError) -> LockedBuffer {
        try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            guard let form else { return try ConversionError.copy(bytes) }
            return try KeyText.decode(bytes, form)
        }
    }

    private static func string(_ text: LockedText?) -> String? { text.flatMap { $0.string(0..<$0.count) } }

    private static func parameters(
        kind: CredentialKind = .totp, hash: String = "sha1", digits: String = "6", period: String = "30",
        counter: String = "0"
    ) throws(ConversionError) -> Parameters {
        func number(_ text: String, _ what: String) throws(ConversionError) -> UInt64 {
            guard let number = UInt64(text) else { throw .malformed("its \(what) is not a possible number") }
            return number
        }
        return try Credential(
            kind: kind, algorithm: hash, digits: number(digits, "number of digits"), period: number(period, "period"),
            counter: number(counter, "counter")
        ).parameters()
    }
}
