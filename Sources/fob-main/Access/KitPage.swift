import Client
import Platform
import Vault
import Wire

/// The kit as a page to be printed: each code also as a QR code, which a phone turns into text. The page needs nothing
/// from elsewhere and runs nothing.
struct KitPage: ~Copyable {
    /// Bytes of one QR code of 35 characters, at most: 29 squares on a side, every other one dark.
    private static let picture = 8192

    /// Its text.
    let text: LockedBuffer

    init(_ kit: borrowing VaultKit) throws(ClientError) {
        let pictures = try Self.render(kit)
        let (head, tail) = Self.parts(of: kit)
        var text = try ClientError.locked(
            head.utf8.count + tail.utf8.count + pictures.count + kit.count * (KitCode.textCount + 64))
        text.put(head)
        var start = 0
        for index in 0..<kit.count {
            var end = start
            while end < pictures.count, pictures.bytes[end] != UInt8(ascii: "\n") { end += 1 }
            text.put("<li><span>&#9744; \(index + 1)</span>")
            text.append(copying: pictures.bytes.extracting(start..<end))
            text.put("<code>")
            kit.withCode(index) { code in text.append(copying: code) }
            text.put("</code></li>\n")
            start = end + 1
        }
        text.put(tail)
        self.text = text
    }

    /// The QR codes of all codes, one on a line.
    private static func render(_ kit: borrowing VaultKit) throws(ClientError) -> LockedBuffer {
        var pictures = try ClientError.locked(kit.count * picture)
        var texts = try ClientError.locked(kit.count * (KitCode.textCount + ConversionFrame.header))
        for index in 0..<kit.count {
            try kit.withCode(index) { (code: Span<UInt8>) throws(ClientError) in try texts.appendFrame(.data, code) }
        }
        let unexpected = ClientError(.companionFailed, Sentences.qrUnexpected)
        _ = try Converter.start().run(
            ConversionStart(operation: .render, time: kit.madeAt),
            send: { (output: inout LockedBuffer) throws(ClientError) in
                output.append(copying: texts.bytes)
                texts.removeAll()
            },
            password: { (_, _) throws(ClientError) in throw unexpected },
            receive: { (event, body) throws(ClientError) in
                guard case .data = event, body.count <= pictures.free else { throw unexpected }
                pictures.append(copying: body)
            })
        return pictures
    }

    private static func parts(of kit: borrowing VaultKit) -> (String, String) {
        typealias Kit = KitSentences
        let facts = Kit.facts(of: kit).map { "<tr><th>\($0.0)</th><td>\($0.1)</td></tr>\n" }.joined()
        let head = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <title>\(Kit.title)</title>
            <style>
            body { font-family: sans-serif; color: #000; background: #fff }
            th { text-align: left; padding-right: 4mm }
            ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap }
            li { width: 80mm; padding: 2mm; break-inside: avoid }
            li code { display: block }
            svg { width: 28mm; height: 28mm; vertical-align: middle }
            pre { font-size: 8pt }
            section { break-inside: avoid }
            </style>
            </head>
            <body>
            <h1>\(Kit.title)</h1>
            <table>
            \(facts)</table>
            <h2>\(Kit.codesTitle)</h2>
            <p>\(Kit.codesOnce)</p>
            <ul>

            """
        let places =
            kit.places.isEmpty
            ? "<p>\(Kit.noPlaces)</p>" : kit.places.map { "<p>\(markup(Label.shown($0)))</p>" }.joined(separator: "\n")
        let steps = Kit.fobSteps.map { "<li>\(markup($0))</li>" }.joined(separator: "\n")
        let tail = """
            </ul>
            <section><h2>\(Kit.placesTitle)</h2>
            \(places)</section>
            <section><h2>\(Kit.fobTitle)</h2>
            <ol>\(steps)</ol></section>
            <section><h2>\(Kit.ageTitle)</h2>
            <p>\(markup(Kit.ageText))</p>
            <pre>\(markup(Kit.ageByPassphrase))</pre>
            <p>\(markup(Kit.ageByCode))</p>
            <pre>\(markup(Kit.program))</pre>
            <pre>\(markup(Kit.ageAfterwards))</pre>
            <p>\(markup(Kit.ageRecords))</p></section>
            <section><h2>\(Kit.warningTitle)</h2>
            <p>\(markup(Kit.warning))</p></section>
            </body>
            </html>

            """
        return (head, tail)
    }

    private static func markup(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }
}
