import Client
import Platform
import Wire

/// Notes on their way to standard output: secret text, made fit for a terminal or for JSON in locked memory.
enum NoteText {
    /// No scalar becomes longer than so many times its bytes.
    private static let growth = 6

    /// Writes a note as lines in which nothing can move the cursor or hide.
    static func writeLines(_ note: Span<UInt8>) throws(ClientError) {
        var text = try ClientError.locked(growth * note.count + 1)
        try each(note) { scalar in
            if scalar != "\n", Text.isInvisible(scalar) || Text.isBlank(scalar) {
                text.append(Label.shown(String(scalar)))
            } else {
                text.append(scalar)
            }
        }
        text.append("\n")
        Output.write(text.bytes)
    }

    /// Writes an object with the note as its last member, on a line.
    static func writeJSON(_ object: JSON, note: Span<UInt8>) throws(ClientError) {
        let head = object.text.dropLast() + ",\"note\":\""
        var text = try ClientError.locked(head.utf8.count + growth * note.count + 3)
        text.append(String(head))
        try each(note) { scalar in
            switch scalar {
            case " ", "!", "#"..."[", "]"..."~": text.append(scalar)
            default: text.append(String(JSON.string(String(scalar)).text.dropFirst().dropLast()))
            }
        }
        text.append("\"}\n")
        Output.write(text.bytes)
    }

    private static func each(_ note: Span<UInt8>, _ body: (Unicode.Scalar) -> Void) throws(ClientError) {
        guard let text = try? UTF8Span(validating: note) else {
            throw ClientError(.protocolMismatch, Sentences.textNotUTF8)
        }
        var scalars = text.makeUnicodeScalarIterator()
        while let scalar = scalars.next() { body(scalar) }
    }
}

extension LockedBuffer {
    /// Appends text, for which there is room.
    fileprivate mutating func append(_ text: String) { append(copying: text.utf8Span.span) }

    /// Appends a scalar as UTF-8, for which there is room.
    fileprivate mutating func append(_ scalar: Unicode.Scalar) {
        append { (output: inout OutputSpan<UInt8>) in
            for byte in UTF8.encode(scalar) ?? .init() { output.append(byte) }
        }
    }
}
