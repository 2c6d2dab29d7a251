import ForeignLibraries

extension QRCode {
    /// Writes the code as one path: a rectangle for each run of dark squares in a row.
    borrowing func putPicture(to output: TextOutput) throws(ConversionError) {
        let side = width + 2 * QRCode.quietZone
        try output.put(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(side)v\(side)H0z"/><path d="
            """)
        for row in 0..<width {
            var column = 0
            while column < width {
                let start = column
                while isDark(column: column, row: row) { column += 1 }
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
