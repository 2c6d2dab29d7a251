import Encodings
import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// Pages to be printed and put away: for each account its names, its key in groups of four, its URI, and the URI as a QR
/// code.
final class HTMLWriter: FormatWriter {
    static let format = ExportFormat.html
    static let holding = URIWriter.holding

    private let pages: HTMLPages

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        pages = try HTMLPages(sink, title: "Accounts", titles: ["Issuer", "Name", "URI", "QR code"], time: time)
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        guard let parameters = entry.parameters else { return nil }
        let uri = try entry.uri()
        let size = HTMLPages.CardSize(uri: uri.count, key: entry.key.count, names: [entry.issuer, entry.name])
        try pages.card(size) { (output: TextOutput) throws(ConversionError) in
            try output.put("<td class=\"issuer\">")
            try output.putMarkup(entry.issuer)
            try output.put("</td><td class=\"name\">")
            try output.putMarkup(entry.name)
            try output.put("</td><td class=\"uri\"><code>")
            try output.putMarkup(uri.bytes)
            try output.put("</code></td><td class=\"code\">")
            try HTMLPages.putCode(uri.bytes, to: output)
            try output.put("</td><td class=\"key\">")
            try Self.putKey(entry.key.bytes, parameters, to: output)
            try output.put("</td>")
        }
        return nil
    }

    func finish() throws(ConversionError) { try pages.finish() }

    /// What a person types who has no camera: the key in groups of four, and what else decides about the codes.
    private static func putKey(
        _ key: Span<UInt8>, _ parameters: Parameters, to output: TextOutput
    ) throws(ConversionError) {
        let encoding: BaseEncoding = parameters.kind == .motp ? .base16 : .base32
        var text = try ConversionError.buffer(encoding.encodedCount(key.count))
        text.append { output in encoding.encode(key, into: &output) }
        for start in stride(from: 0, to: text.count, by: 4) {
            try output.put("<code>")
            try output.put(text.bytes.extracting(start..<min(start + 4, text.count)))
            try output.put("</code> ")
        }
        var facts = [parameters.kind.title]
        switch parameters.kind {
        case .totp: facts += [parameters.algorithm.title, "\(parameters.digits) digits", "\(parameters.period) s"]
        case .hotp: facts += [parameters.algorithm.title, "\(parameters.digits) digits", "next \(parameters.counter)"]
        case .steam, .motp, .yandex: break
        case .ocra: facts.append(parameters.suite)
        }
        try output.put("<small>")
        try output.putMarkup(facts.joined(separator: ", "))
        try output.put("</small>")
    }
}

/// Pages with QR codes, of A4 or letter, that need nothing from elsewhere and run nothing. Each says which it is, of which
/// vault and day it is, and what it shows. What is read back are the rows of the tables: names, a URI, its code.
final class HTMLPages {
    /// How much of a page something takes.
    enum CardSize {
        /// Half the width, one of ten.
        case half
        /// The whole width, one of five: what has much text, or a code of many squares.
        case row
        /// Half a page, with a code of 100 mm.
        case payload
        /// A page of its own, with a code of that size.
        case page

        /// What an account takes, by bytes of its URI and key and by its names. The bounds are of the letters' sizes below.
        init(uri: Int, key: Int, names: [String]) {
            let letters = names.reduce(0) { $0 + $1.utf8.count }
            if uri <= 210, key <= 40, letters <= 60 {
                self = .half
            } else if uri <= 420, key <= 160, letters <= 200 {
                self = .row
            } else {
                self = .page
            }
        }

        /// Places of the ten of a page.
        fileprivate var places: Int {
            switch self {
            case .half: 1
            case .row: 2
            case .payload: 5
            case .page: HTMLPages.places
            }
        }

        fileprivate var name: String {
            switch self {
            case .half: "half"
            case .row: "row"
            case .payload, .page: "page"
            }
        }
    }

    private static let places = 10

    private let output: TextOutput
    private let title: String
    private let origin: String
    private var pages = 0
    private var cards = 0
    /// Places of the present page that are taken.
    private var taken = 0

