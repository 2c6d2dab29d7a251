import OneTimePassword
import Platform

/// Entries of pass with its extension pass-otp, and of gopass and Pass for iOS, decrypted: a file, or a tree of them whose
/// paths say what they are for.
///
/// The first line is a password, unless it is the URI itself. A URI may stand behind a name and a colon; without one, lines
/// such as `totp: KEY` and `otp_secret: KEY` are the one-time password. The other lines may be anything.
enum PassReader: FormatReader {
    static let name = "pass"

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape else { return false }
        return source.files.contains { file in
            let lines = PassLines(file.text)
            return !lines.uris.isEmpty || lines.hasNamedKey
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        var position = 0
        var (encrypted, without, raised) = (0, 0, 0)
        for file in source.files {
            let lines = PassLines(file.text)
            if lines.uris.isEmpty, lines.key == nil {
                if file.text.withBytes({ ForeignFile.isPGP($0) }) { encrypted += 1 } else { without += 1 }
            }
            try read(file, lines, &position, &raised, to: sink)
        }
        if encrypted > 0 {
            try sink.warning(
                "files that are still encrypted: \(encrypted); decrypt them with pass show and import them again")
        }
        if without > 0 { try sink.warning("files without a one-time password, left out: \(without)") }
        if raised > 0 {
            try sink.warning(
                "counters that came in one higher: \(raised); in the store stands that of the last code, not of the next"
            )
        }
    }

    private static func read(
        _ file: SourceFile, _ lines: PassLines, _ position: inout Int, _ raised: inout Int, to sink: any EntrySink
    ) throws(ConversionError) {
        let path = Path(file.name)
        let note = try lines.note(of: file.text)
        // pass-otp counts up before it makes a code. A file that is not of its store may come from anywhere.
        let countsLast = lines.countsLast || file.isInTree && file.name.hasSuffix(".gpg")
        var places = lines.uris.map { (line: $0.line, range: $0.range, isURI: true) }
        if places.isEmpty, let key = lines.key { places = [(key.line, key.range, false)] }
        for place in places {
            position += 1
            try sink.item("\(path.text), line \(place.line)", at: position) { () throws(ConversionError) in
                var entry = try file.text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                    let own = bytes.extracting(place.range)
                    return try place.isURI ? URILine.entry(own) : lines.entry(own)
                }
                if countsLast, place.isURI, let last = entry.parameters, last.kind == .hotp {
                    entry.parameters = try Credential(last, counter: last.counter &+ 1).parameters()
                    if !lines.countsLast { raised += 1 }
                }
                // A file that is called like the service says nothing of the login.
                if entry.name.isEmpty, FileNames.safe(entry.issuer) != path.name { entry.name = path.name }
                if entry.issuer.isEmpty { entry.issuer = path.issuer }
                entry.tags = path.tags
                if lines.hasPassword { entry.lost.append("password") }
                // A note belongs to one account.
                if let note, places.count == 1, note.withBytes({ (try? UTF8Span(validating: $0)) != nil }) {
                    entry.note = try note.withBytes { (note: Span<UInt8>) throws(ConversionError) in
                        try ConversionError.copy(note)
                    }
                } else if note != nil {
                    entry.lost.append("other lines")
                }
                return entry
            }
        }
    }

    /// What a path says: the last part is the login, the one before the service, as `pass otp insert --path` takes it.
    private struct Path {
        let text: String
        let name: String
        let issuer: String
        let tags: [String]

        init(_ path: String) {
            var parts = path.split(separator: "/").map(String.init).filter { $0 != "." && $0 != ".." }
            text = parts.joined(separator: "/")
            var last = parts.popLast() ?? ""
            for ending in [".gpg", ".txt"] where last.hasSuffix(ending) { last = String(last.dropLast(4)) }
            name = last
            issuer = parts.popLast() ?? ""
            tags = parts
        }
    }
}
