import Interchange
import OneTimePassword
import Testing
import Wire

@Suite struct HTMLTests {
    @Test("Stratum, with raw ampersands, and this program's own, with escaped ones") func uris() throws {
        let page = """
            <!DOCTYPE html>
            <html><head><meta charset="utf-8"><title>x</title></head><body><table>
            <tr><th>Issuer</th><th>Username</th><th>URI</th><th>QR</th></tr>
            <tr><td>A &amp; B</td><td>me</td><td><code>otpauth://totp/A%20%26%20B:me?secret=ME&issuer=A%20%26%20B&period=60
            </code></td><td><img src="data:image/png;base64,AA>A="></td></tr>
            <tr><td>C</td><td></td><td><code>motp://C:c?secret=00ff&amp;pin=1234</code></td><td></td></tr>
            <tr><td>D</td><td>d</td><td><code>otpauth://totp/D:d?secret=1</code></td></tr></table></body></html>
            """
        let (format, found) = try read(Array(page.utf8))
        #expect(format == "html" && found.entries.map(\.issuer) == ["A & B", "C"])
        #expect(found.entries[0].parameters?.period == 60 && found.entries[1].pin == "1234")
        #expect(found.problems.first?.label == "D: d" && found.problems.first?.position == 3)
    }

    @Test("Aegis: parts in columns") func aegis() throws {
        let titles = [
            "Issuer", "Name", "Type", "QR Code", "UUID", "Note", "Favorite", "Algo", "Digits", "Secret", "Counter",
            "PIN",
        ]
        let rows = [
            ["I&amp;J", "a", "totp", "", "u", "n&lt;", "true", "SHA256", "8", "ME", "-", "-"],
            ["I", "b", "hotp", "", "u", "", "false", "SHA1", "6", "ME", "42", "-"],
            ["I", "c", "motp", "", "u", "", "false", "MD5", "6", "00ff", "-", "1234"],
            ["I", "d", "totp", "", "u", "", "false", "SHA1", "11", "ME", "-", "-"],
        ]
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>\(cells.map { "<\(tag)>\($0)</\(tag)>" }.joined())</tr>"
        }
        let page =
            "<html><head><title>Aegis</title></head><body><h1>Aegis</h1><table>\(row(titles, "th"))"
            + rows.map { row($0, "td") }.joined() + "</table></body><style>td{}</style></html>"
        let (format, found) = try read(Array(page.utf8))
        #expect(format == "html" && found.entries.map(\.name) == ["a", "b", "c"] && found.warnings.count == 1)
        let first = found.entries[0]
        #expect(first.issuer == "I&J" && first.note == "n<" && first.extras.isFavourite)
        #expect(first.parameters?.algorithm == .sha256 && first.parameters?.digits == 8)
        #expect(found.entries[1].parameters?.counter == 42 && found.entries[2].pin == "1234")
        #expect(found.problems.map(\.label) == ["I: d"])
    }

    @Test("Titles alone are a page of no accounts; without its end a page is refused") func empty() throws {
        let page = "<!doctype html><table><tr><th>Issuer</th><th>Name</th><th>URI</th></tr></table>"
        #expect(throws: ConversionError.malformed("the page is cut off")) { try read(Array(page.utf8)) }
        let (format, found) = try read(Array("\(page)</html>".utf8))
        #expect(format == "html" && found.entries.isEmpty && found.problems.isEmpty)
    }

    @Test("A page without accounts is of no known format") func without() throws {
        let page = "<!doctype html><table><tr><td>x</td></tr></table><a href='https://a.example'>y</a>"
        let remedy = "if it shows QR codes, print it to a PDF and run fob scan with that"
        #expect(
            throws: ConversionError.unsupported(
                "the file is a web page, of no format that is known here", remedy: remedy)
        ) { try read(Array(page.utf8)) }
    }
}
