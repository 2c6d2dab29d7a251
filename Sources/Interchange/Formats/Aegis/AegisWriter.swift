import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// A plain vault of Aegis: content version 3.
final class AegisWriter: AegisContent, FormatWriter {
    static let format = ExportFormat.aegis

    private let output: TextOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
        try output.put(#"{"version":1,"header":{"slots":null,"params":null},"db":"#)
        try super.init(output)
    }

    func finish() throws(ConversionError) {
        try end()
        try output.put("}\n")
        try output.finish()
    }
}

/// A vault of Aegis with one password: its content sealed with AES-256-GCM under a random key, and that under the scrypt of
/// the password.
final class AegisEncryptedWriter: AegisContent, FormatWriter {
    static let format = ExportFormat.aegisEncrypted

    /// What Aegis itself uses.
    private static let (n, r, p): (UInt64, UInt64, UInt64) = (32_768, 8, 1)

    private let output: TextOutput
    private let sealed: GCMOutput
    private let slot: (JSONOutput) throws(ConversionError) -> Void
    private let nonce: LockedText

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        let (n, r, p) = (Self.n, Self.r, Self.p)
        let (salt, slotNonce) = (try LockedText(.random(32)), try LockedText(.random(12)))
        let master = try LockedBuffer.random(32)
        let slotKey = try salt.withBytes { (salt: Span<UInt8>) throws(ConversionError) in
            try Decryption.scrypt(password, salt: salt, n: n, r: r, p: p)
        }
        let key = try slotNonce.withBytes { (nonce: Span<UInt8>) throws(ConversionError) in
            LockedText(
                try Decryption.key(48) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                    try Cipher.sealGCM(master.bytes, key: slotKey.bytes, nonce: nonce, into: &output)
                })
        }
        slot = { (json) throws(ConversionError) in
            try json.beginObject()
            try json.member("type", 1)
            try json.member("uuid", UUIDText.make())
            try json.hexadecimal("key", key, 0..<32)
            try json.beginObject("key_params")
            try json.hexadecimal("nonce", slotNonce, 0..<12)
            try json.hexadecimal("tag", key, 32..<48)
            try json.endObject()
            try json.member("n", n)
            try json.member("r", r)
            try json.member("p", p)
            try json.hexadecimal("salt", salt, 0..<32)
            try json.member("repaired", true)
            try json.member("is_backup", false)
            try json.endObject()
        }
        output = try TextOutput(sink)
        try output.put(#"{"version":1,"db":""#)
        let nonce = try LockedText(.random(12))
        let output = output
        sealed = try nonce.withBytes { (nonce: Span<UInt8>) throws(ConversionError) in
            try GCMOutput(key: master.bytes, nonce: nonce, to: output)
        }
        self.nonce = nonce
        try super.init(sealed.text)
    }

    func finish() throws(ConversionError) {
        try end()
        let tag = try LockedText(sealed.finish(withTag: false))
        // The header stands behind what it describes: the tag is known only now, and JSON knows no order.
        try output.put(#"","header":"#)
        let json = JSONOutput(output)
        try json.beginObject()
        try json.beginArray("slots")
        try slot(json)
        try json.endArray()
        try json.beginObject("params")
        try json.hexadecimal("nonce", nonce, 0..<12)
        try json.hexadecimal("tag", tag, 0..<16)
        try json.endObject()
        try json.endObject()
        try output.put("}\n")
        try output.finish()
    }
}

/// The content of a vault of Aegis, version 3.
class AegisContent {
    static let holding = Holding(
        [.totp, .hotp, .steam, .motp, .yandex], digits: Array(1...10), tags: .many(without: ""), hasNote: true,
        hasFavourite: true)

    private let json: JSONOutput
    private var groups = GroupTable()

    init(_ output: TextOutput) throws(ConversionError) {
        json = JSONOutput(output)
        try json.beginObject()
        try json.member("version", 3)
        try json.beginArray("entries")
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        guard let parameters = entry.parameters else { return nil }
        try json.beginObject()
        try json.member("type", parameters.kind.title.lowercased())
        try json.member("uuid", UUIDText.make())
        try json.member("name", entry.name)
        try json.member("issuer", entry.issuer)
        try json.name("note")
        try json.string(entry.note.bytes)
        try json.member("favorite", entry.extras.isFavourite)
        try json.member(null: "icon")
        try json.name("info")
        try info(entry, parameters)
        try json.beginArray("groups")
        for tag in tags { try json.string(groups.id(of: tag)) }
        try json.endArray()
        try json.endObject()
        return nil
    }

    private func info(_ entry: borrowing Entry, _ parameters: Parameters) throws(ConversionError) {
        try json.beginObject()
        try json.base32("secret", entry.key.bytes)
        try json.member("algo", parameters.algorithm.title)
        try json.member("digits", parameters.digits)
        if parameters.kind == .hotp {
            try json.member("counter", parameters.counter)
        } else {
            try json.member("period", parameters.period)
        }
        if entry.pin.count > 0 {
            try json.name("pin")
            try json.string(entry.pin.bytes)
        }
        try json.endObject()
    }

    func end() throws(ConversionError) {
        try json.endArray()
        try json.member("groups", groups, id: "uuid")
        try json.endObject()
    }
}

extension JSONOutput {
    /// A member that is bytes in base32.
    func base32(_ name: String, _ bytes: Span<UInt8>) throws(ConversionError) {
        try self.name(name)
        try string { (output) throws(ConversionError) in try output.putBase32(bytes) }
    }

    /// A member that is bytes in hexadecimal.
    func hexadecimal(_ name: String, _ bytes: LockedText, _ range: Range<Int>) throws(ConversionError) {
        try self.name(name)
        try string { (output) throws(ConversionError) in
            try bytes.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                try output.putHexadecimal(bytes.extracting(range))
            }
        }
    }

    /// A member that is the list of groups, with their ids under that name.
    func member(_ name: String, _ table: GroupTable, id: String) throws(ConversionError) {
        try beginArray(name)
        for group in table.groups {
            try beginObject()
            try member(id, group.id)
            try member("name", group.name)
            try endObject()
        }
        try endArray()
    }

    /// A member that is a text which may be secret; `null` for an empty one.
    func optional(_ name: String, _ text: Span<UInt8>) throws(ConversionError) {
        if text.isEmpty { return try member(null: name) }
        try self.name(name)
        try string(text)
    }
}
