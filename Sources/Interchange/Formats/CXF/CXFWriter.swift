import OneTimePassword
import Platform
import Wire

/// The Credential Exchange Format, 1.0: one account of the exporter, an item for each one-time password and passkey.
final class CXFWriter: FormatWriter {
    static let format = ExportFormat.cxf
    static let holding = Holding(
        [.totp], digits: Array(1...10), tags: .many(without: ""), hasNote: true, hasFavourite: true)

    private let output: TextOutput
    private let json: JSONOutput
    private let time: UInt64

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
        json = JSONOutput(output)
        self.time = time
        try json.beginObject()
        try json.beginObject("version")
        try json.member("major", 1)
        try json.member("minor", 0)
        try json.endObject()
        try json.member("exporterRpId", "fob.invalid")
        try json.member("exporterDisplayName", "fob")
        try json.member("timestamp", time)
        try json.beginArray("accounts")
        try json.beginObject()
        try json.member("id", UUIDText.make().filter { $0 != "-" })
        try json.member("username", "")
        try json.member("email", "")
        try json.member("collections", [String]())
        try json.beginArray("items")
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        guard let parameters = entry.parameters else { return "no one-time password is kept for it" }
        try begin(entry.title, created: time)
        try json.member("favorite", entry.extras.isFavourite)
        try json.member("tags", tags)
        try json.beginArray("credentials")
        try json.beginObject()
        try json.member("type", "totp")
        try json.name("secret")
        try json.string { (output) throws(ConversionError) in try output.putBase32(entry.key.bytes) }
        try json.member("period", parameters.period)
        try json.member("digits", parameters.digits)
        try json.member("username", entry.name)
        try json.member("algorithm", parameters.algorithm.title.lowercased())
        try json.member("issuer", entry.issuer)
        try json.endObject()
        if entry.note.count > 0 {
            try json.beginObject()
            try json.member("type", "note")
            try json.beginObject("content")
            try json.member("fieldType", "string")
            try json.name("value")
            try json.string(entry.note.bytes)
            try json.endObject()
            try json.endObject()
        }
        try json.endArray()
        try json.endObject()
        return nil
    }

    func write(_ passkey: borrowing PasskeyItem) throws(ConversionError) -> (reason: String?, lost: [String]) {
        let key = passkey.key
        try begin(key.issuer.isEmpty ? key.site : key.issuer, created: key.created == 0 ? time : key.created)
        try json.beginObject("scope")
        try json.beginArray("urls")
        try json.string("https://\(key.site)")
        try json.endArray()
        try json.member("androidApps", [String]())
        try json.endObject()
        try json.beginArray("credentials")
        // The account that it belongs to here is not called as its user is at the site.
        if !key.name.isEmpty, key.name != key.userName {
            try json.beginObject()
            try json.member("type", "basic-auth")
            try json.beginObject("username")
            try json.member("fieldType", "string")
            try json.member("value", key.name)
            try json.endObject()
            try json.endObject()
        }
        try json.beginObject()
        try json.member("type", "passkey")
        try base64("credentialId", key.credential.span)
        try json.member("rpId", key.site)
        try json.member("username", key.userName)
        try json.member("userDisplayName", key.displayName)
        try base64("userHandle", key.userHandle.span)
        let info = try passkey.privateKeyInfo()
        try base64("key", info.bytes)
        if passkey.seedWithVerification.count > 0 || passkey.blob.count > 0 || key.signsPayments {
            try json.beginObject("fido2Extensions")
            if passkey.seedWithVerification.count > 0 {
                try json.beginObject("hmacCredentials")
                try json.member("algorithm", "hmac-sha256")
                try base64("credWithUV", passkey.seedWithVerification.bytes)
                try base64("credWithoutUV", passkey.seedWithout.bytes)
                try json.endObject()
            }
            if passkey.blob.count > 0 { try base64("credBlob", passkey.blob.bytes) }
            if key.signsPayments { try json.member("payments", true) }
            try json.endObject()
        }
        try json.endObject()
        try json.endArray()
        try json.endObject()
        return (nil, passkey.losses(keepsExtensions: true))
    }

    func finish() throws(ConversionError) {
        try json.endArray()
        try json.endObject()
        try json.endArray()
        try json.endObject()
        try output.put("\n")
        try output.finish()
    }

    private func begin(_ title: String, created: UInt64) throws(ConversionError) {
        try json.beginObject()
        try json.member("id", UUIDText.make().filter { $0 != "-" })
        try json.member("creationAt", created)
        try json.member("modifiedAt", time)
        try json.member("title", title)
    }

    private func base64(_ name: String, _ bytes: Span<UInt8>) throws(ConversionError) {
        try json.name(name)
        try json.string { (output) throws(ConversionError) in try output.putBase64URL(bytes) }
    }
}
