import Interchange
import OneTimePassword
import Platform
import Wire

/// An account that a reader has found, in ordinary memory: keys of tests are no secrets.
struct FoundEntry {
    let position: Int
    let issuer: String
    let name: String
    let parameters: Parameters?
    let key: String
    let pin: String
    let note: String
    let tags: [String]
    let state: AccountState
    let extras: AccountExtras
    let lost: [String]

    init(_ entry: borrowing Entry, at position: Int) {
        self.position = position
        issuer = entry.issuer
        name = entry.name
        parameters = entry.parameters
        key = entry.key.bytes.hexadecimal
        pin = entry.pin.bytes.text
        note = entry.note.bytes.text
        tags = entry.tags
        (state, extras) = (entry.state, entry.extras)
        lost = entry.lost
    }
}

/// A sink that keeps everything.
final class CollectingSink: EntrySink {
    private(set) var entries: [FoundEntry] = []
    private(set) var problems: [(position: Int, label: String, reason: String)] = []
    private(set) var warnings: [String] = []
    /// What lies in a trash.
    private(set) var trashed: [String] = []

    func entry(_ entry: consuming Entry, at position: Int) throws(ConversionError) {
        if entry.isTrashed { return trashed.append(entry.label) }
        entries.append(FoundEntry(entry, at: position))
    }

    func problem(_ label: String, _ reason: String, at position: Int) throws(ConversionError) {
        problems.append((position, label, reason))
    }

    func warning(_ text: String) throws(ConversionError) { warnings.append(text) }
}

/// Gives the passwords that it was made with, one after the other.
final class FixedPasswords: PasswordSource {
    private var left: [String]

    init(_ passwords: String...) { left = passwords.filter { !$0.isEmpty } }

    func password(format: String, again: Bool) throws(ConversionError) -> LockedBuffer {
        guard !left.isEmpty else { throw again ? .wrongPassword : .passwordNeeded }
        return try locked(Array(left.removeFirst().utf8))
    }
}

/// Those bytes in locked memory.
func locked(_ bytes: [UInt8]) throws(ConversionError) -> LockedBuffer {
    do throws(MemoryError) {
        return try LockedBuffer(copying: bytes.span)
    } catch {
        throw .memory(error)
    }
}

/// What a file's bytes are read as, by the reader that recognises them or the one of that name.
func read(
    _ bytes: [UInt8], named name: String = "", as format: String = "", password: String = ""
) throws(ConversionError) -> (format: String, found: CollectingSink) {
    let source = try Source([SourceFile(name: name, text: LockedText(locked(bytes)))])
    return try read(source, as: format, password: password)
}

/// What a source is read as.
func read(
    _ source: Source, as format: String = "", password: String = ""
) throws(ConversionError) -> (format: String, found: CollectingSink) {
    let reader: any FormatReader.Type
    if let named = Formats.reader(named: format, for: source) {
        reader = named
    } else {
        reader = try Formats.reader(for: source)
    }
    let sink = CollectingSink()
    let passwords = FixedPasswords(password)
    try reader.read(source, passwords, to: sink)
    return (reader.name, sink)
}

extension Span<UInt8> {
    /// Lower case, two digits each.
    var hexadecimal: String {
        var text = ""
        for index in indices {
            let digits = String(self[index], radix: 16)
            text += digits.count == 1 ? "0" + digits : digits
        }
        return text
    }

    /// As UTF-8.
    var text: String {
        var bytes: [UInt8] = []
        for index in indices { bytes.append(self[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
