import Encodings
import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// The browser extension "Authenticator" (authenticator.cc): its JSON backup, in clear or encrypted by CryptoJS, which derives
/// as `openssl enc` once did. What it encrypts with has changed: the password, a key of its own under the password, and
/// since 2024 whole entries under a hash of it.
enum AuthenticatorExtensionReader: FormatReader {
    static var name: String { "authenticator-extension" }
    /// Of Argon2id, memory in KiB, and how long its hash is.
    private static let (passes, memory, hashBytes): (UInt64, UInt64, Int) = (1, 16_384, 24)
    /// Each is a hash to be computed.
    private static let mostKeys = 8

    static func recognizes(_ source: Source) -> Bool { source.isJSON { $0.members.contains { isEntry($0.value) } } }

    private static func isEntry(_ value: JSONValue) -> Bool {
        value["index"] != nil
            && (value["hash"] != nil && (value["secret"] ?? value["encSecret"]) != nil || isSealed(value))
    }

    /// It is encrypted as a whole.
    private static func isSealed(_ value: JSONValue) -> Bool {
        value["dataType"]?.equals("EncOTPStorage") == true && value["data"] != nil
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let backup = try source.json()
        let items = backup.members.map(\.value).filter(isEntry)
            .enumerated().sorted {
                ($0.element["index"]?.unsigned ?? 0, $0.offset) < ($1.element["index"]?.unsigned ?? 0, $1.offset)
            }
            .map(\.element)
        let sealed = items.indices.filter {
            isSealed(items[$0]) || items[$0]["encrypted"]?.bool == true || items[$0]["encSecret"] != nil
        }
        var opened: [Int: LockedText] = [:]
        if !sealed.isEmpty {
            guard sealed.allSatisfy({ ciphertext(items[$0])?.withText { $0.hasPrefix("U2FsdGVk") } == true }) else {
                throw .unsupported(
                    "the authenticator-extension file is encrypted in a way that is not known here",
                    remedy: "export it again, and take the backup that is not encrypted")
            }
            opened = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
                try open(items, sealed, backup, password)
            }
        }
        let isEncrypted = Set(sealed)
        for (index, stored) in items.enumerated() {
            // Of an entry that is encrypted as a whole nothing is known before.
            let whole =
                isSealed(stored)
                ? try opened[index].map { text throws(ConversionError) in try JSONText.parse(text) } : nil
            let item = whole ?? stored
            try sink.item(item.label("issuer", "account"), at: index + 1) { () throws(ConversionError) in
                guard !isEncrypted.contains(index) || opened[index] != nil else {
                    throw .malformed("it is encrypted with another password")
                }
                return try entry(item, whole == nil ? opened[index] : nil)
            }
        }
    }

    private static func ciphertext(_ item: JSONValue) -> JSONValue? {
        item["data"] ?? item["encSecret"] ?? item["secret"]
    }

    /// What a password opens: the keys of entries, or whole ones.
    private static func open(
        _ items: [JSONValue], _ sealed: [Int], _ backup: JSONValue, _ password: Span<UInt8>
    ) throws(ConversionError) -> [Int: LockedText] {
        var keys = [LockedText(try ConversionError.copy(password))]
        if let key = backup["key"]?["enc"] {
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
        } else if sealed.contains(where: { isSealed(items[$0]) }) {
            let salts = backup.members.filter { $0.value["dataType"]?.equals("Key") == true }.map { $0.value["salt"] }
            keys = []
            for salt in salts.prefix(mostKeys) {
                guard let salt = try salt?.secret(), salt.count >= 8 else {
                    throw .malformed("a key in it has no salt")
                }
                keys.append(try hash(password, salt.bytes))
            }
        }
        var opened: [Int: LockedText] = [:]
        for key in keys {
            for index in sealed where opened[index] == nil {
                guard let value = ciphertext(items[index]) else { continue }
                let text = try key.withBytes { (key: Span<UInt8>) throws(ConversionError) in try decrypt(value, key) }
                // Padding alone is right by chance one time in 256.
                guard let text else { continue }
                let isRight = isSealed(items[index]) ? (try? JSONText.parse(text)) != nil : text.withBytes { isKey($0) }
                if isRight { opened[index] = text }
            }
        }
        if opened.isEmpty { throw .wrongPassword }
        return opened
    }

    /// Argon2id of a password in base64 without padding, whose text is the password of the entries.
    private static func hash(_ password: Span<UInt8>, _ salt: Span<UInt8>) throws(ConversionError) -> LockedText {
        let hash = try Decryption.argon2(
            .id, password, salt: salt, passes: passes, memory: memory, lanes: 1, count: hashBytes)
        var text = try ConversionError.buffer(BaseEncoding.base64.encodedCount(hashBytes))
        text.append { output in BaseEncoding.base64.encode(hash.bytes, into: &output) }
        return LockedText(text)
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
            let block = try Decryption.hash(.md5, message.bytes)
            derived.append(copying: block.bytes)
            message.removeAll()
            message.append(copying: block.bytes)
        }
        return try Decryption.ifRight { () throws(ConversionError) in
            LockedText(
                try Decryption.cbc(
                    sealed.bytes.extracting(16...), key: derived.bytes.extracting(0..<32),
                    iv: derived.bytes.extracting(32..<48)))
        }
    }

    private static func entry(_ item: JSONValue, _ opened: LockedText?) throws(ConversionError) -> Entry {
        let type = try item.text("type").lowercased()
        // A key in hexadecimal has a kind of its own, and so have those of two services.
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
        credential.algorithm =
            ["1": "SHA1", "2": "SHA256", "3": "SHA512"][credential.algorithm] ?? credential.algorithm
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
                credential = bytes.hasPrefix("stm-") ? Credential(kind: .steam) : Credential(kind: .totp, digits: 8)
            }
            let own = bytes.extracting(start...)
            let isHexadecimal =
                ["hex", "hhex"].contains(type)
                || (try? Base32.decodedCount(own)) == nil && (try? KeyText.decode(own, .hexadecimal)) != nil
            return try KeyText.decode(own, isHexadecimal ? .hexadecimal : .base32)
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
