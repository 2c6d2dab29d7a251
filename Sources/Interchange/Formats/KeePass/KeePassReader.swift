import ForeignLibraries
import Platform

/// KeePass and KeePassXC: their databases, `.kdbx`.
enum KeePassReader: FormatReader {
    static let name = "keepass"

    static func recognizes(_ source: Source) -> Bool { source.text.withBytes { KDBXHeader.isDatabase($0) } }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let text = source.text
        let header = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            let header = try KDBXHeader(bytes)
            try KDBXContents.check(bytes, header)
            return header
        }
        let keyFile = try source.files.first(where: \.isKey).map { file throws(ConversionError) in
            try KeePassKeyFile.key(of: file.text)
        }
        let contents = try contents(text, header, keyFile, passwords)
        let root = try XMLText.parse(contents.xml)
        try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            try KDBXContents.check(bytes, header, hash: root.descendant("Meta", "HeaderHash"))
        }
        let values = try ProtectedValues(root, contents)
        try KeePassXML.read(root, to: sink) { (element: XMLElement) throws(ConversionError) in
            try values.value(of: element)
        }
    }
}

extension KeePassReader {
    /// Opens a database: with a key file alone, if there is one, and then with a password.
    private static func contents(
        _ text: LockedText, _ header: KDBXHeader, _ keyFile: LockedText?, _ passwords: any PasswordSource
    ) throws(ConversionError) -> KDBXContents {
        func open(_ secrets: Span<UInt8>) throws(ConversionError) -> KDBXContents {
            try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                try KDBXContents.open(bytes, header, secrets)
            }
        }
        if let keyFile,
            let contents = try Decryption.ifRight({ () throws(ConversionError) in
                try keyFile.withBytes { (key: Span<UInt8>) throws(ConversionError) in try open(key) }
            })
        {
            return contents
        }
        return try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            var secrets = try ConversionError.buffer(64)
            let hash = try Decryption.hash(.sha256, password)
            secrets.append(copying: hash.bytes)
            keyFile?.withBytes { secrets.append(copying: $0) }
            return try open(secrets.bytes)
        }
    }
}

/// The values that are protected in the XML: one stream cipher runs over all of them, in the order of the document.
private struct ProtectedValues {
    /// Where a value lies in the plain text, by the index of its element.
    private let ranges: [Int: Range<Int>]
    private let plain: LockedText

    init(_ root: XMLElement, _ contents: KDBXContents) throws(ConversionError) {
        var ranges: [Int: Range<Int>] = [:]
        var values: [LockedText] = []
        var count = 0
        for element in root.all where element.attribute("Protected")?.lowercased() == "true" {
            let value = try Self.ciphertext(of: element)
            values.append(value)
            ranges[element.index] = count..<count + value.count
            count += value.count
        }
        self.ranges = ranges
        let all = LockedText(try Self.joined(values, count))
        let opened = try all.withBytes { (all: Span<UInt8>) throws(ConversionError) in
            try Self.apply(contents, to: all)
        }
        plain = LockedText(opened)
    }

    private static func ciphertext(of element: XMLElement) throws(ConversionError) -> LockedText {
        let text = try element.secret()
        let bytes = try Base64.decode(text.bytes)
        return LockedText(bytes)
    }

    private static func joined(_ values: [LockedText], _ count: Int) throws(ConversionError) -> LockedBuffer {
        var all = try ConversionError.buffer(count)
        for value in values { value.withBytes { all.append(copying: $0) } }
        return all
    }

    func value(of element: XMLElement) throws(ConversionError) -> LockedText? {
        guard let range = ranges[element.index] else { return nil }
        return LockedText(try plain.copy(range))
    }

    private static func apply(_ contents: KDBXContents, to input: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        guard !input.isEmpty else { return try ConversionError.buffer(0) }
        return try contents.streamKey.withBytes { (key: Span<UInt8>) throws(ConversionError) in
            switch contents.stream {
            case 2:
                let hash = try Decryption.hash(.sha256, key)
                // Always the same: each database has a key of its own.
                let nonce: [8 of UInt8] = [0xE8, 0x30, 0x09, 0x4B, 0x97, 0x20, 0x5D, 0x2A]
                return try apply(.salsa20, hash.bytes, nonce.span, input)
            case 3:
                let hash = try Decryption.hash(.sha512, key)
                return try apply(
                    .chaCha20, hash.bytes.extracting(0..<32), hash.bytes.extracting(32..<44), input)
            default:
                throw .unsupported(
                    "the keepass file protects its values by a method that is not known here",
                    remedy: "save it again with a current KeePass or KeePassXC")
            }
        }
    }

    private static func apply(
        _ stream: Cipher.Stream, _ key: Span<UInt8>, _ nonce: Span<UInt8>, _ input: Span<UInt8>
    ) throws(ConversionError) -> LockedBuffer {
        try Decryption.key(input.count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Cipher.apply(stream, key: key, nonce: nonce, to: input, into: &output)
        }
    }
}
