import Encodings

/// One stanza of a header: for whom the file key is wrapped and how, or what else a program put there. Nothing in
/// it is secret (C2SP age, "Recipient stanza").
package struct Stanza: Sendable, Equatable {
    /// The first argument.
    package let type: String
    /// The others.
    package let arguments: [String]
    /// The decoded body: a wrapped key, mostly.
    package let body: [UInt8]

    /// A stanza to write.
    ///
    /// - Throws: `AgeError.malformedStanza` when the type or an argument is empty or has other characters than
    ///   printable ASCII without the space.
    package init(type: String, arguments: [String] = [], body: [UInt8] = []) throws(AgeError) {
        for argument in [type] + arguments {
            guard !argument.isEmpty, argument.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw .malformedStanza(type: type)
            }
        }
        self.type = type
        self.arguments = arguments
        self.body = body
    }

    /// Digits of a full line of a body.
    private static let columns = 64
    static let start = Array("-> ".utf8)

    /// Its first line behind the arrow.
    package var line: [UInt8] { Array(([type] + arguments).joined(separator: " ").utf8) }

    /// Appends the stanza's lines. The last one is shorter than 64 digits, be it empty.
    func append(to header: inout [UInt8]) {
        header += Self.start
        header += line
        header.append(UInt8(ascii: "\n"))
        let body = body.span
        var start = 0
        while true {
            let end = min(start + Self.columns / 4 * 3, body.count)
            BaseEncoding.base64.append(body.extracting(start..<end), to: &header)
            header.append(UInt8(ascii: "\n"))
            guard end - start == Self.columns / 4 * 3 else { return }
            start = end
        }
    }

    /// Reads the body behind the first `line` of a stanza.
    ///
    /// - Throws: `AgeError.malformedHeader`.
    init(line: Span<UInt8>, bodyFrom lines: inout Lines, in header: Span<UInt8>) throws(AgeError) {
        var words: [String] = []
        var word: [UInt8] = []
        for index in Self.start.count..<line.count + 1 {
            guard index < line.count, line[index] != UInt8(ascii: " ") else {
                guard !word.isEmpty else { throw .malformedHeader(line: lines.number) }
                words.append(String(decoding: word, as: UTF8.self))
                word.removeAll()
                continue
            }
            guard (0x21...0x7e).contains(line[index]) else { throw .malformedHeader(line: lines.number) }
            word.append(line[index])
        }
        guard let type = words.first else { throw .malformedHeader(line: lines.number) }
        self.type = type
        arguments = Array(words.dropFirst())
        var body: [UInt8] = []
        var isFull = true
        while isFull {
            let range = try lines.nextOfHeader(header)
            guard range.count <= Self.columns,
                BaseEncoding.base64.append(decoding: header.extracting(range), to: &body)
            else { throw .malformedHeader(line: lines.number) }
            isFull = range.count == Self.columns
        }
        self.body = body
    }
}
