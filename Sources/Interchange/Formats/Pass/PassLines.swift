import OneTimePassword
import Platform

/// The lines of an entry of pass, as far as they are of a one-time password.
struct PassLines {
    /// Where URIs are, and in which line.
    private(set) var uris: [(line: Int, range: Range<Int>)] = []
    /// Where a key stands without a URI.
    private(set) var key: (line: Int, range: Range<Int>)?
    /// That key has a name which nothing else has.
    private(set) var hasNamedKey = false
    /// The first line is a password.
    private(set) var hasPassword = false
    /// It says that its counter is the one of the last code.
    private(set) var countsLast = false
    /// What stands beside that key, by its name.
    private var values: [String: String] = [:]
    /// Lines of a note: those that are nothing else.
    private var others: [Range<Int>] = []

    /// What fob itself writes below a counter: releases before 0.2 wrote that of the next code.
    static let lastCounter: StaticString = "# the counter is that of the last code, as pass-otp keeps it"
    /// Names of keys: Pass for iOS, gopass.
    private static let keys: [StaticString] = ["otp_secret", "totp", "hotp", "otp"]
    private static let settings: [StaticString] = [
        "otp_type", "otp_algorithm", "otp_digits", "otp_period", "otp_counter",
    ]

    init(_ text: LockedText) {
        var lines = LineReader()
        while let line = lines.next(in: text) {
            let (name, value) = text.withBytes { Self.parts(of: $0, line) }
            let isURI = text.withBytes { $0.extracting(value).hasASCIIPrefix("otpauth://") }
            if isURI {
                uris.append((lines.number, value))
            } else if text.withBytes({ $0.extracting(line).isSame(Self.lastCounter) }) {
                countsLast = true
            } else if lines.number == 1 {
                hasPassword = !line.isEmpty
            } else if let name, Self.keys.contains(where: { "\($0)" == name }), Self.isKey(text, value), key == nil {
                key = (lines.number, value)
                hasNamedKey = name == "otp_secret" || name != "otp" && Self.isKey(text, value, 10)
                if name == "hotp" { values["otp_type"] = values["otp_type"] ?? "hotp" }
            } else if let name, Self.settings.contains(where: { "\($0)" == name }) {
                values[name] = text.string(value) ?? ""
            } else if !line.isEmpty {
                others.append(line)
            }
        }
    }

    /// The name in front of a colon, in lower case, and what stands behind it; a URI has a colon too, but no name.
    private static func parts(of bytes: Span<UInt8>, _ line: Range<Int>) -> (name: String?, value: Range<Int>) {
        let own = bytes.extracting(line)
        if own.hasASCIIPrefix("otpauth://") { return (nil, line) }
        // Behind a number, a name or a dash.
        if let uri = URILine.uris(bytes, line, behind: .name).first, bytes.extracting(uri).hasASCIIPrefix("otpauth://")
        {
            return (nil, uri)
        }
        guard let colon = own.firstIndex(from: 0, where: { $0 == UInt8(ascii: ":") }), colon > 0, colon <= 40 else {
            return (nil, line)
        }
        var start = colon + 1
        while start < own.count, own[start] == 0x20 || own[start] == 0x09 { start += 1 }
        let value = line.lowerBound + start..<line.upperBound
        // Only known names become text: what stands in front of a colon may be a part of a password.
        for name in keys + settings where own.extracting(0..<colon).isASCII(name) { return ("\(name)", value) }
        return (nil, own.extracting(start...).hasASCIIPrefix("otpauth://") ? value : line)
    }

    /// Whether it is a key of so many bytes.
    private static func isKey(_ text: LockedText, _ value: Range<Int>, _ least: Int = 1) -> Bool {
        text.withBytes { (try? Base32.decodedCount($0.extracting(value))) ?? 0 >= least }
    }

    /// The account of the key that stands without a URI.
    func entry(_ text: Span<UInt8>) throws(ConversionError) -> Entry {
        func number(_ name: String) throws(ConversionError) -> UInt64? {
            guard let value = values[name], !value.isEmpty else { return nil }
            guard let number = UInt64(value) else { throw .malformed("its \(name) is not a possible number") }
            return number
        }
        let type = values["otp_type"] ?? ""
        var credential = Credential(kind: try CredentialKind(named: type.isEmpty ? "totp" : type))
        credential.algorithm = values["otp_algorithm"] ?? ""
        credential.digits = try number("otp_digits")
        credential.period = try number("otp_period")
        credential.counter = try number("otp_counter")
        return try Entry(issuer: "", name: "", credential.parameters(), checked: KeyText.decode(text))
    }

    /// The other lines; nil when there are none.
    func note(of text: LockedText) throws(ConversionError) -> LockedText? {
        guard !others.isEmpty else { return nil }
        var note = try ConversionError.buffer(others.reduce(others.count) { $0 + $1.count })
        for line in others {
            if note.count > 0 { note.append { $0.append(0x0A) } }
            text.withBytes { note.append(copying: $0.extracting(line)) }
        }
        return LockedText(note)
    }
}

extension Credential {
    /// The same as a file would say it, with another counter.
    init(_ parameters: Parameters, counter: UInt64) {
        self.init(
            kind: parameters.kind, algorithm: "\(parameters.algorithm)", digits: UInt64(parameters.digits),
            counter: counter)
    }
}
