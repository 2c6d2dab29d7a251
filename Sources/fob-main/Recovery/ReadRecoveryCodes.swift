import Client
import Platform
import Wire

/// Recovery codes that fob-convert found in a file.
struct ReadRecoveryCodes: ~Copyable {
    /// What they are, and where they lie in `text`.
    let codes: ConversionCodes
    /// The bytes that came from fob-convert.
    let text: LockedBuffer

    /// Has a file read, or standard input for `-`.
    ///
    /// - Parameter service: whose codes they are, if the owner has said so.
    init(_ path: String, service: String?) throws(ClientError) {
        var files = try ConverterFiles([OpenFile.named(path)])
        var found: ConversionCodes?
        var text = try ClientError.locked(0)
        let start = ConversionStart(operation: .codes, format: service ?? "", time: Clock.utc, size: files.size)
        _ = try Converter.start().run(start) { (output) throws(ClientError) in
            try files.send(into: &output)
        } password: { (_) throws(ClientError) in
            throw ClientError(.companionFailed, Sentences.noCodesFromConverter)
        } receive: { (event, body) throws(ClientError) in
            switch event {
            case .codes:
                do throws(WireError) { found = try ConversionCodes(from: body) } catch {
                    throw ClientError(receiving: error)
                }
                var copy = try ClientError.locked(body.count)
                copy.append(copying: body)
                text = copy
            case .warning(let sentence): Output.note(Sentences.warning(Label.shown(sentence)))
            default: break
            }
        }
        guard let found else { throw ClientError(.companionFailed, Sentences.noCodesFromConverter) }
        codes = found
        self.text = text
    }
}
