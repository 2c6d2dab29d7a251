import Platform
package import Wire

/// What fob-convert does: one task, from START to END or FAILURE.
package enum Converter {
    /// Locked memory that files of so many bytes need in all: themselves, what they unfold to, the frames.
    package static func lockedMemory(for size: UInt64) -> Int {
        3 * min(Int(clamping: size), InterchangeLimits.file) + (2 << 20)
    }

    /// Does what `start` asks for and gives the exit status: 0, or that of the failure that was sent.
    ///
    /// - Parameter warning: what the owner should know before all else; empty for nothing.
    package static func run(_ start: ConversionStart, _ conversation: Conversation, warning: String) -> Int32 {
        var format = start.format
        do throws(ConversionError) {
            if !warning.isEmpty { try conversation.send(ConversionWarning(text: warning)) }
            switch start.operation {
            case .read: try read(start, &format, conversation)
            case .write: try write(start, conversation)
            case .codes: try codes(start, conversation)
            case .render: try Rendering.run(conversation, asCharacters: start.format == ExportFormat.qr.rawValue)
            }
            // What was written with is on the stack, which not every machine locks.
            Memory.scrubStack()
            try conversation.flush()
            return 0
        } catch {
            Memory.scrubStack()
            let failure = error.failure(format: format)
            // Where nobody listens any more the status is all that can be said.
            do throws(ConversionError) {
                try conversation.send(failure)
                try conversation.flush()
            } catch {}
            return failure.code.exitStatus
        }
    }

    /// Files become entries. What is wrong with one of several is told with its outcome, and holds up no other.
    private static func read(
        _ start: ConversionStart, _ format: inout String, _ conversation: Conversation
    ) throws(ConversionError) {
        let groups = InputGroups.groups(try receive(start, conversation))
        let sink = ConversationSink(conversation)
        for group in groups {
            sink.begin(group[0].name)
            format = start.format
            var failure: ConversionError?
            do throws(ConversionError) {
                try read(group, &format, isOnly: groups.count == 1, conversation, sink)
            } catch {
                guard groups.count > 1, error.scope != .all else { throw error }
                failure = error
                Memory.scrubStack()
            }
            try sink.endFile()
            let named = group.filter { !$0.isKey }
            var outcome = ConversionOutcome(names: group[0].isInTree ? [] : named.map(\.name), format: format)
            outcome.files = UInt32(clamping: named.count)
            outcome.entries = sink.sinceOutcome
            if let failure { outcome.fail(failure.failure(format: format)) }
            // Of an archive each file has told its own.
            if failure != nil || !sink.hasMembers { try conversation.send(outcome) }
        }
        try conversation.send(
            ConversionEnd(format: groups.count == 1 ? format : "", entries: UInt32(clamping: sink.entries)))
    }

    private static func read(
        _ group: [SourceFile], _ format: inout String, isOnly: Bool, _ conversation: Conversation,
        _ sink: ConversationSink
    ) throws(ConversionError) {
        let source = try Source(group)
        try source.tell(sink)
        // The paths of a tree say what its files are for, as only those of pass do.
        if group[0].isInTree, format.isEmpty { format = PassReader.name }
        let isNamed = !format.isEmpty
        let reader = try reader(format, source)
        format = reader.name
        let isGuess = !isNamed && reader.isUnmarked
        let passwords = AskedPasswords(
            conversation, isGuess: isGuess,
            file: isOnly ? "" : FittedText(group[0].name, Limits.text).text)
        do throws(ConversionError) {
            try reader.read(source, passwords, to: sink)
        } catch {
            guard isGuess else { throw error }
            throw error.ofGuess(reader)
        }
    }

    private static func reader(_ format: String, _ source: Source) throws(ConversionError) -> any FormatReader.Type {
        guard !format.isEmpty else { return try Formats.reader(for: source) }
        guard let reader = Formats.reader(named: format, for: source) else {
            let names = Formats.names.joined(separator: ", ")
            throw .unsupported(
                "no format is called \(FittedText(format, 64).text)",
                remedy: "leave --from out, or give one of \(names)")
        }
        return reader
    }

    /// All files up to END.
    static func receive(
        _ start: ConversionStart, _ conversation: Conversation
    ) throws(ConversionError) -> [SourceFile] {
        var files = try InputFiles(expecting: start.size)
        var hasEnded = false
        while !hasEnded {
            try conversation.next { (kind: ConversionFrame.Kind, body: Span<UInt8>) throws(ConversionError) in
                switch kind {
                case .file:
                    guard let file = try? ConversionFile(from: body) else { throw .conversation }
                    try files.begin(file)
                case .keyFile: try files.beginKey()
                case .data: try files.append(body)
                case .end: hasEnded = true
                default: throw .conversation
                }
            }
        }
        return try files.finish()
    }
}
