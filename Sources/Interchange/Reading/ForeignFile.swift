import Platform

/// Files that hold no accounts, or not yet: pictures, archives, what another program has encrypted. They are known by
/// their first bytes, and each has a command that helps.
enum ForeignFile {
    /// What to say of a file that is none to be read; nil for all others.
    static func refusal(of bytes: Span<UInt8>) -> ConversionError? {
        for kind in kinds where kind.marks.contains(where: { bytes.has($0, at: kind.start) }) {
            return .unsupported("the file is \(kind.name)", remedy: kind.remedy)
        }
        return nil
    }

    private struct Kind {
        let name: String
        let remedy: String
        var start = 0
        let marks: [[UInt8]]
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
            name: "a picture (HEIC or AVIF)", remedy: picture, start: 4,
            marks: ["avif", "avis", "heic", "heix", "mif1"].map { Array("ftyp\($0)".utf8) }),
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
            marks: [Array("age-encryption.org/".utf8), Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)]),
        Kind(
            name: "encrypted with OpenPGP", remedy: "decrypt it with gpg -d, and import what comes out",
            marks: [Array("-----BEGIN PGP MESSAGE".utf8)]),
        Kind(
            name: "compressed (gzip)", remedy: "run gunzip with it, and import what is in it", marks: [[0x1F, 0x8B, 8]]),
        Kind(name: "compressed (bzip2)", remedy: unpack, start: 4, marks: [[0x31, 0x41, 0x59, 0x26, 0x53, 0x59]]),
        Kind(name: "compressed (xz)", remedy: unpack, marks: [[0xFD] + Array("7zXZ\0".utf8)]),
        Kind(name: "compressed (zstd)", remedy: unpack, marks: [[0x28, 0xB5, 0x2F, 0xFD]]),
        Kind(name: "an archive (7z)", remedy: unpack, marks: [Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C]]),
        Kind(name: "an archive (RAR)", remedy: unpack, marks: [Array("Rar!".utf8) + [0x1A, 0x07]]),
        Kind(name: "an archive (tar)", remedy: unpack, start: 257, marks: [Array("ustar".utf8)]),
        Kind(
            name: "a database of KeePass 1 (.kdb), which is not read",
            remedy: "open it with KeePassXC or KeePass 2, which make a .kdbx of it, and import that",
            marks: [[0x03, 0xD9, 0xA2, 0x9A, 0x65, 0xFB, 0x4B, 0xB5]]),
        Kind(
            name: "a program or a library, and no export", remedy: "see the list in fob-formats(7)",
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
