import Foreign
import OneTimePassword
import Platform
import Wire

/// A page to be printed and put away: for each account its name, its URI, and the URI as a QR code. It needs nothing from
/// elsewhere and runs nothing.
final class HTMLWriter: FormatWriter {
    static let format = ExportFormat.html
    static let holding = URIWriter.holding

    private let output: TextOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
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
            svg { width: 45mm; height: 45mm }
            </style>
            </head>
            <body>
            <p>Whoever sees this page can make the codes of these accounts. Keep it like money.</p>
            <table>
            <tr><th>Issuer</th><th>Name</th><th>URI</th><th>QR code</th></tr>

            """)
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        let uri = try entry.uri()
        try output.put("<tr><td>")
        try output.putMarkup(entry.issuer)
        try output.put("</td><td>")
        try output.putMarkup(entry.name)
        try output.put("</td><td><code>")
        try output.putMarkup(uri.bytes)
        try output.put("</code></td><td>")
        if uri.count <= QRCode.Correction.low.mostOctets {
            let correction: QRCode.Correction = uri.count <= QRCode.Correction.medium.mostOctets ? .medium : .low
            let code = try ConversionError.foreign { () throws(ForeignError) in
                try QRCode(uri.bytes, correction: correction)
            }
            try put(code)
        } else {
            try output.put("The URI is too long for a QR code.")
        }
        try output.put("</td></tr>\n")
        return nil
    }

    func finish() throws(ConversionError) {
        try output.put("</table>\n</body>\n</html>\n")
        try output.finish()
    }

    /// The code as one path: a rectangle for each run of dark squares in a row.
    private func put(_ code: borrowing QRCode) throws(ConversionError) {
        let side = code.width + 2 * QRCode.quietZone
        try output.put(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(side)v\(side)H0z"/><path d="
            """)
        for row in 0..<code.width {
            var column = 0
            while column < code.width {
                let start = column
                while code.isDark(column: column, row: row) { column += 1 }
                if column > start {
                    let run = column - start
                    try output.put("M\(start + QRCode.quietZone) \(row + QRCode.quietZone)h\(run)v1h-\(run)z")
                }
                column += 1
            }
        }
        try output.put("\"/></svg>")
    }
}
