import Client
import Testing

/// Without a catalogue: the sentences of the sources. With one, see languages.py.
@Suite struct TranslationTests {
    @Test(arguments: [(0, "0 files of x"), (1, "1 file of x"), (2, "2 files of x")])
    func `One, and many`(_ count: Int, _ told: String) {
        let place = "x"
        #expect(trn(count, "\(count) file of \(place)", "\(count) files of \(place)") == told)
    }

    @Test func `One may leave the number out where it stands last`() {
        let (name, count) = ("x", 1)
        #expect(trn(count, "\(name) is left", "\(name) and \(count) more are left") == "x is left")
    }

    @Test func `Numbers of things`() {
        #expect(Count.text(1, "entry", "entries") == "1 entry")
        #expect(Count.text(UInt8(0), "account") == "0 accounts")
        #expect(Count.text(-1, "account") == "-1 accounts")
    }

    @Test func `What is kept is told later`() {
        let name = "disk"
        #expect(noted("no room at \(name)") == "no room at disk")
        #expect(Translation.text("no room") == "no room")
        #expect(Translation.text(Sentence("%2 before %1", parts: ["a", "b"])) == "b before a")
    }
}
