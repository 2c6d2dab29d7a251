import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// A plain JSON export of Bitwarden.
final class BitwardenWriter: BitwardenItems, FormatWriter {
    static let format = ExportFormat.bitwarden

    private let output: TextOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
        try super.init(output)
    }

    func finish() throws(ConversionError) {
        try end()
        try output.put("\n")
        try output.finish()
    }
}

/// A JSON export of Bitwarden with a password of its own, PBKDF2.
final class BitwardenEncryptedWriter: BitwardenItems, FormatWriter {
    static let format = ExportFormat.bitwardenEncrypted

    /// Rounds of PBKDF2-HMAC-SHA-256 that Bitwarden uses since 2023.
    private static let rounds: UInt64 = 600_000

    private let output: TextOutput
    private let data: BitwardenOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        // The salt is used as text.
        let salt = UUIDText.make()
        let saltText = try ConversionError.copy(salt.utf8.span)
        let key = try Decryption.pbkdf2(.sha256, password, salt: saltText.bytes, rounds: Self.rounds)
        let encryption = try BitwardenEnvelope.expand(key.bytes, "enc")
        let hash = try BitwardenEnvelope.expand(key.bytes, "mac")
        output = try TextOutput(sink)
        try output.put(#"{"encrypted":true,"passwordProtected":true,"#)
        try output.put("\"salt\":\"\(salt)\",\"kdfType\":0,\"kdfIterations\":\(Self.rounds),")
        try output.put(#""kdfMemory":null,"kdfParallelism":null,"encKeyValidation_DO_NOT_EDIT":""#)
        let validation = try BitwardenOutput(key: encryption.bytes, hashKey: hash.bytes, to: output)
        try validation.text.put(UUIDText.make())
        try validation.finish()
        try output.put(#"","data":""#)
        data = try BitwardenOutput(key: encryption.bytes, hashKey: hash.bytes, to: output)
        try super.init(data.text)
    }

    func finish() throws(ConversionError) {
        try end()
        try data.finish()
        try output.put("\"}\n")
        try output.finish()
    }
}

/// The plain text of an export of Bitwarden.
class BitwardenItems {
    static let holding = Holding(
        [.totp, .steam], tags: .one(without: ""), hasNote: true, hasFavourite: true, untoldIssuer: [.steam])

    private let json: JSONOutput
    private var folders = GroupTable()

    init(_ output: TextOutput) throws(ConversionError) {
        json = JSONOutput(output)
        try json.beginObject()
        try json.member("encrypted", false)
        try json.beginArray("items")
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        try json.beginObject()
        try json.member("id", UUIDText.make())
        try json.member(null: "organizationId")
        if let tag = tags.first {
            try json.member("folderId", folders.id(of: tag))
        } else {
            try json.member(null: "folderId")
        }
        try json.member("type", 1)
        try json.member("reprompt", 0)
        try json.member("name", entry.title)
        try json.optional("notes", entry.note.bytes)
        try json.member("favorite", entry.extras.isFavourite)
        try json.name("login")
        try login(entry)
        try json.member(null: "collectionIds")
        try json.endObject()
        return nil
    }

    /// An item of its own: what it is called and its user name are those of the account that it belongs to.
    func write(_ passkey: borrowing PasskeyItem) throws(ConversionError) -> (reason: String?, lost: [String]) {
        let key = passkey.key
        guard key.algorithm == .es256 else { return ("Bitwarden has no passkeys of Ed25519", []) }
        try json.beginObject()
        try json.member("id", UUIDText.make())
        try json.member(null: "organizationId")
        try json.member(null: "folderId")
        try json.member("type", 1)
        try json.member("reprompt", 0)
        try json.member("name", key.issuer.isEmpty ? key.site : key.issuer)
        try json.member(null: "notes")
        try json.member("favorite", false)
        try json.beginObject("login")
        try json.beginArray("uris")
        try json.beginObject()
        try json.member(null: "match")
        try json.member("uri", "https://\(key.site)")
        try json.endObject()
        try json.endArray()
        try json.member("username", key.name.isEmpty ? key.userName : key.name)
        try json.member(null: "password")
        try json.member(null: "totp")
        try json.beginArray("fido2Credentials")
        try json.bitwardenPasskey(passkey)
        try json.endArray()
        try json.endObject()
        try json.member(null: "collectionIds")
        try json.endObject()
        return (nil, passkey.losses(keepsExtensions: false))
    }

    private func login(_ entry: borrowing Entry) throws(ConversionError) {
        try json.beginObject()
        try json.member("uris", [String]())
        try json.member("username", entry.name)
        try json.member(null: "password")
        if entry.parameters?.kind == .steam {
            try json.name("totp")
            try json.string { (output) throws(ConversionError) in
                try output.put("steam://")
                try output.putBase32(entry.key.bytes)
            }
        } else {
            let uri = try entry.uri()
            try json.optional("totp", uri.bytes)
        }
        try json.endObject()
    }

    func end() throws(ConversionError) {
        try json.endArray()
        try json.member("folders", folders, id: "id")
        try json.endObject()
    }
}
