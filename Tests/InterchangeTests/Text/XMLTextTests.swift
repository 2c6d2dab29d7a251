import Platform
import Testing

@testable import Interchange

@Suite struct XMLTextTests {
    private func parse(_ text: String) throws -> XMLElement {
        try XMLText.parse(LockedText(LockedBuffer(copying: Array(text.utf8).span)))
    }

    @Test("Elements, attributes, references, comments and CDATA are read") func values() throws {
        let root = try parse(
            """
            \u{FEFF}<?xml version='1.0' encoding='utf-8'?>
            <!-- <no> - > &no; --><p:a xmlns:p="urn:x" p:x="1 &lt; &#x32;" y='"'><?pi <?><b>x&amp;\r\ny</b><b/>
            <c><![CDATA[<&amp;]]>&#233;<d>in</d>!</c></p:a>
            """)
        #expect(root.name == "a" && root.attribute("x") == "1 < 2" && root.attribute("y") == "\"")
        #expect(root.attribute("p") == nil && root.attribute("z") == nil)
        #expect(root.children.map(\.name) == ["b", "b", "c"] && root.children("b").count == 2)
        #expect(root.child("b")?.text == "x&\ny")
        #expect(root.children[1].text == "")
        #expect(root.child("c")?.text == "<&amp;é!" && root.descendant("c", "d")?.text == "in")
        #expect(root.all.map(\.name) == ["a", "b", "b", "c", "d"])
        let secret = try root.children[0].secret()
        #expect(String(validating: secret.bytes.indices.map { secret.bytes[$0] }, as: UTF8.self) == "x&\ny")
    }

    @Test(
        "What is no XML, or has a document type, is refused",
        arguments: [
            "", " ", "a", "<a>", "<a></b>", "<a/><b/>", "<a b></a>", "<a b=c/>", "<a b='1' b='2'/>", "<a b='<'/>",
            "<a>&unknown;</a>", "<a><!-- -- --></a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&amp</a>", "<a>\u{1}</a>",
            "</a>", "<a/>x",
            "< a/>",
            "<a", "<a b='", "<!-- <a/>", "<a><![CDATA[</a>", "<1/>", "<a:/>", "<a b='1'c='2'/>", "<a/>&lt;",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
            "<?xml version='1.0' encoding='shift_jis'?><a/>",
        ])
    func malformed(_ text: String) throws { #expect(throws: ConversionError.self) { try parse(text) } }

    @Test("What lies across the pieces that the library is given is whole", arguments: 32_760...32_770)
    func pieces(_ start: Int) throws {
        let text = String(repeating: "x", count: start - 3) + "é&amp;é" + String(repeating: "y\r\n", count: 30_000)
        let root = try parse("<a>\(text)<b>\(text)</b></a>")
        let whole = text.replacing("&amp;", with: "&").replacing("\r\n", with: "\n")
        #expect(root.text == whole && root.child("b")?.text == whole)
    }

    @Test("10,000 levels are refused") func depth() throws {
        #expect(throws: ConversionError.tooLarge("nested more than 64 deep")) {
            try parse(String(repeating: "<a>", count: 10_000))
        }
    }

    @Test("Every truncation is refused") func truncation() throws {
        let text =
            "<?xml version='1.0'?><map><string name=\"a&quot;\">x<!-- c --><![CDATA[d]]></string><int v='1' /></map>"
        for length in 0..<text.utf8.count {
            let part = String(text.prefix(length))
            #expect(throws: ConversionError.self) { try parse(part) }
        }
        #expect(try parse(text).children.count == 2)
    }
}
