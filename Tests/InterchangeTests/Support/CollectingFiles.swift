import Interchange
import OneTimePassword
import Platform
import Wire

/// A sink of an export that keeps everything, in ordinary memory.
final class CollectingFiles: FileSink {
    private(set) var files: [(name: String, bytes: [UInt8])] = []
    private(set) var problems: [(position: Int, label: String, reason: String)] = []
    private(set) var warnings: [String] = []

    /// The bytes of an export of one file.
    var bytes: [UInt8] { files.first?.bytes ?? [] }
    /// The same as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    func file(_ name: String) throws(ConversionError) { files.append((name, [])) }

    func write(_ bytes: Span<UInt8>) throws(ConversionError) {
        precondition(bytes.count <= TextOutput.block)
        if files.isEmpty { files.append(("", [])) }
        for index in bytes.indices { files[files.count - 1].bytes.append(bytes[index]) }
    }

    func problem(_ label: String, _ reason: String, lost: [String], at position: Int) throws(ConversionError) {
        problems.append((position, label, reason))
    }

    func warning(_ text: String) throws(ConversionError) { warnings.append(text) }
}

/// An account of a test, in ordinary memory.
struct SampleEntry: Sendable {
    var issuer: String
    var name: String
    var parameters: Parameters?
    var key: [UInt8]
    var pin = ""
    var note = ""
    var tags: [String] = []
    var isFavourite = false

    init(
        _ issuer: String, _ name: String, _ parameters: Parameters?, key: [UInt8], pin: String = "", note: String = "",
        tags: [String] = [], isFavourite: Bool = false
    ) {
        (self.issuer, self.name, self.parameters, self.key) = (issuer, name, parameters, key)
        (self.pin, self.note, self.tags, self.isFavourite) = (pin, note, tags, isFavourite)
    }

    /// The account as writers take it.
    func entry() throws(ConversionError) -> Entry {
        var entry = try Entry(issuer: issuer, name: name, parameters: parameters, key: locked(key))
        entry.pin = try locked(Array(pin.utf8))
        entry.note = try locked(Array(note.utf8))
        entry.tags = tags
        entry.extras.isFavourite = isFavourite
        return entry
    }
}

/// Writes accounts in a format.
func export(
    _ entries: [SampleEntry], as writer: any FormatWriter.Type, password: String = "secret pass\u{E9}"
) throws(ConversionError) -> (files: CollectingFiles, written: Int) {
    let files = CollectingFiles()
    let password = writer.format.isEncrypted ? password : ""
    let writing = try EntryWriting(writer, into: files, time: 1_700_000_000, password: Array(password.utf8).span)
    for (index, entry) in entries.enumerated() { try writing.write(entry.entry(), at: index + 1) }
    try writing.finish()
    return (files, writing.written)
}
