import ForeignLibraries
import Platform

/// Files that hold no accounts, or not yet: pictures, archives, what another program has encrypted. They are known by
/// their first bytes, and each has a command that helps.
enum ForeignFile {
    /// What to say of a file that is none to be read; nil for all others.
    static func refusal(of bytes: Span<UInt8>) -> ConversionError? {
        if isPGP(bytes) {
            return refusal("encrypted with OpenPGP", "decrypt it with gpg -d, and import what comes out")
        }
        return kinds.first { $0.isKind(of: bytes) }.map { refusal($0.name, $0.remedy) }
    }

    /// Whether another program has encrypted or packed what is in it, which may be accounts.
    static func isSealed(_ bytes: Span<UInt8>) -> Bool {
        isPGP(bytes) || kinds.contains { $0.isSealed && $0.isKind(of: bytes) }
    }

    /// What to say of an archive in another one.
    static let archiveInside = refusal("an archive in an archive", unpack)

    private static func refusal(_ name: String, _ remedy: String) -> ConversionError {
        .unsupported("the file is \(name)", remedy: remedy)
    }

    /// OpenPGP (RFC 9580): armour, or a first packet that holds a session key, for a public key or a passphrase.
    static func isPGP(_ bytes: Span<UInt8>) -> Bool {
        if bytes.hasPrefix("-----BEGIN PGP MESSAGE") { return true }
        guard bytes.count > 16 else { return false }
        let version: UInt8 =
            switch bytes[0] {
            case 0x84, 0x8C: bytes[2]
            case 0x85 where bytes[1] < 16: bytes[3]
            case 0xC1, 0xC3: bytes[1] < 192 ? bytes[2] : bytes[3]
            default: 0
            }
        return (bytes[0] & 0x0F == 0x0C || bytes[0] == 0xC3 ? 4...6 : 3...3).contains(version)
    }

    /// What to say of a source that no reader knows.
    static func unknown(_ source: Source) -> ConversionError {
        switch source.shape {
        case .xml(let root) where root.isNamed("svg"): return refusal("a picture (SVG)", picture)
        case .sqlite where DatabaseFile.lacksLog(source.files):
            return refusal("a database without accounts", DatabaseFile.lackOfLog)
        case .sqlite: return refusal("a database of a program that is not known here", elsewhere)
        case .zip(let members):
            if members.isEmpty { return refusal("an archive with nothing in it", elsewhere) }
            if isDocument(members) { return refusal("a document or spreadsheet", "save it as CSV, and import that") }
            return .unknownFormat
        case .json: return .unknownFormat
        case .xml, .other: break
        }
        let text = source.text
        if text.count == 0 { return .malformed("the file is empty") }
        if text.withBytes(hasURI) {
            return refusal(
                "no list of accounts, but has otpauth URIs in it",
                "give --from otpauth, which takes them and names all other lines")
        }
        if HTMLTable.isPage(text) {
            return refusal(
                "a web page, of no format that is known here",
                "if it shows QR codes, print it to a PDF and run fob scan with that")
        }
        guard let titles = try? CSVText.parse(text, most: 1), !titles.rows.isEmpty,
            titles[0].firstIndex(of: "password") != nil, titles[0].count > 2
        else { return .unknownFormat }
        return refusal(
            "a list of passwords without one-time passwords",
            "export from the program that makes the codes; browsers keep none")
    }

    /// Whether a list would have accounts in it, besides its other lines.
    private static func hasURI(_ bytes: Span<UInt8>) -> Bool {
        var lines = LineReader()
        while let line = lines.next(bytes) {
            if URILine.kind(bytes.extracting(line)) != .comment, !URILine.uris(bytes, line, behind: .anything).isEmpty {
                return true
            }
        }
        return false
    }

    private static let elsewhere = "see the list in fob-formats(7)"

    /// Of an office program, which keeps its documents in archives.
    static func isDocument(_ members: [Zip.Member]) -> Bool {
        members.contains { ["[Content_Types].xml", "META-INF/manifest.xml", "Index/Document.iwa"].contains($0.name) }
    }

    private struct Kind {
        let name: String
        let remedy: String
        var start = 0
        var isSealed = false
        let marks: [[UInt8]]

        func isKind(of bytes: Span<UInt8>) -> Bool { marks.contains { bytes.has($0, at: start) } }
    }

    private static let picture = "run fob scan with it: it reads the QR codes in pictures"
    private static let unpack = "unpack it, and import what is in it"

