import Testing
import Wire

/// What is shown of text from outside, for each scalar of Unicode, judged by its properties and not by a list of ours.
@Suite struct ShownTextTests {
    /// All scalars.
    private static let scalars = (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init)
    /// Letters and symbols that have an empty shape, besides what Unicode calls white space.
    private static let emptyShapes: Set<UInt32> = [0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, 0x1D159]

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control, .format: return true
        default: return properties.isDefaultIgnorableCodePoint || properties.isBidiControl
        }
    }

    @Test func `nothing hidden and no blank but the space is ever shown`() {
        var wrong: [UInt32] = []
        for scalar in Self.scalars {
            let shown = Text.shown("a\(scalar)\(scalar)b").unicodeScalars.dropFirst().dropLast()
            let isBlank =
                Self.emptyShapes.contains(scalar.value)
                || scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
            let isRight =
                if isBlank {
                    shown.map(\.value) == [0x20]
                } else if Self.isHidden(scalar) {
                    shown.count > 2 && shown.allSatisfy { 0x21..<0x7F ~= $0.value }
                } else {
                    shown.map { $0 } == [scalar, scalar]
                }
            if !isRight { wrong.append(scalar.value) }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map { String($0, radix: 16) })")
    }

    @Test func `however many blanks of whatever kind are one space`() {
        let blanks = Self.scalars.filter { Text.isBlank($0) }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: blanks)
        #expect(blanks.count > 20)
        #expect(Text.shown("a\(String(text))b") == "a b")
        #expect(Text.shown("a  b") == "a b")
    }

    @Test(arguments: [
        ("alice", "\"alice\""), ("", "\"\""), ("say \"hi\"", "\"say \\\"hi\\\"\""),
        ("git at github.com" + String(repeating: "\u{3000}", count: 111), "\"git at github.com \""),
        (String(repeating: "x", count: 11), "\"xxxxxxxxxx\"..."),
        (String(repeating: "\u{202E}", count: 2), #""\u{202e}\u{202e}""#),
    ])
    func `what is quoted cannot leave its marks, and does not push others away`(text: String, quoted: String) {
        #expect(Text.quoted(text, most: text.hasPrefix("x") ? 10 : 64) == quoted)
    }

    @Test func `a quotation is bounded whatever is in it`() {
        for scalar in Self.scalars where scalar.value % 97 == 0 {
            let quoted = Text.quoted(String(repeating: String(Character(scalar)), count: 1000), most: 10)
            #expect(quoted.unicodeScalars.count <= 10 * 10 + 5, "\(scalar.value)")
        }
    }
}
