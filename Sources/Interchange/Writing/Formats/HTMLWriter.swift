import ForeignLibraries
import OneTimePassword
import Platform
import Wire

/// A page to be printed and put away: for each account its names, its URI, and the URI as a QR code.
final class HTMLWriter: FormatWriter {
    static let format = ExportFormat.html
    static let holding = URIWriter.holding

    private let page: HTMLPage

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        page = try HTMLPage(sink, columns: ["Issuer", "Name", "URI", "QR code"])
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        let uri = try entry.uri()
        try page.row([entry.issuer, entry.name], uri: uri.bytes)
        return nil
    }

    func finish() throws(ConversionError) { try page.finish() }
}

/// A page with QR codes. It needs nothing from elsewhere and runs nothing.
final class HTMLPage {
    private let output: TextOutput

    /// Writes what stands in front of the codes.
    init(_ sink: any FileSink, columns: [String]) throws(ConversionError) {
        output = try TextOutput(sink)
        let titles = columns.map { "<th>\($0)</th>" }.joined()
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
            body { font-family: sans-serif; color: #000; background: #fff }
            table { border-collapse: collapse; width: 100% }
            tr { break-inside: avoid }
            td { border-bottom: 1px solid #888; padding: 4mm; unicode-bidi: isolate; overflow-wrap: anywhere }
            code { font-size: 8pt }
            svg { width: 60mm; height: 60mm }
            </style>
            </head>
            <body>
            <p>Whoever sees this page can make the codes of these accounts. Keep it like money.</p>
            <table>
            <tr>\(titles)</tr>

            """)
    }

    /// Writes texts that are not secret, and a URI with its code.
    func row(_ texts: [String], uri: Span<UInt8>) throws(ConversionError) {
        try output.put("<tr>")
        for text in texts {
            try output.put("<td>")
            try output.putMarkup(text)
            try output.put("</td>")
        }
        try output.put("<td><code>")
        try output.putMarkup(uri)
        try output.put("</code></td><td>")
        if uri.count <= QRCode.Correction.low.mostOctets {
            let correction: QRCode.Correction = uri.count <= QRCode.Correction.medium.mostOctets ? .medium : .low
            let code = try ConversionError.foreign { () throws(ForeignError) in
                try QRCode(uri, correction: correction)
            }
            try code.putPicture(to: output)
        } else {
            try output.put("The URI is too long for a QR code.")
        }
        try output.put("</td></tr>\n")
    }

    /// Ends the page.
    func finish() throws(ConversionError) {
        try output.put("</table>\n</body>\n</html>\n")
        try output.finish()
    }
}
