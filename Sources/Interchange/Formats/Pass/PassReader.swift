import Platform

/// Entries of pass with its extension pass-otp, decrypted: a file, or a tree of them whose paths say what they are for.
///
/// The first line is a password, unless it is the URI itself; the other lines may be anything.
enum PassReader: FormatReader {
    static let name = "pass"

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape else { return false }
        return source.files.contains { hasURI($0.text) }
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        var position = 0
        var encrypted = 0
        var without = 0
        for file in source.files {
            if !hasURI(file.text) {
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

    private static func hasURI(_ text: LockedText) -> Bool {
        text.withBytes { bytes in
            var lines = LineReader()
            while let line = lines.next(bytes) {
                if bytes.extracting(line).hasASCIIPrefix("otpauth://") { return true }
            }
            return false
        }
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
        let rest = try rest(of: file.text)
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
                if rest.hasPassword { entry.lost.append("password") }
                // A note belongs to one account.
                if let note = rest.note, rest.uris == 1 {
                    do throws(ConversionError) { entry.note = try note.copy(0..<note.count) } catch {
                        throw ItemError(error)
                    }
                } else if rest.hasMore {
                    entry.lost.append("other lines")
                }
                return entry
            }
        }
    }

    /// What an entry holds besides URIs.
    private struct Rest {
        var hasPassword = false
        var uris = 0
        var hasMore = false
        /// The lines behind the first one; nil when they are no text.
        var note: LockedText?
    }

    private static func rest(of text: LockedText) throws(ConversionError) -> Rest {
        var rest = Rest()
        var note = try ConversionError.buffer(text.count + 1)
        var lines = LineReader()
        while let line = lines.next(in: text) {
            if isURI(text, line) {
                rest.uris += 1
            } else if lines.number == 1 {
                rest.hasPassword = !line.isEmpty
            } else if !line.isEmpty {
                if note.count > 0 { note.append { $0.append(0x0A) } }
                text.withBytes { note.append(copying: $0.extracting(line)) }
            }
        }
        rest.hasMore = note.count > 0
        if (try? UTF8Span(validating: note.bytes)) != nil { rest.note = LockedText(note) }
        return rest
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
