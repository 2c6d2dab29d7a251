import Platform

/// Entries of pass with its extension pass-otp, decrypted: a file, or a tree of them whose paths say what they are for.
///
/// The first line is a password, unless it is the URI itself; the other lines may be anything.
enum PassReader: FormatReader {
    static let name = "pass"

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape else { return false }
        return source.files.contains { uri(in: $0.text) != nil }
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        var position = 0
        var encrypted = 0
        var without = 0
        for file in source.files {
            if uri(in: file.text) == nil {
                if isEncrypted(file.text) { encrypted += 1 } else { without += 1 }
            }
            try read(file, &position, into: &sink)
        }
        if encrypted > 0 {
            try sink.warning(
                "\(encrypted) files are still encrypted; decrypt them with pass show and import them again")
        }
        if without > 0 { try sink.warning("\(without) files hold no otpauth URI") }
    }

    /// Where the first URI of an entry is.
    private static func uri(in text: LockedText) -> Range<Int>? {
        var lines = LineReader()
        while let line = lines.next(in: text) { if isURI(text, line) { return line } }
        return nil
    }

    private static func isURI(_ text: LockedText, _ line: Range<Int>) -> Bool {
        text.withBytes { $0.extracting(line).hasASCIIPrefix("otpauth://") }
    }

    /// OpenPGP: armoured, or a packet for a public-key encrypted session key.
    private static func isEncrypted(_ text: LockedText) -> Bool {
        text.withBytes { bytes in
            bytes.hasPrefix("-----BEGIN PGP MESSAGE") || bytes.count > 0 && [0x84, 0x85, 0xC1].contains(bytes[0])
        }
    }

    private static func read<Sink: EntrySink & ~Copyable>(
        _ file: SourceFile, _ position: inout Int, into sink: inout Sink
    ) throws(ConversionError) {
        let path = Path(file.name)
        var lines = LineReader()
        while let line = lines.next(in: file.text) {
            guard isURI(file.text, line) else { continue }
            position += 1
            try sink.item("\(file.name), line \(lines.number)", at: position) { () throws(ItemError) in
                var entry = try file.text.withBytes { (bytes: Span<UInt8>) throws(ItemError) in
                    try URILine.entry(bytes.extracting(line))
                }
                // A file that is called like the service says nothing of the login.
                if entry.name.isEmpty, FileNames.safe(entry.issuer) != path.name { entry.name = path.name }
                if entry.issuer.isEmpty { entry.issuer = path.issuer }
                entry.tags = path.tags
                try addRest(of: file.text, to: &entry)
                return entry
            }
        }
    }

    /// The password is lost; the other lines are the note.
    private static func addRest(of text: LockedText, to entry: inout Entry) throws(ItemError) {
        var note = try KeyText.buffer(text.count + 1)
        var lines = LineReader()
        while let line = lines.next(in: text) {
            if isURI(text, line) { continue }
            if lines.number == 1 {
                if !line.isEmpty { entry.lost.append("password") }
            } else if !line.isEmpty {
                if note.count > 0 { note.append { $0.append(0x0A) } }
                text.withBytes { note.append(copying: $0.extracting(line)) }
            }
        }
        // What is no text cannot be a note.
        guard (try? UTF8Span(validating: note.bytes)) != nil else { return entry.lost.append("other lines") }
        entry.note = try KeyText.copy(note.bytes)
    }

    /// What a path says: the last part is the login, the one before the service, as `pass otp insert --path` takes it.
    private struct Path {
        let name: String
        let issuer: String
        let tags: [String]

        init(_ path: String) {
            var parts = path.split(separator: "/").map(String.init).filter { $0 != "." && $0 != ".." }
            var last = parts.popLast() ?? ""
            for ending in [".gpg", ".txt"] where last.hasSuffix(ending) { last = String(last.dropLast(4)) }
            name = last
            issuer = parts.popLast() ?? ""
            tags = parts
        }
    }
}