    /// Writes what stands in front of the codes; `titles` are what a program knows the page by.
    init(_ sink: any FileSink, title: String, titles: [String], time: UInt64) throws(ConversionError) {
        output = try TextOutput(sink)
        self.title = title
        let date = CompactTime.text(time).utf8.map { Character(UnicodeScalar($0)) }
        let day = "\(String(date[0..<4]))-\(String(date[4..<6]))-\(String(date[6..<8]))"
        origin = "\(day)\(sink.vault.isEmpty ? "" : ", vault \(sink.vault)")"
        try output.put(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <title>Accounts of an authenticator</title>
            <style>
            @page { margin: 11mm }
            body { font: 9pt/1.25 sans-serif; color: #000; background: #fff; margin: 0; max-width: 190mm }
            section { break-after: page }
            section:last-of-type { break-after: auto }
            header { display: flex; justify-content: space-between; border-bottom: 1pt solid #000; margin-bottom: 2mm }
            h1 { font-size: 12pt; margin: 0 }
            header * { white-space: nowrap }
            p { font-size: 8pt; margin: 0 0 1mm }
            table, .titles { display: none }
            section table { display: block }
            tbody { display: grid; grid-template-columns: 1fr 1fr; column-gap: 5mm }
            tr { display: grid; grid-template-columns: 40mm 1fr; grid-template-rows: repeat(4, auto) 1fr; height: 43mm;
            padding: 1mm 0; border-bottom: 1px solid #888; column-gap: 2mm; overflow: hidden; break-inside: avoid }
            td { unicode-bidi: isolate; overflow-wrap: anywhere; grid-column: 2; padding: 0 }
            .issuer { font-weight: bold }
            .code { grid-column: 1; grid-row: 1 / span 5 }
            .uri { order: 1; font-size: 6pt; line-height: 1.15 }
            .key code { font-size: 10pt; white-space: nowrap }
            small { display: block; font-size: 7pt }
            svg { display: block; width: 40mm; height: 40mm }
            .row, .page { grid-column: 1 / span 2 }
            .page { grid-template-columns: 100mm 1fr; height: auto; min-height: 104mm }
            .page svg { width: 100mm; height: 100mm }
            </style>
            </head>
            <body>
            <table><tr class="titles">\(titles.map { "<th>\($0)</th>" }.joined())</tr></table>

            """)
    }

    /// Writes a row: an account or a part of an export, whose cells `body` puts.
    func card(_ size: CardSize, _ body: (TextOutput) throws(ConversionError) -> Void) throws(ConversionError) {
        // What takes the whole width begins a line.
        if size != .half, size != .payload, taken % 2 == 1 { taken += 1 }
        if pages == 0 || taken + size.places > Self.places {
            if pages > 0 { try output.put("</table>\n</section>\n") }
            try begin()
        }
        try output.put("<tr class=\"\(size.name)\">")
        try body(output)
        try output.put("</tr>\n")
        taken += size.places
        cards += 1
    }

    private func begin() throws(ConversionError) {
        pages += 1
        taken = 0
        try output.put(
            "<section>\n<header><h1>\(title)</h1><span>\(origin)</span><span>page \(pages)</span></header>\n")
        try output.put("<p>Whoever sees this page can make the codes of these accounts. Keep it like money. ")
        try output.put("It comes back with: fob scan PICTURE. The last page says how many there are.</p>\n<table>\n")
    }

    /// Writes the QR code of a URI.
    static func putCode(_ uri: Span<UInt8>, to output: TextOutput) throws(ConversionError) {
        guard uri.count <= QRCode.Correction.low.mostOctets else {
            return try output.put("The URI is too long for a QR code.")
        }
        let correction: QRCode.Correction = uri.count <= QRCode.Correction.medium.mostOctets ? .medium : .low
        let code = try ConversionError.foreign { () throws(ForeignError) in
            try QRCode(uri, correction: correction)
        }
        try code.putPicture(to: output)
    }

    /// Ends the pages.
    func finish() throws(ConversionError) {
        if pages == 0 { try begin() }
        try output.put("</table>\n<p>This is the last of \(pages) page\(pages == 1 ? "" : "s"), ")
        try output.put("with \(cards) QR code\(cards == 1 ? "" : "s") in all.</p>\n</section>\n</body>\n</html>\n")
        try output.finish()
    }
}
