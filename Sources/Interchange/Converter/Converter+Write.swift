import Platform
import Wire

extension Converter {
    /// Entries become files.
    static func write(_ start: ConversionStart, _ conversation: Conversation) throws(ConversionError) {
        guard let writer = Formats.writer(named: start.format) else {
            let names = Formats.writers.map { $0.format.rawValue }.joined(separator: ", ")
            throw .unsupported(
                "no format is called \(FittedText(start.format, 64).text)", remedy: "give one of \(names)")
        }
        let password = writer.format.isEncrypted ? try Self.password(conversation) : try ConversionError.buffer(0)
        let sink = ConversationFiles(conversation, vault: start.vault)
        let writing = try EntryWriting(writer, into: sink, time: start.time, password: password.bytes)
        var hasEnded = false
        while !hasEnded {
            try conversation.next { (kind: ConversionFrame.Kind, body: Span<UInt8>) throws(ConversionError) in
                switch kind {
                case .entry: try write(body, writing)
                case .passkey: try write(passkey: body, writing)
                case .end: hasEnded = true
                default: throw .conversation
                }
            }
            Memory.scrubStack()
        }
        try writing.finish()
        try conversation.send(
            ConversionEnd(format: writer.format.rawValue, entries: UInt32(clamping: writing.written)))
    }

    private static func write(_ body: Span<UInt8>, _ writing: EntryWriting) throws(ConversionError) {
        let frame: ConversionEntry
        do throws(WireError) { frame = try ConversionEntry(from: body) } catch { throw .conversation }
        try writing.write(Entry(frame, body), at: Int(frame.position))
    }

    private static func write(passkey body: Span<UInt8>, _ writing: EntryWriting) throws(ConversionError) {
        let frame: ConversionPasskey
        do throws(WireError) { frame = try ConversionPasskey(from: body) } catch { throw .conversation }
        try writing.write(PasskeyItem(frame, body), at: Int(frame.position))
    }

    private static func password(_ conversation: Conversation) throws(ConversionError) -> LockedBuffer {
        try conversation.next { (kind: ConversionFrame.Kind, body: Span<UInt8>) throws(ConversionError) in
            guard kind == .password, (1...InterchangeLimits.password).contains(body.count) else {
                throw .conversation
            }
            return try ConversionError.copy(body)
        }
    }
}

/// Sends what a writer writes.
private final class ConversationFiles: FileSink {
    private let conversation: Conversation
    let vault: String

    init(_ conversation: Conversation, vault: String) { (self.conversation, self.vault) = (conversation, vault) }

    func file(_ name: String) throws(ConversionError) { try conversation.send(ConversionFile(name: name)) }

    func write(_ bytes: Span<UInt8>) throws(ConversionError) {
        try conversation.append(ConversionFrame.header + bytes.count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ConversionFrame.append(.data, bytes, into: &output)
        }
    }

    func problem(_ label: String, _ reason: String, lost: [String], at position: Int) throws(ConversionError) {
        try conversation.send(
            ConversionProblem(position: UInt32(clamping: position), label: label, reason: reason, lost: lost))
    }

    func warning(_ text: String) throws(ConversionError) { try conversation.send(ConversionWarning(text: text)) }
}
