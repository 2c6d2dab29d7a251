package import Platform
package import Wire

extension LockedBuffer {
    /// Appends the ENTRY frame of an account that the agent handed out, for which there is room; its secrets are in
    /// `body`.
    package mutating func appendEntry(
        _ entry: ExportEntry, _ body: Span<UInt8>, position: UInt32
    ) throws(ClientError) {
        let account = entry.account
        let new = NewAccount(
            issuer: account.issuer, name: account.name, credential: account.credential, tags: account.tags)
        var extras = ConversionEntry.Extras()
        extras.needsVerification = account.state == .needsVerification
        try appendConversion { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ConversionEntry.appendFrame(
                position: position, new, extras, lost: [], note: body.extracting(entry.note),
                key: body.extracting(entry.key),
                pin: body.extracting(entry.pin), into: &output)
        }
    }
}