    private static let kinds: [Kind] = [
        Kind(name: "a picture (PNG)", remedy: picture, marks: [[0x89] + Array("PNG\r\n".utf8)]),
        Kind(name: "a picture (JPEG)", remedy: picture, marks: [[0xFF, 0xD8, 0xFF]]),
        Kind(name: "a picture (GIF)", remedy: picture, marks: [Array("GIF87a".utf8), Array("GIF89a".utf8)]),
        Kind(name: "a picture (WebP)", remedy: picture, start: 8, marks: [Array("WEBP".utf8)]),
        Kind(name: "a picture (TIFF)", remedy: picture, marks: [Array("II*\0".utf8), Array("MM\0*".utf8)]),
        Kind(
            name: "a picture (BMP)", remedy: picture, start: 6,
            marks: [[0, 0, 0, 0, 0x36, 0, 0, 0], [0, 0, 0, 0, 0x8A, 0]]),
        Kind(name: "a picture (ICO)", remedy: picture, marks: [[0, 0, 1, 0]]),
        Kind(
            name: "a picture", remedy: picture,
            marks: ["P4\n", "P5\n", "P6\n", "P1\n", "P2\n", "P3\n", "8BPS\0"].map { Array($0.utf8) }),
        Kind(
            name: "a picture (JPEG XL or JPEG 2000)", remedy: picture, start: 4,
            marks: ["JXL ", "jP  "].map { Array($0.utf8) }),
        Kind(
            name: "a picture (HEIC or AVIF)", remedy: picture, start: 4,
            marks: ["avif", "avis", "heic", "heix", "hevc", "hevx", "mif1", "msf1"].map { Array("ftyp\($0)".utf8) }),
        Kind(
            name: "a PDF", remedy: "run fob scan with it: it reads the QR codes on its pages",
            marks: [Array("%PDF-".utf8)]),
        Kind(
            name: "a movie", remedy: "take a picture of each QR code in it, and run fob scan with them", start: 4,
            marks: [Array("ftyp".utf8)]),
        Kind(
            name: "a movie", remedy: "take a picture of each QR code in it, and run fob scan with them",
            marks: [[0x1A, 0x45, 0xDF, 0xA3]]),
        Kind(
            name: "encrypted with age", remedy: "a backup of fob comes back with fob restore; others open with age -d",
            isSealed: true,
            marks: [Array("age-encryption.org/".utf8), Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)]),
        Kind(
            name: "the log of a database (-wal)", remedy: "give the database beside it, and this one with it",
            marks: [[0x37, 0x7F, 0x06, 0x82], [0x37, 0x7F, 0x06, 0x83]]),
        Kind(
            name: "encrypted with openssl enc", remedy: "decrypt it with openssl enc -d, and import what comes out",
            isSealed: true, marks: [Array("Salted__".utf8), Array("U2FsdGVkX1".utf8)]),
        Kind(
            name: "a document (RTF)", remedy: "save it as plain text, and import that", marks: [Array("{\\rtf".utf8)]),
        Kind(
            name: "a document of an office program", remedy: "save it as CSV or plain text, and import that",
            marks: [[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]]),
        Kind(
            name: "a database of Password Safe, which is not read",
            remedy: "export it from there as XML or text, or open it with KeePassXC", isSealed: true,
            marks: [Array("PWS3".utf8)]),
        Kind(
            name: "a private key or a certificate, and no export", remedy: elsewhere,
            marks: [
                "PRIVATE KEY", "RSA PRIVATE", "OPENSSH PRI", "EC PRIVATE", "CERTIFICATE", "ENCRYPTED P", "PUBLIC KEY",
            ].map {
                Array("-----BEGIN \($0)".utf8)
            }),
        Kind(
            name: "compressed (gzip)", remedy: "run gunzip with it, and import what is in it", isSealed: true,
            marks: [[0x1F, 0x8B, 8]]),
        Kind(
            name: "compressed (bzip2)", remedy: unpack, start: 4, isSealed: true,
            marks: [[0x31, 0x41, 0x59, 0x26, 0x53, 0x59]]),
        Kind(name: "compressed (xz)", remedy: unpack, isSealed: true, marks: [[0xFD] + Array("7zXZ\0".utf8)]),
        Kind(name: "compressed (zstd)", remedy: unpack, isSealed: true, marks: [[0x28, 0xB5, 0x2F, 0xFD]]),
        Kind(
            name: "an archive (7z)", remedy: unpack, isSealed: true,
            marks: [Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C]]),
        Kind(name: "an archive (RAR)", remedy: unpack, isSealed: true, marks: [Array("Rar!".utf8) + [0x1A, 0x07]]),
        Kind(name: "an archive (tar)", remedy: unpack, start: 257, isSealed: true, marks: [Array("ustar".utf8)]),
        Kind(
            name: "a database of KeePass 1 (.kdb), which is not read",
            remedy: "open it with KeePassXC or KeePass 2, which make a .kdbx of it, and import that",
            isSealed: true, marks: [[0x03, 0xD9, 0xA2, 0x9A, 0x65, 0xFB, 0x4B, 0xB5]]),
        Kind(
            name: "a program or a library, and no export", remedy: elsewhere,
            marks: [[0x7F] + Array("ELF".utf8)]),
    ]
}

extension Span<UInt8> {
    /// Whether these bytes stand there.
    fileprivate func has(_ mark: [UInt8], at start: Int) -> Bool {
        guard count >= start + mark.count else { return false }
        for index in mark.indices where self[start + index] != mark[index] { return false }
        return true
    }
}
