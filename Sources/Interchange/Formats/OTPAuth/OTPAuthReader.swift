import ForeignLibraries
import OneTimePassword
import Platform

/// OTP Auth for iOS: a backup, `.otpauthdb`, or an account of its own, `.otpauth`.
package enum OTPAuthReader: FormatReader {
    package static let name = "otp-auth"

    package static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape else { return false }
        return OTPAuthEnvelope.key(source.text) != nil
    }

    package static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink)
        throws(ConversionError)
    {
        let envelope = try OTPAuthEnvelope(source.text)
        let archive = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            try envelope.open(password)
        }
        try read(archive, to: sink)
    }

    /// Gives the accounts of a decrypted archive: one, or folders of them.
    package static func read(_ archive: ArchivedObject, to sink: any EntrySink) throws(ConversionError) {
        guard let folders = try archive.object("Folders") else { return try give(archive, "", at: 1, to: sink) }
        var position = 0
        for folder in try folders.items {
            for account in try folder.object("accounts")?.items ?? [] {
                position += 1
                try give(account, folder.string("name"), at: position, to: sink)
            }
        }
    }

    private static func give(_ account: ArchivedObject, _ folder: String, at position: Int, to sink: any EntrySink)
        throws(ConversionError)
    {
        let (issuer, name) = (try account.string("issuer"), try account.string("label"))
        let label = [issuer, name].filter { !$0.isEmpty }.joined(separator: ": ")
        try sink.item(label, at: position) { () throws(ConversionError) in
            return try entry(account, folder, issuer, name)
        }
    }

    private static func entry(
        _ account: ArchivedObject, _ folder: String, _ issuer: String, _ name: String
    ) throws(ConversionError) -> Entry {
        guard let secret = try account.bytes("secret"), secret.count > 0 else { throw .malformed("it has no key") }
        let hashes = ["", "SHA1", "SHA256", "SHA512", "MD5"]
        guard let hash = hashes.indices.first(where: { $0 == (try? account.number("algorithm")) ?? 0 }) else {
            throw .malformed("its hash is not known")
        }
        var credential = Credential(kind: .totp, algorithm: hashes[hash])
        switch try account.number("type") {
        case 1: credential.kind = .hotp
        case 2: break
        default: throw .malformed("its kind is not known")
        }
        // 0 is what is usual.
        credential.digits = try account.number("digits").flatMap { $0 == 0 ? nil : $0 }
        credential.period = try account.number("period").flatMap { $0 == 0 ? nil : $0 }
        credential.counter = try account.number("counter")
        let key = try secret.copy(0..<secret.count)
        var entry = try Entry(issuer: issuer, name: name, credential.parameters(), checked: key)
        if !folder.isEmpty { entry.tags = [folder] }
        // Seconds since 2001; nearly all begin to count in 1970.
        let start = try account.object("refDate")?.real("NS.time").map { $0 + 978_307_200 } ?? 0
        if credential.kind == .totp, start != 0, let plain = entry.parameters {
            guard let second = UInt64(exactly: start),
                let parameters = try? Parameters(
                    kind: .totp, algorithm: plain.algorithm, digits: plain.digits, period: plain.period, start: second)
            else { throw .malformed("its start of time steps is not possible") }
            entry.parameters = parameters
        }
        return entry
    }
}

/// The encryption of OTP Auth: an archive under a key that is the same everywhere, with another one in it under the password.
struct OTPAuthEnvelope {
    /// In old files a hash of salt and password is the key; in new ones the data are RNCryptor's.
    private let salt: LockedText?
    private let vector: LockedText?
    private let data: LockedText

    /// Version and options, two salts, vector and tag (https://github.com/RNCryptor/RNCryptor-Spec, version 3).
    private static let (head, tag, rounds): (Int, Int, UInt64) = (34, 32, 10_000)

