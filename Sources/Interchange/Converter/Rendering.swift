import ForeignLibraries
import Platform
import Wire

/// Texts become QR codes: one SVG on a line for the bytes of each DATA, or lines of characters.
enum Rendering {
    /// The most texts of one run.
    static let most: UInt32 = 256

    /// Bytes over which a code gets the lower correction.
    private static let largest = 512

    /// Does what a START of that operation asks for.
    static func run(_ conversation: Conversation, asCharacters: Bool) throws(ConversionError) {
        let output = try TextOutput { (block: Span<UInt8>) throws(ConversionError) in
            try conversation.append(ConversionFrame.header + block.count) {
                (output: inout OutputSpan<UInt8>) throws(WireError) in
                try ConversionFrame.append(.data, count: block.count, into: &output) {
                    (output: inout OutputSpan<UInt8>) throws(WireError) in
                    for index in block.indices { output.append(block[index]) }
                }
            }
        }
        var rendered: UInt32 = 0
        var hasEnded = false
        while !hasEnded {
            hasEnded = try conversation.next { (kind, body: Span<UInt8>) throws(ConversionError) in
                switch kind {
                case .data where rendered < most && !body.isEmpty:
                    // What is printed may get dirty; in a code of many squares these have to be large instead.
                    let correction: QRCode.Correction = asCharacters || body.count > largest ? .low : .medium
                    let code = try ConversionError.foreign { () throws(ForeignError) in
                        try QRCode(body, correction: correction)
                    }
                    if asCharacters {
                        try code.putCharacters(to: output)
                    } else {
                        try code.putPicture(to: output)
                        try output.put("\n")
                    }
                    rendered += 1
                    return false
                case .end: return true
                default: throw .conversation
                }
            }
        }
        try output.finish()
        try conversation.send(ConversionEnd())
    }
}
