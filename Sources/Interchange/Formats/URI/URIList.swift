import Platform

/// Reads lists of URIs: of many programs, and mixed with export payloads of Google Authenticator.
struct URIList {
    private var position = 0
    private var migration = Migration()

    /// Reads all lines. `place` goes in front of the numbers of lines where something is said about one; a text that is
    /// surely whole is not suspected of being cut off.
    mutating func read<Sink: EntrySink & ~Copyable>(
        _ text: LockedText, place: String = "", isWhole: Bool = false, into sink: inout Sink
    ) throws(ConversionError) {
        var lines = LineReader()
        var last = URILine.Kind.blank
        while let range = lines.next(in: text) {
            let range = text.withBytes { URILine.anywhere($0, range) }
            let kind = text.withBytes { URILine.kind($0.extracting(range)) }
            let label = "\(place)line \(lines.number)"
            last = kind
            switch kind {
            case .blank, .comment: continue
            case .migration: try migration.add(text, range, label: label)
            case .other:
                position += 1
                try sink.problem(label, "this is not an otpauth URI", at: position)
            case .account:
                position += 1
                try sink.item(label, at: position) { () throws(ConversionError) in
                    try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                        try URILine.entry(bytes.extracting(range))
                    }
                }
            }
        }
        if !isWhole, last == .account, LineReader.isOpen(text), position > 1 {
            try sink.warning("\(place)the last line has no end; if the file was cut off, its account gives wrong codes")
        }
    }

    /// Gives what is only known at the end: the parts of batches, in their order.
    mutating func finish<Sink: EntrySink & ~Copyable>(into sink: inout Sink) throws(ConversionError) {
        try migration.finish(after: position, into: &sink)
    }

    /// What the first line that says something is; blank when there is none.
    static func firstKind(_ text: LockedText) -> URILine.Kind { text.withBytes { firstKind($0) } }

    private static func firstKind(_ bytes: Span<UInt8>) -> URILine.Kind {
        var lines = LineReader()
        while let range = lines.next(bytes) {
            let kind = URILine.kind(bytes.extracting(URILine.bare(bytes, range)))
            if kind != .blank, kind != .comment { return kind }
        }
        return .blank
    }

    /// Whether bytes are a list of URIs, of either kind.
    static func isList(_ bytes: Span<UInt8>) -> Bool { [.account, .migration].contains(firstKind(bytes)) }
}

/// Lists of otpauth URIs, one a line: ente, Aegis, WinAuth, Authenticator Plus and many more, and this program's own.
enum URIListReader: FormatReader {
    static let name = "otpauth"

    static func recognizes(_ source: Source) -> Bool {
        if case .json(let list) = source.shape {
            return list.items.first?.withText { $0.hasASCIIPrefix("otpauth") } == true
        }
        // The files of a tree have names that count: those are pass-otp's.
        guard case .other = source.shape, !source.files.contains(where: { $0.name.utf8.contains(UInt8(ascii: "/")) })
        else { return false }
        // The mark of the writer for pass says that its counters are those of the last codes.
        return URIList.firstKind(source.text) == .account && !PassLines(source.text).countsLast
    }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        if case .json(let list) = source.shape { return try read(text: lines(list), into: &sink) }
        try read(source.files, into: &sink)
    }

    /// The texts of a JSON array, one a line.
    private static func lines(_ list: JSONValue) throws(ConversionError) -> LockedText {
        var lines = try ConversionError.buffer(list.document.text.count)
        for item in list.items {
            // What is no text takes a line, so that it is told.
            if let text = try item.secret() {
                lines.append(copying: text.bytes)
            } else {
                lines.append { $0.append(0x3F) }
            }
            lines.append { $0.append(0x0A) }
        }
        return LockedText(lines)
    }

    /// Reads a list that came out of another container.
    static func read<Sink: EntrySink & ~Copyable>(text: LockedText, into sink: inout Sink) throws(ConversionError) {
        try read([SourceFile(name: "", text: text)], isWhole: true, into: &sink)
    }

    /// Reads several lists as if they were one.
    static func read<Sink: EntrySink & ~Copyable>(
        _ files: [SourceFile], isWhole: Bool = false, into sink: inout Sink
    ) throws(ConversionError) {
        var list = URIList()
        for file in files {
            try list.read(file.text, place: files.count > 1 ? "\(file.name), " : "", isWhole: isWhole, into: &sink)
        }
        try list.finish(into: &sink)
    }
}
