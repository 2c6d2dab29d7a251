package import Foreign

/// A QR code as text: two squares, one above the other, to each character, so that they come out square in the usual
/// proportions of a terminal. Light is what is drawn, as terminals with a dark ground want it.
package enum QRText {
    /// Octets that a code with its quiet zone takes at most, in UTF-8.
    package static func count(_ code: borrowing QRCode) -> Int {
        let side = code.width + 2 * QRCode.quietZone
        return (side + 1) / 2 * (side * halves[0].count + 1)
    }

    /// Appends the code with its quiet zone, line by line. The output has room for `count`.
    package static func append(_ code: borrowing QRCode, into output: inout OutputSpan<UInt8>) {
        let columns = -QRCode.quietZone..<code.width + QRCode.quietZone
        for row in stride(from: columns.lowerBound, to: columns.upperBound, by: 2) {
            for column in columns {
                let upper = code.isDark(column: column, row: row) ? 1 : 0
                let lower = code.isDark(column: column, row: row + 1) ? 2 : 0
                for octet in halves[upper + lower] { output.append(octet) }
            }
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// What is light: both squares, the lower, the upper, none.
    private static let halves: [[UInt8]] = ["\u{2588}", "\u{2584}", "\u{2580}", " "].map { Array($0.utf8) }
}
