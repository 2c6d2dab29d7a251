import Model
import Testing

@Suite struct SentenceTests {
    @Test func `Parts are numbered in the order of the literal`() {
        let (name, count) = ("Bank", 3)
        let sentence: Sentence = "\(name) has \(count) keys"
        #expect(sentence.key == "%1 has %2 keys")
        #expect(sentence.parts == [Sentence(verbatim: "Bank"), Sentence(verbatim: "3")])
        #expect(sentence.text == "Bank has 3 keys")
    }

    @Test func `A sentence in a sentence stays one, and what is verbatim has no parts`() {
        let inner: Sentence = "the disk is \("full")"
        let sentence: Sentence = "not saved: \(inner)"
        #expect(sentence.text == "not saved: the disk is full")
        #expect(sentence.parts == [inner])
        #expect(Sentence(verbatim: "100%1").text == "100%1")
    }

    @Test func `Two literals are one sentence`() {
        let (first, second) = ("a", "b")
        let sentence: Sentence = "one \(first), " + "two \(second)"
        #expect(sentence.key == "one %1, two %2")
        #expect(sentence.text == "one a, two b")
    }

    @Test func `Parts stand where the other language has them, and what is in them is no mark`() {
        #expect(Sentence.put(["x", "y"], into: "%2の%1") == "yのx")
        #expect(Sentence.put(["%2", "y"], into: "%1 %2") == "%2 y")
        #expect(Sentence.put(["x"], into: "100% of %1, %3, %") == "100% of x, %3, %")
        #expect(Sentence.put([], into: "%1") == "%1")
    }

    @Test func `What a template may have made is found again`() {
        func parts(_ text: String, _ template: String) -> [String]? { Sentence.parts(of: text, in: template) }
        #expect(parts("the vault is damaged: a record", "the vault is damaged: %1") == ["a record"])
        #expect(parts("only 3 of 10 bytes", "only %1 of %2 bytes") == ["3", "10"])
        #expect(parts("x and y", "%1 and %2") == ["x", "y"])
        #expect(parts("鍵 is a link", "%1 is a link") == ["鍵"])
        #expect(parts("only 3 bytes", "only %1 of %2 bytes") == nil)
        #expect(parts("the vault is", "the vault is damaged: %1") == nil)
        #expect(parts("x is a link, truly", "%1 is a link") == nil)
    }

    @Test func `A text without parts is its own key`() {
        #expect(Sentence("a%1b").key == "a%1b")
        #expect(Sentence("a%1b").text == "a%1b")
    }
}
