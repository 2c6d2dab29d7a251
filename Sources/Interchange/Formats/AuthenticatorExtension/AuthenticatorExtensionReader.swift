import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// The browser extension "Authenticator" (authenticator.cc): its JSON backup, with keys in clear or each encrypted by
/// CryptoJS, which derives from the password as `openssl enc` once did.
enum AuthenticatorExtensionReader: FormatReader {
    static var name: String { "authenticator-extension" }

    static func recognizes(_ source: Source) -> Bool { source.isJSON { $0.members.contains { isEntry($0.value) } } }

    private static func isEntry(_ value: JSONValue) -> Bool {
        value["hash"] != nil && value["index"] != nil && (value["secret"] ?? value["encSecret"]) != nil
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        let backup = try source.json()
        let items = backup.members.map(\.value).filter(isEntry)
            .enumerated().sorted {
                ($0.element["index"]?.unsigned ?? 0, $0.offset) < ($1.element["index"]?.unsigned ?? 0, $1.offset)
            }
            .map(\.element)
        let sealed = items.indices.filter { items[$0]["encrypted"]?.bool == true || items[$0]["encSecret"] != nil }
        var opened: [Int: LockedText] = [:]
        if !sealed.isEmpty {
            guard sealed.allSatisfy({ ciphertext(items[$0])?.withText { $0.hasPrefix("U2FsdGVk") } == true }) else {
                throw .unsupported(
                    "the authenticator-extension file is encrypted in a way that is not known here",
                    remedy: "export it again, and take the backup that is not encrypted")
            }
            opened = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
                try open(items, sealed, backup["key"]?["enc"], password)
            }
        }
        for (index, item) in items.enumerated() {
            try sink.item(item.label("issuer", "account"), at: index + 1) { () throws(ConversionError) in
                guard !sealed.contains(index) || opened[index] != nil else {
                    throw .malformed("it is encrypted with another password")
                }
                return try entry(item, opened[index])
            }
        }
    }

    private static func ciphertext(_ item: JSONValue) -> JSONValue? { item["encSecret"] ?? item["secret"] }

    /// The keys that a password opens; where the backup has a key of its own, the password opens that.
    private static func open(
        _ items: [JSONValue], _ sealed: [Int], _ key: JSONValue?, _ password: Span<UInt8>
    ) throws(ConversionError) -> [Int: LockedText] {
        var keys = [LockedText(try ConversionError.copy(password))]
        if let key {
            guard let inner = try decrypt(key, password) else { throw .wrongPassword }
            // It is used as text; some versions wrote it as hexadecimal first.
            var text = try ConversionError.buffer(2 * inner.count)
            inner.withBytes { bytes in
                for index in bytes.indices {
                    text.append { $0.append(hexadecimal(bytes[index] >> 4)) }
                    text.append { $0.append(hexadecimal(bytes[index] & 15)) }
                }
            }
            keys = [inner, LockedText(text)]
        }
        for key in keys {
            var opened: [Int: LockedText] = [:]
            for index in sealed {
                guard let value = ciphertext(items[index]) else { continue }
                let text = try key.withBytes { (key: Span<UInt8>) throws(ConversionError) in try decrypt(value, key) }
                // Padding alone is right by chance one time in 256.
                if let text, text.withBytes({ isKey($0) }) { opened[index] = text }
            }
            if !opened.isEmpty { return opened }
        }
        throw .wrongPassword
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 { digit + (digit < 10 ? 0x30 : 0x57) }

    private static func isKey(_ text: Span<UInt8>) -> Bool {
        if text.hasPrefix("blz-") || text.hasPrefix("bliz-") || text.hasPrefix("stm-") { return true }
        guard text.count > 0 else { return false }
        for index in text.indices {
            switch text[index] {
            case 0x20, UInt8(ascii: "="), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                break
            default: return false
            }
        }
        return true
    }

    /// What `Salted__`, eight bytes of salt and AES-256-CBC hold; nil when the password does not open it.
    private static func decrypt(_ value: JSONValue, _ password: Span<UInt8>) throws(ConversionError) -> LockedText? {
        let sealed = try value.base64(part: 0, of: 1)
        guard sealed.count >= 32, sealed.count % 16 == 0 else { throw .malformed("a key in it is cut off") }
        var derived = try ConversionError.buffer(48)
        var message = try ConversionError.buffer(16 + password.count + 8)
        while derived.count < 48 {
            message.append(copying: password)
            message.append(copying: sealed.bytes.extracting(8..<16))
            let block = try Decryption.key(16) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                try Digest.append(.md5, of: message.bytes, to: &output)
            }
            derived.append(copying: block.bytes)
            message.removeAll()
            message.append(copying: block.bytes)
        }
        do throws(ConversionError) {
            return LockedText(
                try Decryption.cbc(
                    sealed.bytes.extracting(16...), key: derived.bytes.extracting(0..<32),
                    iv: derived.bytes.extracting(32..<48)))
        } catch {
            guard error == .wrongPassword else { throw error }
            return nil
        }
    }

    private static func entry(_ item: JSONValue, _ opened: LockedText?) throws(ConversionError) -> Entry {
        let type = try item.text("type").lowercased()
        // A key in hexadecimal has a kind of its own, and so have those of two services.
        let isHexadecimal = ["hex", "hhex"].contains(type)
        var credential: Credential
        switch type {
        case "hotp", "hhex", "2":
            credential = try Credential(.hotp, in: item)
            credential.counter = credential.counter ?? 0
        case "steam", "4": credential = Credential(kind: .steam)
        case "battle", "3": credential = Credential(kind: .totp, digits: 8)
        case "", "totp", "hex", "1": credential = try Credential(.totp, in: item)
        default: throw .malformed("the kind \(type.prefix(32)) is not known")
        }
        if credential.kind == .totp, credential.period == 0 { credential.period = nil }
        var text: LockedText
        if let opened {
            text = opened
        } else {
            guard let secret = try item.secretText("secret"), secret.count > 0 else { throw ConversionError(.keyEmpty) }
            text = LockedText(secret)
        }
        let key = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            var start = 0
            for prefix in ["blz-", "bliz-", "stm-"] as [StaticString] where bytes.hasPrefix(prefix) {
                start = prefix.utf8CodeUnitCount
                if prefix.utf8CodeUnitCount == 4, bytes.hasPrefix("stm-") { credential = Credential(kind: .steam) }
            }
            return try KeyText.decode(bytes.extracting(start...), isHexadecimal ? .hexadecimal : .base32)
        }
        // The issuer may have the address of its site behind it.
        let issuer = try item.text("issuer").split(separator: "::", omittingEmptySubsequences: false).first.map(
            String.init)
        var entry = try Entry(
            issuer: issuer ?? "", name: item.text("account"), credential.parameters(), checked: key)
        entry.extras.isFavourite = item["pinned"]?.bool ?? false
        return entry
    }
}
