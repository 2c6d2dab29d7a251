import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// WinAuth 3: its own file, `winauth.xml`, in clear or under a password.
///
/// `secretdata` is the key in hexadecimal, digits, hash and period between tabs; behind a bar stands what a kind has
/// besides, such as a counter. What is encrypted is the file as a whole, or each account by itself.
enum WinAuthReader: FormatReader {
    static let name = "winauth"

    static func recognizes(_ source: Source) -> Bool { source.xml("WinAuth") != nil }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard let root = source.xml("WinAuth") else { throw .malformed("it is no such file") }
        var elements = accounts(root)
        if elements.isEmpty, let sealed = root.all.first(where: isEncrypted) {
            try check(sealed)
            let config = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
                try XMLText.parse(open(sealed, password))
            }
            elements = accounts(config)
        }
        let sealed = elements.compactMap { $0.child("authenticatordata") }.filter(isEncrypted)
        var opened: [Int: XMLElement] = [:]
        if !sealed.isEmpty {
            for element in sealed { try check(element) }
            opened = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
                var opened: [Int: XMLElement] = [:]
                for element in sealed {
                    opened[element.index] = try Decryption.ifRight { () throws(ConversionError) in
                        try XMLText.parse(open(element, password))
                    }
                }
                if opened.isEmpty { throw .wrongPassword }
                return opened
            }
        }
        for (index, element) in elements.enumerated() {
            let label = element.child("name")?.text ?? ""
            try sink.item(label, at: index + 1) { () throws(ConversionError) in
                guard let data = element.child("authenticatordata") else { throw .malformed("it has no key") }
                guard let data = isEncrypted(data) ? opened[data.index] : data else {
                    throw .malformed("it is encrypted with another password")
                }
                return try entry(element, data, label)
            }
        }
    }

    private static func accounts(_ root: XMLElement) -> [XMLElement] {
        root.all.filter { $0.isNamed("WinAuthAuthenticator") }
    }

    private static func isEncrypted(_ element: XMLElement) -> Bool { element.attribute("encrypted")?.isEmpty == false }

    /// Throws for what is not only under a password: Windows and keys have their part in it.
    private static func check(_ element: XMLElement) throws(ConversionError) {
        guard element.attribute("encrypted") == "y" else {
            throw .unsupported(
                "the winauth file is encrypted for a machine, a user of Windows or a YubiKey",
                remedy: "protect it with a password alone in WinAuth, or export from there, which makes a list of URIs")
        }
    }

    /// `WINAUTH3`, a salt, a hash of salt and plain text, and another salt and Blowfish under PBKDF2 of the password.
    private static func open(_ element: XMLElement, _ password: Span<UInt8>) throws(ConversionError) -> LockedText {
        let text = try element.secret()
        let sealed = try KeyText.decode(text.bytes, .hexadecimal)
        let (head, salt, rounds) = (8 + 8 + 32, 8, UInt64(2000))
        guard sealed.count > head + salt, sealed.bytes.hasPrefix("WINAUTH3") else {
            throw .malformed("what is encrypted in it is cut off")
        }
        let data = sealed.bytes.extracting(head...)
        let key = try Decryption.pbkdf2(.sha1, password, salt: data.extracting(0..<salt), rounds: rounds)
        let plain = try Decryption.key(data.count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Cipher.decryptBlowfish(data.extracting(salt...), key: key.bytes, into: &output)
        }
        var message = try ConversionError.buffer(8 + plain.count)
        message.append(copying: sealed.bytes.extracting(8..<16))
        message.append(copying: plain.bytes)
        let hash = try Decryption.hash(.sha256, message.bytes)
        guard hash.bytes.isSame(sealed.bytes.extracting(16..<head)) else { throw .wrongPassword }
        return LockedText(try ConversionError.copy(plain.bytes))
    }

    private static func entry(
        _ element: XMLElement, _ data: XMLElement, _ label: String
    ) throws(ConversionError) -> Entry {
        guard let secret = data.child("secretdata") else { throw .malformed("it has no key") }
        let text = LockedText(try secret.secret())
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
