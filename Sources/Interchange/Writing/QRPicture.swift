import ForeignLibraries

extension QRCode {
    /// Writes the code as one path: in each row a line for each run of dark squares, each from where the last one ended.
    borrowing func putPicture(to output: TextOutput) throws(ConversionError) {
        let side = width + 2 * QRCode.quietZone
        try output.put(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(side)v\(side)H0z"/><path stroke="#000" d="
            """)
        for row in 0..<width {
            try output.put("M\(QRCode.quietZone) \(row + QRCode.quietZone).5")
            var column = 0
            var end = 0
            while column < width {
                let start = column
                while isDark(column: column, row: row) { column += 1 }
                if column > start {
                    try output.put(start > end ? "m\(start - end) 0h\(column - start)" : "h\(column - start)")
                    end = column
                }
                column += 1
            }
        }
        try output.put("\"/></svg>")
    }
}
