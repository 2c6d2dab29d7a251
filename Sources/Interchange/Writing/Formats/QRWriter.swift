import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// The URI of each account as a QR code made of characters: two squares, one above the other, to each character, which
/// come out square in the usual proportions of a terminal. Light is what is drawn, as a dark ground wants it.
final class QRWriter: FormatWriter {
    static let format = ExportFormat.qr
    static let holding = URIWriter.holding

    private let output: TextOutput
    private var isFirst = true

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        let uri = try entry.uri()
        guard uri.count <= QRCode.Correction.low.mostOctets else { return "its URI is too long for a QR code" }
        // A screen has no dirt, and is small.
        let code = try ConversionError.foreign { () throws(ForeignError) in
            try QRCode(uri.bytes, correction: .low)
        }
        if !isFirst { try output.put("\n") }
        isFirst = false
        try code.putCharacters(to: output)
        return nil
    }

    func finish() throws(ConversionError) { try output.finish() }

}

extension QRCode {
    /// Writes the code as lines of characters.
    borrowing func putCharacters(to output: TextOutput) throws(ConversionError) {
        // Light are: both squares, the lower, the upper, none.
        let characters = ["\u{2588}", "\u{2584}", "\u{2580}", " "]
        let squares = -QRCode.quietZone..<width + QRCode.quietZone
        for row in stride(from: squares.lowerBound, to: squares.upperBound, by: 2) {
            for column in squares {
                let upper = isDark(column: column, row: row) ? 1 : 0
                let lower = isDark(column: column, row: row + 1) ? 2 : 0
                try output.put(characters[upper + lower].utf8Span.span)
            }
            try output.put("\n")
        }
    }
}
