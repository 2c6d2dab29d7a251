import Platform
import Wire

/// Sends what a reader finds, within the bounds of the protocol.
final class ConversationSink: EntrySink {
    let conversation: Conversation
    /// Entries that were sent.
    private(set) var entries = 0
    /// Entries and problems.
    private var items = 0
    /// What lies in the trash of the file that is being read.
    private var trashed: [String] = []
    /// The file that is being read.
    private var file = ""
    /// Entries that were sent of it and of its members so far.
    private var before = 0
    /// It is an archive, of whose members each has its own outcome.
    private(set) var hasMembers = false

    init(_ conversation: Conversation) { self.conversation = conversation }

    func entry(_ entry: consuming Entry, at position: Int) throws(ConversionError) {
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
        let add = AddRequest(
            entry.account, entry.more, note: entry.note.bytes, key: entry.key.bytes, pin: entry.pin.bytes)
        let count = ConversionEntry.encodedCount(lost: entry.lost, add)
        try conversation.append(ConversionFrame.header + count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ConversionEntry.appendFrame(position: position, lost: entry.lost, add, into: &output)
        }
    }

    func passkey(_ passkey: consuming PasskeyItem, at position: Int) throws(ConversionError) {
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

    func problem(_ label: String, _ reason: String, at position: Int) throws(ConversionError) {
        try count()
        try conversation.send(
            ConversionProblem(
                position: UInt32(clamping: position), label: FittedText(label, Limits.label).text,
                reason: FittedText(reason, Limits.text).text))
    }

    func warning(_ text: String) throws(ConversionError) {
        try conversation.send(ConversionWarning(text: FittedText(text, Limits.text).text))
    }

    /// The next file begins.
    func begin(_ name: String) {
        (file, before, hasMembers) = (FittedText(name, Limits.text / 2).text, entries, false)
    }

    /// Entries since the last outcome.
    var sinceOutcome: UInt32 { UInt32(clamping: entries - before) }

    func endMember(_ name: String, format: String, _ failure: ConversionError?) throws(ConversionError) {
        var outcome = ConversionOutcome(names: ["\(file): \(FittedText(name, Limits.text / 2).text)"], format: format)
        outcome.entries = sinceOutcome
        if let failure { outcome.fail(failure.failure(format: format)) }
        (before, hasMembers) = (entries, true)
        try endFile()
        try conversation.send(outcome)
    }

    /// Says what was left out because it lies in the trash of the file that was read.
    func endFile() throws(ConversionError) {
        guard !trashed.isEmpty else { return }
        let named = trashed.prefix(8).joined(separator: ", ") + (trashed.count > 8 ? " and others" : "")
        try warning("left out, because in the trash there: \(trashed.count) (\(named))")
        trashed = []
    }

    private func count() throws(ConversionError) {
        items += 1
        guard items <= InterchangeLimits.entries else { throw .tooLarge("more than 50,000 accounts") }
    }
}
