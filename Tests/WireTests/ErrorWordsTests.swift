import Model
import Testing
import Wire

/// What an ERROR says for other languages.
@Suite struct ErrorWordsTests {
    private let why: Sentence = "\("/x"): \(Sentence("the disk is full")) (\("write"))"
    private var refusal: ErrorReply { ErrorReply(.notSaved, "the vault was not saved: \(why)", remedy: "make room") }

    @Test func `A sentence stands in front of what is put into it`() throws {
        let words = try #require(refusal.words)
        #expect(
            words.message.map(\.text) == [
                "the vault was not saved: %1", "%1: %2 (%3)", "/x", "the disk is full", "write",
            ])
        #expect(words.message.map(\.arguments) == [1, 3, 255, 0, 255])
        #expect(words.remedy.map(\.text) == ["make room"])
        let body = try encoded(refusal)
        let read = try ErrorReply(from: body.span)
        #expect(read.words?.sentences.message == "the vault was not saved: \(why)")
        #expect(read.words?.sentences.remedy == "make room")
        #expect(ErrorReply(.denied, "denied").words?.sentences.remedy == nil)
    }

    @Test func `Versions 1 and 2 have the body that they had`() throws {
        let body = try encoded(refusal.inVersion2)
        let text = Array("the vault was not saved: /x: the disk is full (write)".utf8)
        #expect(body == [0, 74, 0, UInt8(text.count)] + text + [0, 9] + Array("make room".utf8) + [0, 0])
        let read = try ErrorReply(from: body.span)
        #expect(read.words == nil)
        #expect(read.message == refusal.message)
    }

    @Test func `More pieces than there may be are not told, and the text is`() throws {
        let inner = Sentence("a %1 b %2 c %3 d %4", parts: (0..<4).map { Sentence(verbatim: "\($0)") })
        let parts = Array(repeating: inner, count: 9)
        let many = ErrorReply(.busy, Sentence((1...9).map { "%\($0)" }.joined(), parts: parts), remedy: "wait")
        #expect(many.words?.message.isEmpty == true && many.words?.remedy.count == 1)
        let body = try encoded(many)
        let read = try ErrorReply(from: body.span)
        #expect(read.message.hasPrefix("a 0 b 1"))
    }

    @Test(arguments: [[], [0, 0], [2, 255], [1, 1, 1], [255, 255]] as [[UInt8]])
    func `Pieces that are not one sentence are none`(arguments: [UInt8]) throws {
        var words = ErrorWords()
        words.message = arguments.map { count in
            var piece = WordPiece()
            (piece.arguments, piece.text) = (count, "%1")
            return piece
        }
        #expect(words.sentences.message == nil)
    }
}
