import Platform
import Wire

/// The passkeys of a login in Bitwarden's JSON: `fido2Credentials`.
enum BitwardenPasskeys {
    /// Gives the passkeys of an item, for the account of that name. How many there are is the result.
    static func read(_ item: JSONValue, issuer: String, name: String, at position: Int, to sink: any EntrySink)
        throws(ConversionError) -> Int
    {
        let keys = item["login"]?["fido2Credentials"]?.items ?? []
        for value in keys {
            try sink.passkey(item["name"]?.string ?? "", at: position) { () throws(ConversionError) in
                try passkey(value, item, issuer, name)
            }
        }
        return keys.count
    }

    private static func passkey(
        _ value: JSONValue, _ item: JSONValue, _ issuer: String, _ name: String
    ) throws(ConversionError) -> PasskeyItem {
        var fields = PasskeyFields()
        (fields.key.issuer, fields.key.name) = (issuer, name)
        fields.key.site = try value.text("rpId")
        fields.key.siteName = try value.text("rpName")
        fields.key.credential = try PasskeyFields.credentialID(value.text("credentialId"))
        fields.key.userHandle = PasskeyFields.bytes(value["userHandle"]?.string) ?? []
        fields.key.userName = try value.text("userName")
        fields.key.displayName = try value.text("userDisplayName")
        fields.key.isDiscoverable = value["discoverable"]?.bool ?? value["discoverable"]?.equals("true") ?? true
        fields.key.created = DateText.seconds(try value.text("creationDate"))
        var passkey = try fields.item(value, "keyValue")
        passkey.isTrashed = item.has("deletedDate")
        // A synced key has no counter: a copy of it would look like a clone.
        if let counter = try value.number("counter"), counter > 0 { passkey.lost.append("signature counter") }
        return passkey
    }
}

/// The same, as they are written.
extension JSONOutput {
    func bitwardenPasskey(_ passkey: borrowing PasskeyItem) throws(ConversionError) {
        let key = passkey.key
        try beginObject()
        try name("credentialId")
        try string { (output) throws(ConversionError) in
            try output.put("b64.")
            try output.putBase64URL(key.credential.span)
        }
        try member("keyType", "public-key")
        try member("keyAlgorithm", "ECDSA")
        try member("keyCurve", "P-256")
        try name("keyValue")
        try string { (output) throws(ConversionError) in
            let info = try passkey.privateKeyInfo()
            try output.putBase64URL(info.bytes)
        }
        try member("rpId", key.site)
        try name("userHandle")
        try string { (output) throws(ConversionError) in try output.putBase64URL(key.userHandle.span) }
        try member("userName", key.userName)
        try member("counter", "0")
        try member("rpName", key.siteName.isEmpty ? key.site : key.siteName)
        try member("userDisplayName", key.displayName)
        try member("discoverable", key.isDiscoverable ? "true" : "false")
        try member("creationDate", DateText.text(key.created))
        try endObject()
    }
}
