import Platform
import Wire

/// Sends what a reader finds, within the bounds of the protocol.
struct ConversationSink: EntrySink {
    let conversation: Conversation
    /// Entries that were sent.
    private(set) var entries = 0
    /// Entries and problems.
    private var items = 0
    /// What lies in the trash of the file that is being read.
    private var trashed: [String] = []

    init(_ conversation: Conversation) { self.conversation = conversation }

    mutating func entry(_ entry: consuming Entry, at position: Int) throws(ConversionError) {
        if entry.isTrashed { return trashed.append(entry.label) }
        if let refusal = BoundedEntry.refusal(of: entry) {
            return try problem(entry.label, refusal, at: position)
        }
        try count()
        entries += 1
        let bounded = try BoundedEntry(entry, at: position)
        try send(bounded, at: UInt32(clamping: position))
    }

    private func send(_ entry: borrowing BoundedEntry, at position: UInt32) throws(ConversionError) {
        let count = ConversionEntry.encodedCount(
            entry.account, entry.state, entry.extras, lost: entry.lost, note: entry.note.count, key: entry.key.count,
            pin: entry.pin.count)
        try conversation.append(ConversionFrame.header + count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ConversionEntry.appendFrame(
                position: position, entry.account, entry.state, entry.extras, lost: entry.lost, note: entry.note.bytes,
                key: entry.key.bytes, pin: entry.pin.bytes, into: &output)
        }
    }

    mutating func passkey(_ passkey: consuming PasskeyItem, at position: Int) throws(ConversionError) {
        if passkey.isTrashed { return trashed.append(passkey.label) }
        if let refusal = passkey.refusal() {
            return try problem(passkey.label, "its passkey: \(refusal)", at: position)
        }
        try count()
        entries += 1
        let (key, lost) = (passkey.fitted(), passkey.lost)
        let conversation = conversation
        try passkey.withSecrets { (secrets: PasskeySecretsText) throws(ConversionError) in
            let count = ConversionPasskey.encodedCount(key, lost: lost, secrets)
            try conversation.append(ConversionFrame.header + count) {
                (output: inout OutputSpan<UInt8>) throws(WireError) in
                try ConversionPasskey.appendFrame(
                    position: UInt32(clamping: position), key, lost: lost, secrets, into: &output)
            }
        }
    }

    mutating func problem(_ label: String, _ reason: String, at position: Int) throws(ConversionError) {
        try count()
        try conversation.send(
            ConversionProblem(
                position: UInt32(clamping: position), label: FittedText(label, Limits.label).text,
                reason: FittedText(reason, Limits.text).text))
    }

    mutating func warning(_ text: String) throws(ConversionError) {
        try conversation.send(ConversionWarning(text: FittedText(text, Limits.text).text))
    }

    /// Says what was left out because it lies in the trash of the file that was read.
    mutating func endFile() throws(ConversionError) {
        guard !trashed.isEmpty else { return }
        let named = trashed.prefix(8).joined(separator: ", ") + (trashed.count > 8 ? " and others" : "")
        try warning("left out, because in the trash there: \(trashed.count) (\(named))")
        trashed = []
    }

    private mutating func count() throws(ConversionError) {
        items += 1
        guard items <= InterchangeLimits.entries else { throw .tooLarge("more than 50,000 accounts") }
    }
}
