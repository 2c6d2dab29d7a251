import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// A plain backup of 2FAS, schema 4.
final class TwoFASWriter: TwoFASServices, FormatWriter {
    static let format = ExportFormat.twoFAS

    private let output: TextOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
        try output.put(#"{"services":"#)
        try super.init(output, time: time)
    }

    func finish() throws(ConversionError) {
        try end()
        try output.put(",")
        try putRest(to: output)
        try output.put("}\n")
        try output.finish()
    }
}

/// A backup of 2FAS with a password, schema 4: the services sealed with AES-256-GCM under PBKDF2 of the password; the names
/// of groups stay in clear.
final class TwoFASEncryptedWriter: TwoFASServices, FormatWriter {
    static let format = ExportFormat.twoFASEncrypted

    /// Rounds of PBKDF2-HMAC-SHA-256 and bytes of its salt: the app knows no others.
    private static let (rounds, salt): (UInt64, Int) = (10_000, 256)
    /// What `reference` holds in every backup, so that the app can check a password.
    private static let reference = """
        tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfgg\
        ogbBJhtYgpK6fMl1D6mtsy92R3HkdGfwuXbzLebqVFJsR7IZ2w58t938iymwG482\
        4igYy1wi6n2WDpO1Q1P69zwJGs2F5a1qP4MyIiDSD7NCV2OvidXQCBnDlGfmz0f1\
        BQySRkkt4ryiJeCjD2o4QsveJ9uDBUn8ELyOrESv5R5DMDkD4iAF8TXU7KyoJujd
        """

    private let output: TextOutput
    private let sealed: GCMOutput
    private let key: LockedText
    private let salt: LockedText
    private let nonce: LockedText

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        let salt = try LockedText(.random(Self.salt))
        let key = try salt.withBytes { (salt: Span<UInt8>) throws(ConversionError) in
            LockedText(try Decryption.pbkdf2(.sha256, password, salt: salt, rounds: Self.rounds))
        }
        let nonce = try LockedText(.random(12))
        (self.key, self.salt, self.nonce) = (key, salt, nonce)
        output = try TextOutput(sink)
        try output.put(#"{"services":[],"servicesEncrypted":""#)
        sealed = try Self.seal(key, nonce, to: output)
        try super.init(sealed.text, time: time)
    }

    func finish() throws(ConversionError) {
        try end()
        try end(sealed, nonce)
        try output.put(#"","reference":""#)
        let nonce = try LockedText(.random(12))
        let reference = try Self.seal(key, nonce, to: output)
        try reference.text.put(Self.reference)
        try end(reference, nonce)
        try output.put("\",")
        try putRest(to: output)
        try output.put("}\n")
        try output.finish()
    }

    private static func seal(
        _ key: LockedText, _ nonce: LockedText, to output: TextOutput
    ) throws(ConversionError) -> GCMOutput {
        try key.withBytes { (key: Span<UInt8>) throws(ConversionError) in
            try nonce.withBytes { (nonce: Span<UInt8>) throws(ConversionError) in
                try GCMOutput(key: key, nonce: nonce, to: output)
            }
        }
    }

    /// Ciphertext and tag, the salt and the nonce, with colons between.
    private func end(_ sealed: GCMOutput, _ nonce: LockedText) throws(ConversionError) {
        _ = try sealed.finish(withTag: true)
        for part in [salt, nonce] {
            try output.put(":")
            try part.withBytes { (part: Span<UInt8>) throws(ConversionError) in
                try Base64Encoder.put(part, to: output)
            }
        }
    }
}

/// The services of a backup of 2FAS.
class TwoFASServices {
    /// The app keeps counters in 32 bits and knows codes of 5 to 8 digits.
    static let holding = Holding(
        [.totp, .hotp, .steam], digits: [5, 6, 7, 8], mostCounter: UInt64(Int32.max), tags: .one(without: ""))

    private let json: JSONOutput
    private let milliseconds: UInt64
    private var groups = GroupTable()
    private var position = 0

    init(_ output: TextOutput, time: UInt64) throws(ConversionError) {
        json = JSONOutput(output)
        milliseconds = time * 1000
        try json.beginArray()
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        guard let parameters = entry.parameters else { return nil }
        try json.beginObject()
        try json.member("name", entry.title)
        try json.base32("secret", entry.key.bytes)
        try json.member("updatedAt", milliseconds)
        try json.beginObject("otp")
        try json.member("label", entry.name)
        try json.member("account", entry.name)
        try json.member("issuer", entry.issuer)
        try json.member("digits", parameters.digits)
        if parameters.kind == .hotp {
            try json.member("counter", parameters.counter)
        } else {
            try json.member("period", parameters.period)
        }
        try json.member("algorithm", parameters.algorithm.title)
        try json.member("tokenType", parameters.kind.title.uppercased())
        try json.member("source", "Manual")
        try json.endObject()
        try json.beginObject("order")
        try json.member("position", position)
        try json.endObject()
        if let tag = tags.first { try json.member("groupId", groups.id(of: tag)) }
        try json.endObject()
        position += 1
        return nil
    }

    func end() throws(ConversionError) { try json.endArray() }

    /// What stands beside the services.
    func putRest(to output: TextOutput) throws(ConversionError) {
        let json = JSONOutput(output)
        try json.beginArray("groups")
        for group in groups.groups {
            try json.beginObject()
            try json.member("id", group.id)
            try json.member("name", group.name)
            try json.member("isExpanded", true)
            try json.endObject()
        }
        try json.endArray()
        try json.member("updatedAt", milliseconds)
        try json.member("schemaVersion", 4)
        // The first app that wrote this schema.
        try json.member("appVersionCode", 5_000_009)
        try json.member("appVersionName", "5.1.0")
        try json.member("appOrigin", "android")
    }
}
