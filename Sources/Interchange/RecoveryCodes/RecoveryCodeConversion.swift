import Wire

extension Converter {
    /// A file of a service becomes recovery codes.
    static func codes(_ start: ConversionStart, _ conversation: Conversation) throws(ConversionError) {
        let files = try receive(start, conversation)
        guard files.count == 1 else {
            throw .unsupported("recovery codes come from one file", remedy: "give one file")
        }
        let file = files[0]
        try file.text.withBytes { (text: Span<UInt8>) throws(ConversionError) in
            let hint = start.format.isEmpty ? nil : FittedText(start.format, Limits.recoveryService).text
            let read: RecoveryCodeText
            do throws(RecoveryCodeText.Refusal) {
                read = try RecoveryCodeText.read(text, name: file.name, hint: hint)
            } catch {
                throw ConversionError(error)
            }
            let codes = read.codes.map { NewRecoveryCode(text: $0.text, isUsed: $0.isUsed) }
            let service = read.service ?? ""
            let count = ConversionFrame.header + ConversionCodes.encodedCount(service: service, codes: codes)
            try conversation.append(count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
                try ConversionCodes.appendFrame(
                    service: service, isInOrder: read.isInOrder, codes: codes, in: text, into: &output)
            }
            try conversation.send(ConversionEnd(format: service))
        }
    }
}

extension ConversionError {
    /// Why a text is not taken for recovery codes.
    init(_ refusal: RecoveryCodeText.Refusal) {
        switch refusal {
        case .empty:
            self = .unsupported("nothing is in the file", remedy: "give the file that the service made")
        case .tooLarge:
            self = .tooLarge("more than 64 KiB or 1,000 lines are no list of recovery codes")
        case .binary:
            self = .unsupported(
                "this is not text", remedy: "save the codes as plain text, one on a line, or paste them")
        case .unlike(let candidates, let lines):
            self = .unsupported(
                "no recovery codes were found: \(candidates) of \(lines) lines look like codes, which is not what a "
                    + "service's list looks like",
                remedy: "give the file as the service made it, or only the codes, one on a line, with --service NAME")
        case .twice:
            self = .unsupported("one code is there twice", remedy: "give each code once")
        }
    }
}
