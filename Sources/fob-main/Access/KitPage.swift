import Backup
import Client
import Platform
import Vault
import Wire

/// The kit as a page to be printed, two sheets of A4 or letter: each code also as a QR code, and the programs too. The page
/// needs nothing from elsewhere and runs nothing.
struct KitPage: ~Copyable {
    /// Bytes of the picture of a code of 35 characters, at most: 29 squares on a side, every other one dark.
    private static let codePicture = 8192
    /// Of that of a program: 177 squares on a side.
    private static let programPicture = 128 << 10

    /// Its text.
    let text: LockedBuffer

    init(_ kit: borrowing VaultKit) throws(ClientError) {
        let pictures = try Self.codePictures(of: kit)
        let programs = try [IdentityProgram.text, RecordsProgram.program].map { (text) throws(ClientError) in
            try Self.picture(of: text, at: kit.madeAt)
        }
        let (head, tail) = Self.parts(of: kit, programs)
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
            kit.withCode(index) { code in
                // Two lines of three groups each.
                let half = KitCode.textCount / 2 + 1
                text.append(copying: code.extracting(0..<half))
                text.put("<br>")
                text.append(copying: code.extracting(half...))
            }
            text.put("</code></li>\n")
            start = end + 1
        }
        text.put(tail)
        self.text = text
    }

    /// The QR codes of all codes, one on a line.
    private static func codePictures(of kit: borrowing VaultKit) throws(ClientError) -> LockedBuffer {
        var texts = try ClientError.locked(kit.count * (KitCode.textCount + ConversionFrame.header))
        for index in 0..<kit.count {
            try kit.withCode(index) { (code: Span<UInt8>) throws(ClientError) in try texts.appendFrame(.data, code) }
        }
        return try render(&texts, most: kit.count * codePicture, at: kit.madeAt)
    }

    /// The QR code of a text that is no secret.
    private static func picture(of program: String, at time: UInt64) throws(ClientError) -> String {
        var text = try ClientError.locked(program.utf8.count + ConversionFrame.header)
        try text.appendFrame(.data, program.utf8Span.span)
        let picture = try render(&text, most: programPicture, at: time)
        guard let line = try? UTF8Span(validating: picture.bytes) else {
            throw ClientError(.companionFailed, Sentences.qrUnexpected)
        }
        return String(copying: line)
    }

    private static func render(
        _ texts: inout LockedBuffer, most: Int, at time: UInt64
    ) throws(ClientError) -> LockedBuffer {
        var pictures = try ClientError.locked(most)
        let unexpected = ClientError(.companionFailed, Sentences.qrUnexpected)
        _ = try Converter.start().run(
            ConversionStart(operation: .render, time: time),
            send: { (output: inout LockedBuffer) throws(ClientError) in
                output.append(copying: texts.bytes)
                texts.removeAll()
            },
            password: { (_) throws(ClientError) in throw unexpected },
            receive: { (event, body) throws(ClientError) in
                guard case .data = event, body.count <= pictures.free else { throw unexpected }
                pictures.append(copying: body)
            })
        return pictures
    }

    private static func parts(of kit: borrowing VaultKit, _ programs: [String]) -> (String, String) {
        typealias Kit = KitSentences
        let facts = Kit.facts(of: kit).map { "<tr><th>\($0.0)</th><td>\($0.1)</td></tr>\n" }.joined()
        let head = """
            <!doctype html>
            <html lang="\(tr("en"))">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <title>\(Kit.title)</title>
            <style>
            @page { margin: 11mm }
            body { font: 9pt/1.25 sans-serif; color: #000; background: #fff; margin: 0; max-width: 190mm }
            h1 { font-size: 15pt; margin: 0 0 1mm }
            h2 { font-size: 11pt; margin: 2.5mm 0 1mm }
            p, ol { margin: 0 0 1mm }
            ol { padding-left: 6mm }
            table { border-spacing: 0 }
            th { text-align: left; padding-right: 4mm }
            td, code, pre { font-family: monospace }
            ul { list-style: none; padding: 0; margin: 0; display: flex; flex-wrap: wrap }
            ul li { width: 62mm; height: 18.5mm; display: flex; align-items: center; break-inside: avoid }
            ul span { width: 9.5mm }
            ul svg { width: 17.5mm; height: 17.5mm; margin-right: 1.5mm }
            ul code { font-size: 8.5pt; white-space: nowrap }
            pre { font-size: 6.7pt; line-height: 1.1; margin: 0 0 1mm; white-space: pre-wrap; overflow-wrap: anywhere }
            ol pre { font-size: 9pt; margin: 0 }
            section, ol li { break-inside: avoid }
            h2 { break-after: avoid }
            .program { display: flex; justify-content: space-between; align-items: flex-start }
            .program svg { flex: none; width: 68mm; height: 68mm }
            .program .small svg { width: 56mm; height: 56mm }
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
            ? Kit.noPlaces.map(markup).joined(separator: "<br>\n")
            : kit.places.map { place in
                "<p><b>\(markup(place.name))</b>: "
                    + place.lines.map { markup(Label.shown($0)) }.joined(separator: "<br>\n") + "</p>"
            }.joined(separator: "\n")
        let tail = """
            </ul>
            <section><h2>\(Kit.placesTitle)</h2>
            \(places)</section>
            <section><h2>\(Kit.fobTitle)</h2>
            \(list(Kit.fobSteps(kit.places)))</section>
            <section><h2>\(Kit.warningTitle)</h2>
            <p>\(markup(Kit.warning))</p></section>
            <h2>\(Kit.ageTitle)</h2>
            \(list(Kit.ageSteps(vault: kit.vault)))
            <section><h2>identity.py</h2>
            <div class="program"><pre>\(markup(IdentityProgram.text))</pre>
            <div class="small">\(programs[0])</div></div></section>
            <section><h2>\(RecordsProgram.name)</h2>
            <div class="program"><pre>\(markup(RecordsProgram.program))</pre>
            \(programs[1])</div></section>
            </body>
            </html>

            """
        return (head, tail)
    }

    private static func list(_ steps: [KitSentences.Step]) -> String {
        let items = steps.map { step in
            let commands = step.commands.map(markup).joined(separator: "\n")
            return "<li>\(markup(step.text))\(commands.isEmpty ? "" : "\n<pre>\(commands)</pre>")</li>"
        }
        return "<ol>\(items.joined(separator: "\n"))</ol>"
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
