package import Platform
package import Wire

extension LockedBuffer {
    /// Appends the PASSKEY frame of a passkey that the agent handed out, for which there is room.
    package mutating func appendPasskey(
        _ passkey: PasskeyExport, _ body: Span<UInt8>, position: UInt32
    ) throws(ClientError) {
        try appendConversion { (output: inout OutputSpan<UInt8>) throws(WireError) in
            let secrets = PasskeySecretsText(passkey.secrets, in: body)
            try ConversionPasskey.appendFrame(position: position, passkey.key, secrets, into: &output)
        }
    }

    /// Appends the ENTRY frame of an account that the agent handed out, for which there is room; its secrets are in
    /// `body`. Of its policy is only said that it is lost: no other program has one.
    package mutating func appendEntry(
        _ entry: ExportEntry, _ body: Span<UInt8>, position: UInt32
    ) throws(ClientError) {
        let account = entry.account
        let new = NewAccount(
            issuer: account.issuer, name: account.name, credential: account.credential, tags: account.tags)
        var lost: [String] = []
        if account.consent != .none { lost.append(Sentences.confirmationsOfAccount) }
        if account.lifetime > 0 { lost.append(Sentences.lifetimeOfAccount) }
        var more = AddRequest.More()
        (more.flags, more.state, more.extras) = (.besideTwins, account.state, account.extras)
        let add = AddRequest(
            new, more, note: body.extracting(entry.secrets.note), key: body.extracting(entry.secrets.key),
            pin: body.extracting(entry.secrets.pin))
        try appendConversion { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ConversionEntry.appendFrame(position: position, lost: lost, add, into: &output)
        }
    }
}