    /// The key of the outer archive; nil for another file.
    static func key(_ text: LockedText) -> LockedText? {
        guard text.count >= 64, text.count % 16 == 0 else { return nil }
        return text.withBytes { bytes in
            for word in ["Authenticator", "OTPAuth"] {
                guard let key = try? LockedText(Decryption.hash(.sha256, word.utf8.span)),
                    let start = key.withBytes({
                        try? LockedText(cbc(bytes.extracting(0..<16), key: $0, padding: .none))
                    })
                else { continue }
                if start.withBytes({ $0.hasPrefix(PropertyList.mark) }) { return key }
            }
            return nil
        }
    }

    /// Under a vector of zeros.
    private static func cbc(
        _ sealed: Span<UInt8>, key: Span<UInt8>, padding: Cipher.Padding = .pkcs7
    ) throws(ConversionError) -> LockedBuffer {
        let zeros: [16 of UInt8] = .init(repeating: 0)
        return try Decryption.key(sealed.count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Cipher.decryptCBC(sealed, padding: padding, key: key, iv: zeros.span, into: &output)
        }
    }

    init(_ text: LockedText) throws(ConversionError) {
        guard let key = Self.key(text) else { throw .malformed("it is not a file of this app") }
        let plain = try key.withBytes { (key: Span<UInt8>) throws(ConversionError) in
            try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                do throws(ConversionError) { return try Self.cbc(bytes, key: key) } catch {
                    guard error == .wrongPassword else { throw error }
                    throw ConversionError.malformed("it is cut off or damaged")
                }
            }
        }
        let archive = try ArchivedObject(LockedText(plain))
        let backup = try archive.bytes("WrappedData")
        let isBackup = backup != nil
        let version = try archive.real("Version") ?? 0
        switch isBackup ? version : version - 0.1 {
        case 0.95..<1.05: (salt, vector) = (try archive.bytes("Salt"), try archive.bytes("IV"))
        case 1.05..<1.15: (salt, vector) = (nil, nil)
        default: throw .version("\(version)")
        }
        let account = try archive.bytes("Data")
        guard let data = backup ?? account, data.count >= 16 else { throw .malformed("it has no data") }
        self.data = data
    }

    /// The inner archive.
    func open(_ password: Span<UInt8>) throws(ConversionError) -> ArchivedObject {
        let plain = LockedText(
            try data.withBytes { (data: Span<UInt8>) throws(ConversionError) in
                try salt == nil ? sealed(data, password) : old(data, password)
            })
        guard plain.withBytes({ $0.hasPrefix(PropertyList.mark) }) else { throw .wrongPassword }
        return try ArchivedObject(plain)
    }

    private func old(_ data: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        guard let salt, let vector, data.count % 16 == 0 else { throw .malformed("it is cut off or damaged") }
        var message = try ConversionError.buffer(salt.count + 1 + password.count)
        salt.withBytes { message.append(copying: $0) }
        message.append { $0.append(UInt8(ascii: "-")) }
        message.append(copying: password)
        let key = try Decryption.hash(.sha256, message.bytes)
        let iv = try vector.withBytes { (vector: Span<UInt8>) throws(ConversionError) in
            try Decryption.hash(.sha1, vector)
        }
        return try Decryption.cbc(data, key: key.bytes, iv: iv.bytes.extracting(0..<16))
    }

    private func sealed(_ data: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        let end = data.count - Self.tag
        guard end >= Self.head + 16, (end - Self.head) % 16 == 0, data[0] == 3 || data[0] == 2, data[1] == 1 else {
            throw .malformed("its data are cut off, or of an unknown version")
        }
        func key(_ salt: Range<Int>) throws(ConversionError) -> LockedBuffer {
            try Decryption.pbkdf2(.sha1, password, salt: data.extracting(salt), rounds: Self.rounds)
        }
        let tagKey = try key(10..<18)
        try ConversionError.foreign { () throws(ForeignError) in
            try Authentication.check(
                data.extracting(0..<end), .sha256, key: tagKey.bytes, tag: data.extracting(end...))
        }
        let cipherKey = try key(2..<10)
        return try Decryption.cbc(data.extracting(Self.head..<end), key: cipherKey.bytes, iv: data.extracting(18..<34))
    }
}
