import Client
import Platform
import Wire

/// Cards, deposits, requests and answers as they come: text in a file or on standard input, or a picture of its QR code. None
/// of it is secret.
enum ExchangeInput {
    private static let longest = 64 << 10

    /// The text of a file; `-` is standard input.
    static func text(_ path: String) throws(ClientError) -> String {
        let bytes = try read(path)
        if let first = bytes.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "f") || isSpace(first) {
            return String(decoding: bytes, as: UTF8.self)
        }
        // The Base64 of a token of version 0 begins so.
        if bytes.first == UInt8(ascii: "A") { return String(decoding: bytes, as: UTF8.self) }
        guard path != "-", !bytes.isEmpty else {
            throw ClientError(.badInput, Sentences.noExchange(path), remedy: Sentences.exchangeForms)
        }
        return try scanned(path)
    }

    /// The lines of a file that begin so; several files may be put together.
    static func lines(_ path: String, beginning start: String) throws(ClientError) -> [String] {
        try text(path).split(whereSeparator: \.isWhitespace).map(String.init).filter { $0.hasPrefix(start) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }

    private static func read(_ path: String) throws(ClientError) -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(SystemError) {
            let file = path == "-" ? FileDescriptor(owning: 0) : try FileDescriptor.reading(path)
            while bytes.count < longest {
                let part = try [UInt8](capacity: longest) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    _ = try file.read(into: &output)
                }
                if part.isEmpty { break }
                bytes += part
            }
        } catch { throw ClientError(reading: path, error) }
        return bytes
    }

    /// The texts of the QR codes in a picture.
    private static func scanned(_ path: String) throws(ClientError) -> String {
        let picture: FileDescriptor
        do throws(SystemError) { picture = try FileDescriptor.reading(path) } catch {
            throw ClientError(reading: path, error)
        }
        let findings = try Scanner().scan(picture, called: path)
        guard findings.verdict == .found || findings.verdict == .more else {
            throw ClientError(.noCode, Sentences.noCode(path), remedy: Sentences.exchangeForms)
        }
        let text = findings.text.bytes
        return String(decoding: text.indices.map { text[$0] }, as: UTF8.self)
    }
}
