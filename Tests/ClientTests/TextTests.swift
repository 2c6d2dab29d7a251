import Platform
import Testing

@testable import Client

@Suite struct `Labels on a terminal` {
    @Test(arguments: [
        ("GitHub/alice", "GitHub/alice"), ("Zoë 名前 🔐", "Zoë 名前 🔐"), ("a\u{1b}[31mred", "a\\u{1b}[31mred"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{9b}2J", "\\u{9b}2J"), ("x\u{202e}gpj.exe", "x\\u{202e}gpj.exe"),
        ("\u{2066}a\u{2069}", "\\u{2066}a\\u{2069}"), ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
        ("a\u{2028}b", "a b"), ("\u{7f}", "\\u{7f}"), ("\u{e0041}", "\\u{e0041}"),
        ("a\u{200d}b", "a\\u{200d}b"), ("👩\u{200d}a", "👩\\u{200d}a"), ("a\u{200d}🚀", "a\\u{200d}🚀"),
        ("👩\u{200d}\u{200d}🚀", "👩\\u{200d}\\u{200d}🚀"), ("👩\u{200d}", "👩\\u{200d}"), ("a\u{fe0f}", "a\\u{fe0f}"),
        ("❤\u{fe0f}\u{fe0f}", "❤\u{fe0f}\\u{fe0f}"), ("1\u{fe0f}", "1\\u{fe0f}"), ("❤\u{fe0e}", "❤\\u{fe0e}"),
        ("🏴\u{e0061}\u{e007f}", "🏴\\u{e0061}\\u{e007f}"), ("\u{e0067}\u{e007f}", "\\u{e0067}\\u{e007f}"), ("", ""),
    ])
    func `controls and what reorders or hides text become visible`(text: String, shown: String) {
        #expect(Label.shown(text) == shown)
    }

    @Test(arguments: [
        "👩\u{200d}🚀", "👨\u{200d}👩\u{200d}👧\u{200d}👦", "🏳\u{fe0f}\u{200d}🌈", "🤦🏽\u{200d}♂\u{fe0f}", "❤\u{fe0f}\u{200d}🔥",
        "❤\u{fe0f}",
        "1\u{fe0f}\u{20e3}", "🇯🇵", "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "🐈\u{200d}⬛ 🙂\u{200d}↔\u{fe0f}",
    ])
    func `what puts an emoji together stays, on a command line too`(emoji: String) {
        for text in [emoji, "Work \(emoji)\(emoji)/a"] {
            #expect(Label.shown(text).utf8.elementsEqual(text.utf8))
            #expect(Label.typed(text).utf8.elementsEqual(text.utf8))
        }
    }

    @Test(arguments: [
        ("GitHub/alice", "GitHub/alice"), ("a  b", #"a \u{20}b"#), ("a\u{a0}b", #"a\u{a0}b"#), (#"a\b"#, #"a\b"#),
        ("a\u{200d}b", #"a\u{200d}b"#), ("x\u{202e}y", #"x\u{202e}y"#), (#"\u{61}"#, #"\u{5c}u{61}"#),
        ("\u{fffd}", #"\u{fffd}"#), ("e\u{301}", "e\u{301}"), ("\u{3000} x", #"\u{3000}\u{20}x"#),
        ("h\u{fe0f}", #"h\u{fe0f}"#),
    ])
    func `what a name is on the command line is that name again`(text: String, typed: String) {
        #expect(Label.typed(text) == typed)
        #expect(Label.untyped(typed).utf8.elementsEqual(text.utf8))
        #expect(Label.shown(typed).utf8.elementsEqual(typed.utf8))
    }

    @Test(arguments: [#"\u{"#, #"\u{}"#, #"\u{110000}"#, #"\u{d800}"#, #"\u{zz}"#, #"\u61"#, #"a\"#])
    func `what is no number of a character stays`(text: String) { #expect(Label.untyped(text) == text) }

    @Test func `a quote under a mark ends no word of the shell`() {
        let quoted = Shell.quoted("a'\u{301}; touch x")
        #expect(quoted.utf8.elementsEqual("'a'\\''\u{301}; touch x'".utf8))
    }

    @Test func `every control character is made visible`() {
        for value in (0..<0x20).map(UInt32.init) + (0x7F..<0xA0).map(UInt32.init) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = Label.shown(String(Character(scalar)))
            #expect(shown.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) }, "\(value)")
        }
    }

    @Test(arguments: [("abc", 3), ("名前", 4), ("e\u{301}", 1), ("🔐", 2), ("", 0), ("🚀✅", 4), ("🖥", 1), ("🇯🇵", 2)])
    func `columns are those of a terminal`(text: String, columns: Int) {
        #expect(Label.width(text) == columns)
    }

    @Test func `a sentence is broken between words, and what is to be pasted is not`() {
        let text = "fob: nothing is backed up: when this machine is lost"
        #expect(Wrapped.lines(text, columns: 80) == text)
        #expect(Wrapped.lines(text, columns: 40) == "fob: nothing is backed up: when this\n  machine is lost")
        #expect(
            Wrapped.lines("hint: put it back with 'fob generations --restore', or not", columns: 30)
                == "hint: put it back with\n  'fob generations --restore',\n  or not")
        #expect(
            Wrapped.lines("hint: then run: fob backup accept 'a b c d e f g'", columns: 20)
                == "hint: then run:\n  fob backup accept 'a b c d e f g'")
        #expect(Wrapped.lines("名前 名前 名前 名前 x", columns: 12) == "名前 名前 名\n  前 名前 x")
        // No line begins with what ends a part of a sentence, and none ends with what opens one.
        #expect(Wrapped.lines("保管庫です。次に行う", columns: 11) == "保管庫で\n  す。次に\n  行う")
        #expect(Wrapped.lines("保管庫の「次」", columns: 11) == "保管庫の\n  「次」")
        #expect(
            Wrapped.lines("保管庫がまだありません: fob init --suggest", columns: 20)
                == "保管庫がまだありませ\n  ん:\n  fob init --suggest")
    }

    @Test func `text is cut and filled up by columns`() {
        #expect(Label.cut("名前x", to: 3) == "名")
        #expect(Label.padded("名", to: 4) == "名  ")
    }
}

@Suite struct `Lengths of time` {
    @Test(arguments: [
        ("45", 45), ("30s", 30), ("15m", 900), ("8h", 28_800), ("2d", 172_800), ("1h30m", 5400), ("1m30s", 90),
        ("0", 0), ("0s", 0), ("4294967295", UInt32.max),
    ])
    func `are read`(text: String, seconds: UInt32) {
        #expect(Seconds.parse(text) == seconds)
    }

    @Test(arguments: [
        "", "s", "m30", "-1", "+1", "1.5h", "30m1h", "1h1h", "1h30", "1 h", " 1", "5x", "never", "99999999999d",
        "4294967296", "18446744073709551616s", "٣s",
    ])
    func `that are not ones are refused`(text: String) {
        #expect(Seconds.parse(text) == nil)
    }

    @Test func `never is 0 where it has a meaning`() {
        #expect(Seconds.parse("never", never: true) == 0)
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m"), (90, "1m30s"), (3600, "1h"), (5430, "1h30m"), (86_460, "1d"),
        (90_000, "1d1h"),
    ])
    func `are written with at most two units`(seconds: UInt64, text: String) {
        #expect(Seconds.text(seconds) == text)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_795_253_147, "2026-11-21T09:25:47Z"),
        (4_102_444_799, "2099-12-31T23:59:59Z"), (1_709_251_199, "2024-02-29T23:59:59Z"),
    ])
    func `moments are written as RFC 3339 has them`(utc: UInt64, text: String) {
        #expect(Moment.utc(utc) == text)
    }

    @Test(
        arguments: [
            (0, 0, "1970-01-01 00:00:00 +0000"), (0, -3600, "1969-12-31 23:00:00 -0100"),
            (1_709_251_199, 20_700, "2024-03-01 05:44:59 +0545"), (951_782_400, -34_200, "2000-02-28 14:30:00 -0930"),
        ] as [(UInt64, Int, String)])
    func `for people they are local`(utc: UInt64, offset: Int, text: String) {
        #expect(Moment.text(utc, offset: offset) == text)
    }
}

@Suite struct `JSON texts` {
    @Test func `values are written on one line in the order given`() {
        let value = JSON.object([
            ("b", .number(18_446_744_073_709_551_615 as UInt64)), ("a", .array([.null, .bool(true), .bool(false)])),
            ("s", .strings(["x", "y"])), ("o", .object([])),
        ])
        #expect(value.text == #"{"b":18446744073709551615,"a":[null,true,false],"s":["x","y"],"o":{}}"#)
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("q\"b\\", #""q\"b\\""#), ("\n\r\t", #""\n\r\t""#), ("\u{1b}[0m", #""\u001b[0m""#),
        ("\u{0}", #""\u0000""#), ("\u{9b}", #""\u009b""#), ("\u{202e}x", #""\u202ex""#), ("é名🔐", "\"é名🔐\""),
        ("\u{2028}", #""\u2028""#), ("a b\u{3000}", #""a b\u3000""#), ("\u{e0041}", #""\udb40\udc41""#),
    ])
    func `strings are escaped`(string: String, text: String) {
        #expect(JSON.string(string).text == text)
    }
}
