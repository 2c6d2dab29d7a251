import ForeignLibraries
import Platform
import Testing

struct QRCodeTests {
    /// The 7 by 7 squares in three corners of every code (ISO/IEC 18004, 6.3.3).
    private func isFinder(_ code: borrowing QRCode, column: Int, row: Int) -> Bool {
        let pattern = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"].map(Array.init)
        for y in 0..<7 {
            for x in 0..<7 {
                let isDark = code.isDark(column: column + x, row: row + y)
                if isDark != (pattern[y][x] == "1") { return false }
            }
        }
        return true
    }

    @Test func `A code has its finders in three corners and light around it`() throws {
        let text = "otpauth://totp/GitHub:alice?secret=JBSWY3DPEHPK3PXP&issuer=GitHub"
        let code = try QRCode(text.utf8.span)
        let width = code.width
        #expect(width >= 21 && (width - 17) % 4 == 0)
        let corners = [
            isFinder(code, column: 0, row: 0), isFinder(code, column: width - 7, row: 0),
            isFinder(code, column: 0, row: width - 7), isFinder(code, column: width - 7, row: width - 7),
        ]
        #expect(corners == [true, true, true, false])
        let around = [code.isDark(column: -1, row: 0), code.isDark(column: width, row: 0)]
        #expect(around == [false, false])
    }

    @Test(arguments: [(QRCode.Correction.low, 2953), (.medium, 2331)])
    func `The largest code holds what the standard says, and not one byte more`(
        _ correction: QRCode.Correction, _ most: Int
    ) throws {
        let bytes = [UInt8](repeating: 0x61, count: most + 1)
        let width = try QRCode(bytes.span.extracting(first: most), correction: correction).width
        #expect(width == 177)
        #expect(throws: ForeignError.tooLarge) { _ = try QRCode(bytes.span, correction: correction) }
        #expect(throws: ForeignError.badParameter) { _ = try QRCode([UInt8]().span, correction: correction) }
    }
}
