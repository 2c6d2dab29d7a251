import Platform

/// Reads lists of URIs: of many programs, and mixed with export payloads of Google Authenticator.
struct URIList {
    private var position = 0
    private var migration = Migration()

    /// Reads all lines. `place` goes in front of the numbers of lines where something is said about one; a text that is
    /// surely whole is not suspected of being cut off. Of ente's, some say so.
    mutating func read(
        _ text: LockedText, place: String = "", isWhole: Bool = false, isEnte: Bool = false, to sink: any EntrySink
    ) throws(ConversionError) {
        var lines = LineReader()
        var last = URILine.Kind.blank
        let isEnte = isEnte || text.withBytes { $0.firstIndex(of: "codeDisplay=") } != nil
        while let line = lines.next(in: text) {
            let label = "\(place)line \(lines.number)"
            let (kind, uris) = text.withBytes { bytes in
                (URILine.kind(bytes.extracting(line)), URILine.uris(bytes, line, behind: .anything))
            }
            last = uris.isEmpty || kind == .comment ? kind : .account
            switch kind {
            case .blank, .comment: continue
            case .other where uris.isEmpty:
                position += 1
                try sink.problem(label, "this is not an otpauth URI", at: position)
            default: break
            }
            for uri in uris {
                if text.withBytes({ URILine.kind($0.extracting(uri)) }) == .migration {
                    last = .migration
                    try migration.add(text, uri, label: label)
                    continue
                }
                position += 1
                try sink.item(label, at: position) { () throws(ConversionError) in
                    try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                        try URILine.entry(bytes.extracting(uri), isEnte: isEnte)
                    }
                }
            }
        }
        if !isWhole, last == .account, LineReader.isOpen(text), position > 1 {
            try sink.warning("\(place)the last line has no end; if the file was cut off, its account gives wrong codes")
        }
    }

    /// Gives what is only known at the end: the parts of batches, in their order.
    mutating func finish(to sink: any EntrySink) throws(ConversionError) {
        try migration.finish(after: position, to: sink)
    }

    /// What the first line that says something is; blank when there is none. Where that is none of a list, nearly all others
    /// may be, or it has been one itself: a line that is broken holds up no other. Titles of a CSV are no such line.
    static func firstKind(_ bytes: Span<UInt8>) -> URILine.Kind {
        var lines = LineReader()
        var kinds: [URILine.Kind] = []
        var (isLike, least) = (false, Int.max)
        // The lines behind decide nothing.
        while kinds.count < 64, let line = lines.next(bytes) {
            let own = bytes.extracting(line)
            let kind = URILine.kind(own)
            if kind == .blank || kind == .comment { continue }
            let uri = URILine.uris(bytes, line, behind: kinds.isEmpty ? .sign : .anything).first
            kinds.append(uri.map { URILine.kind(bytes.extracting($0)) } ?? kind)
            guard kinds[0] == .other else { return kinds[0] }
            guard kinds.count == 1 else { continue }
            // Pages, and rows and titles of a CSV, are for others.
            if own[0] == UInt8(ascii: "<") { return .other }
            if own.firstIndex(from: 0, where: { ",;\t\"".utf8.contains($0) }) != nil { continue }
            isLike = own.firstIndex(of: "://") ?? own.firstIndex(of: "secret=") != nil
            // A password, as pass has it in front of a URI or two, has seldom a space.
            least = own.firstIndex(of: " ") == nil ? 3 : 2
        }
        let uris = kinds.filter { $0 != .other }
        if let uri = uris.first, isLike || uri == .migration || uris.count >= least && 2 * uris.count > kinds.count {
            return uri
        }
        return kinds.first ?? .blank
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
        return source.text.withBytes { URIList.firstKind($0) } == .account && !PassLines(source.text).countsLast
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        if case .json(let list) = source.shape { return try read(text: lines(list), to: sink) }
        try read(source.files, to: sink)
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
    static func read(text: LockedText, to sink: any EntrySink) throws(ConversionError) {
        try read([SourceFile(name: "", text: text)], isWhole: true, to: sink)
    }

    /// Reads several lists as if they were one.
    static func read(_ files: [SourceFile], isWhole: Bool = false, to sink: any EntrySink) throws(ConversionError) {
        var list = URIList()
        for file in files {
            try list.read(file.text, place: files.count > 1 ? "\(file.name), " : "", isWhole: isWhole, to: sink)
        }
        try list.finish(to: sink)
    }
}
