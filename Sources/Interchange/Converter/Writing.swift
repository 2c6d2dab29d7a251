import Platform
import Wire

/// Entries become files: they are written as they come, and what is written goes out at once, so that neither is ever
/// whole in memory.
struct Writing {
    private let type: any FormatWriter.Type
    private let conversation: Conversation
    private let time: UInt64
    /// What came before the password did.
    private var early: [LockedText] = []
    private var hasEnded = false

    /// Does what a START of that operation asks for.
    static func run(_ start: ConversionStart, _ conversation: Conversation) throws(ConversionError) {
        guard let type = Formats.writer(named: start.format) else {
            let names = Formats.writers.map { $0.format.rawValue }.joined(separator: ", ")
            throw .unsupported(
                "no format is called \(FittedText(start.format, 64).text)", remedy: "give --to one of \(names)")
        }
        var writing = Writing(type: type, conversation: conversation, time: start.time)
        try writing.run()
    }

    private init(type: any FormatWriter.Type, conversation: Conversation, time: UInt64) {
        (self.type, self.conversation, self.time) = (type, conversation, time)
    }

    private mutating func run() throws(ConversionError) {
        let password = try type.format.isEncrypted ? askForPassword() : ConversionError.buffer(0)
        let entries = try EntryWriting(
            type, into: ConversationFiles(conversation), time: time, password: password.bytes)
        for body in early {
            try body.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in try Self.write(bytes, entries) }
        }
        early = []
        while !hasEnded {
            hasEnded = try conversation.next { (kind, body: Span<UInt8>) throws(ConversionError) in
                switch kind {
                case .entry: try Self.write(body, entries)
                case .end: return true
                default: throw .conversation
                }
                return false
            }
        }
        try entries.finish()
        try conversation.send(
            ConversionEnd(format: type.format.rawValue, entries: UInt32(clamping: entries.written)))
    }

    private static func write(_ body: Span<UInt8>, _ entries: EntryWriting) throws(ConversionError) {
        guard let frame = try? ConversionEntry(from: body) else { throw .conversation }
        try entries.write(try Entry(frame, body), at: Int(frame.position))
    }

    /// Asks, and keeps what was under way at that moment.
    private mutating func askForPassword() throws(ConversionError) -> LockedBuffer {
        try conversation.send(ConversionPasswordNeeded(format: type.format.rawValue, again: false))
        try conversation.flush()
        var password: LockedBuffer?
        while password == nil {
            password = try conversation.next { (kind, body: Span<UInt8>) throws(ConversionError) in
                switch kind {
                case .entry: early.append(LockedText(try ConversionError.copy(body)))
                case .end: hasEnded = true
                case .password where (1...InterchangeLimits.password).contains(body.count):
                    return try ConversionError.copy(body)
                default: throw .conversation
                }
                return nil
            }
        }
        guard let password = password.take() else { throw .conversation }
        return password
    }
}

/// Files that go out as FILE and DATA, and what could not be written.
private final class ConversationFiles: FileSink {
    private let conversation: Conversation

    init(_ conversation: Conversation) { self.conversation = conversation }

    func file(_ name: String) throws(ConversionError) { try conversation.send(ConversionFile(name: name)) }

    func write(_ octets: Span<UInt8>) throws(ConversionError) {
        try conversation.append(ConversionFrame.header + octets.count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ConversionFrame.append(.data, count: octets.count, into: &output) {
                (output: inout OutputSpan<UInt8>) throws(WireError) in
                for index in octets.indices { output.append(octets[index]) }
            }
        }
    }

    func problem(_ label: String, _ reason: String, at position: Int) throws(ConversionError) {
        try conversation.send(
            ConversionProblem(position: UInt32(clamping: position), label: label, reason: reason))
    }

    func warning(_ text: String) throws(ConversionError) { try conversation.send(ConversionWarning(text: text)) }
}
