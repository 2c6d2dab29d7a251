package import ForeignLibraries
package import Platform

/// What is to be read: one file, or several that belong together (the parts of a batch, a database and its log, a tree).
package struct Source: Sendable {
    /// What a file looks like at first sight. A whole JSON or XML text is parsed once, for all who look at it.
    package enum Shape: Sendable {
        /// A JSON text.
        case json(JSONValue)
        /// A ZIP archive, its members.
        case zip([Zip.Member])
        /// A SQLite database, its tables.
        case sqlite(DatabaseTables)
        /// An XML text, its root.
        case xml(XMLElement)
        /// Anything else: CSV, lines of text, HTML, ciphertext.
        case other
    }

    /// At least one.
    package let files: [SourceFile]
    /// The shape of the first file.
    package let shape: Shape
    /// What is to be said of how the files are written; nil for nothing.
    private let notice: String?
    /// The first file has several JSON texts behind one another, which are the items of the array that its shape is.
    let isJSONLines: Bool
    /// Lines of it that are none.
    private let broken: [Int]

    /// Looks at the first file. One that starts like JSON, `<?xml`, an archive or a database and is none is an error here,
    /// and told as one; so is what is known to hold no accounts.
    package init(_ given: [SourceFile]) throws(ConversionError) {
        precondition(!given.isEmpty)
        var files: [SourceFile] = []
        var notice: String?
        for file in given {
            let (file, said) = try file.inUTF8()
            files.append(file)
            notice = notice ?? said
        }
        (self.files, self.notice) = (files, notice)
        let text = files[0].text
        if !files[0].isInTree, let refusal = text.withBytes({ ForeignFile.refusal(of: $0) }) { throw refusal }
        // A tree is one kind of thing, whatever a password in it begins with.
        let start = files[0].isInTree ? Start.other : text.withBytes { bytes in Start(bytes) }
        var lines = (areSeveral: false, broken: [Int]())
        switch start {
        case .json: (shape, lines) = try Self.json(text)
        case .xml: shape = .xml(try XMLText.parse(text))
        // HTML and ciphertext may start like XML as well.
        case .maybeXML: shape = (try? XMLText.parse(text)).map { .xml($0) } ?? .other
        case .zip: shape = .zip(try Archive.members(text))
        case .sqlite: shape = .sqlite(try DatabaseTables(DatabaseFile.open(files)))
        case .other: shape = .other
        }
        (isJSONLines, broken) = lines
    }

    /// One of several JSON texts of a file.
    init(_ text: JSONValue, of whole: Source) {
        (files, shape, notice, isJSONLines, broken) = (whole.files, .json(text), nil, false, [])
    }

    /// Says how the files are written, and which lines are not read.
    func tell(_ sink: any EntrySink) throws(ConversionError) {
        if let notice { try sink.warning(notice) }
        for line in broken { try sink.problem("line \(line)", "it is not JSON", at: line) }
    }

    /// Ciphertext without a mark of its own may begin with a brace as well, but is no UTF-8.
    private static func json(
        _ text: LockedText
    ) throws(ConversionError) -> (Shape, (areSeveral: Bool, broken: [Int])) {
        do throws(ConversionError) {
            return (.json(try JSONText.parse(text)), (false, []))
        } catch {
            guard case .malformed = error else { throw error }
            let isText = text.withBytes { bytes in (try? UTF8Span(validating: bytes)) != nil }
            guard isText else { return (.other, (false, [])) }
            let lines = try ConversionError.ifWhole { () throws(ConversionError) in try JSONText.parseLines(text) }
            guard let lines else { throw error }
            return (.json(lines.list), (true, lines.broken))
        }
    }

    /// The first file, which most formats consist of.
    package var text: LockedText { files[0].text }

    private enum Start {
        case json, xml, maybeXML, zip, sqlite, other

        /// Whether brackets are around a word or a box to be ticked, and more text behind them.
        private static func isLabel(_ bytes: Span<UInt8>) -> Bool {
            guard let end = bytes.firstIndex(from: 1, where: { "]\"{[,\n\r".utf8.contains($0) }) else { return false }
            return bytes[end] == UInt8(ascii: "]") && bytes.firstIndex(from: end + 1) { $0 > 0x20 } != nil
        }

        init(_ bytes: Span<UInt8>) {
            if bytes.hasPrefix("PK\u{3}\u{4}") {
                self = .zip
            } else if bytes.hasPrefix("SQLite format 3\0") {
                self = .sqlite
            } else {
                var index = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
                while index < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[index]) { index += 1 }
                let rest = bytes.extracting(index..<bytes.count)
                let isJSON = rest.hasPrefix("{") || rest.hasPrefix("[") && !Self.isLabel(rest)
                self =
                    isJSON
                    ? .json
                    : rest.hasPrefix("<?xml") ? .xml : rest.hasPrefix("<") ? .maybeXML : .other
            }
        }
    }
}

extension Span<UInt8> {
    /// Whether it begins with the UTF-8 of `prefix`.
    func hasPrefix(_ prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        guard self.count >= count else { return false }
        var index = 0
        for byte in "\(prefix)".utf8 {
            guard self[index] == byte else { return false }
            index += 1
        }
        return true
    }
}

/// Where passwords come from: a person who may try again, or a descriptor.
package protocol PasswordSource: AnyObject {
    /// The next password to try; `again` says that the last one did not open the file.
    ///
    /// - Throws: `passwordNeeded` when there is none (any more), `wrongPassword` after too many.
    func password(format: String, again: Bool) throws(ConversionError) -> LockedBuffer
}

extension PasswordSource {
    /// Asks until `open` does not say `wrongPassword` any more; what it then gives or throws is the result.
    func open<R>(
        _ format: String, _ open: (Span<UInt8>) throws(ConversionError) -> R
    ) throws(ConversionError) -> R {
        var again = false
        while true {
            let password = try password(format: format, again: again)
            do throws(ConversionError) {
                return try open(password.bytes)
            } catch {
                guard error == .wrongPassword else { throw error }
                again = true
            }
        }
    }
}

/// One format of another authenticator, to be read.
package protocol FormatReader: SendableMetatype {
    /// As `--from` names it: lower case, such as "aegis".
    static var name: String { get }
    /// Whether its files bear no mark, so that everything which looks like ciphertext may be one.
    static var isUnmarked: Bool { get }
    /// Whether the contents are of this format; the name of a file never decides.
    static func recognizes(_ source: Source) -> Bool
    /// Gives all accounts in the order that the source shows them in. One bad item is a problem, not the end.
    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
}

extension FormatReader {
    /// Nearly all have a mark.
    package static var isUnmarked: Bool { false }
}
