import OneTimePassword
import Platform
import Wire

/// WinAuth 3: its own file, `winauth.xml`, where it is not encrypted.
///
/// `secretdata` is the key in hexadecimal, digits, hash and period between tabs; behind a bar stands what a kind has
/// besides, such as a counter.
enum WinAuthReader: FormatReader {
    static let name = "winauth"

    static func recognizes(_ source: Source) -> Bool {
        guard case .xml(let root) = source.shape else { return false }
        return root.isNamed("WinAuth")
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        guard case .xml(let root) = source.shape, root.isNamed("WinAuth") else {
            throw .malformed("it is no such file")
        }
        let elements = root.all.filter { $0.isNamed("WinAuthAuthenticator") }
        if elements.isEmpty, root.all.contains(where: isEncrypted) { throw encrypted }
        for (index, element) in elements.enumerated() {
            let label = element.child("name")?.text ?? ""
            try sink.item(label, at: index + 1) { () throws(ConversionError) in try entry(element, label) }
        }
    }

    private static func isEncrypted(_ element: XMLElement) -> Bool { element.attribute("encrypted")?.isEmpty == false }

    private static var encrypted: ConversionError {
        .unsupported(
            "the winauth file is encrypted",
            remedy: "take its protection off in WinAuth, or export from there, which makes a list of URIs")
    }

    private static func entry(_ element: XMLElement, _ label: String) throws(ConversionError) -> Entry {
        guard let data = element.child("authenticatordata") else { throw .malformed("it has no key") }
        guard !isEncrypted(data) else { throw .malformed("it is encrypted; take its protection off in WinAuth") }
        guard let secret = data.child("secretdata") else { throw .malformed("it has no key") }
        let text: LockedText
        text = LockedText(try secret.secret())
        let type = element.attribute("type") ?? ""
        let (fields, rest) = text.withBytes { Self.parts(of: $0) }
        func word(_ place: Int) -> String { place < fields.count ? text.string(fields[place]) ?? "" : "" }
        var credential = Credential(kind: .totp, algorithm: word(2))
        if type.contains("Steam") {
            credential = Credential(kind: .steam)
        } else {
            credential.digits = try number(word(1), "number of digits")
            credential.period = try number(word(3), "period")
        }
        if type.contains("HOTP") {
            credential.kind = .hotp
            // It counts up before it makes a code, which it always makes with SHA-1 (HOTPAuthenticator of WinAuth).
            let last = try number(text.string(rest) ?? "", "counter") ?? 0
            guard last < UInt64(Int64.max) else { throw .malformed("its counter is not a possible number") }
            (credential.counter, credential.algorithm) = (last + 1, "SHA1")
        }
        let key = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            try KeyText.decode(bytes.extracting(fields[0]), .hexadecimal)
        }
        // What it calls an entry is the login, unless it says both.
        var (issuer, name) = AccountLabel.parts(issuer: "", label: label)
        if issuer.isEmpty, let kind = kinds.first(where: { type.contains($0) }) { issuer = kind }
        if issuer == name { name = "" }
        return try Entry(issuer: issuer, name: name, credential.parameters(), checked: key)
    }

    private static let kinds = ["Steam", "BattleNet", "Microsoft", "Trion", "Okta"]

    /// Where the parts between tabs are, at least one, and what stands behind the first bar up to the next.
    private static func parts(of bytes: Span<UInt8>) -> ([Range<Int>], Range<Int>) {
        let bar = bytes.firstIndex(from: 0) { $0 == UInt8(ascii: "|") } ?? bytes.count
        var parts: [Range<Int>] = []
        var start = 0
        while start <= bar {
            let end = min(bytes.firstIndex(from: start) { $0 == 0x09 } ?? bar, bar)
            parts.append(start..<end)
            start = end + 1
        }
        let rest = min(bar + 1, bytes.count)
        return (parts, rest..<(bytes.firstIndex(from: rest) { $0 == UInt8(ascii: "|") } ?? bytes.count))
    }

    private static func number(_ text: String, _ what: String) throws(ConversionError) -> UInt64? {
        if text.isEmpty { return nil }
        guard let number = UInt64(text) else { throw .malformed("its \(what) is not a possible number") }
        return number
    }
}
