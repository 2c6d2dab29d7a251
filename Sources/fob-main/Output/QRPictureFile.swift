import Client
import Platform
import Wire

/// A QR code as a picture in a file, made of the characters that fob-convert draws it with. All of it is in locked memory.
enum QRPictureFile: String {
    /// Portable Network Graphics, black and white (PNG 3).
    case png
    /// Scalable Vector Graphics: a rectangle for each run of dark squares.
    case svg

    /// What a file's name asks for by its end; nil is characters.
    init?(path: String) {
        let name = path.lowercased()
        if name.hasSuffix(".png") { self = .png } else if name.hasSuffix(".svg") { self = .svg } else { return nil }
    }

    /// The picture of a code.
    func picture(of characters: Span<UInt8>) throws(ClientError) -> LockedBuffer {
        let squares = try QRSquares(characters)
        return switch self {
        case .png: try Self.png(squares)
        case .svg: try Self.svg(squares)
        }
    }

    // MARK: - SVG

    private static func svg(_ squares: borrowing QRSquares) throws(ClientError) -> LockedBuffer {
        let side = squares.side
        // A run is at most 24 characters, and there are at most half as many as squares.
        var text = try ClientError.locked(256 + 12 * side * side)
        text.append(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(side)v\(side)H0z"/><path d="
            """)
        for row in 0..<side {
            var column = 0
            while column < side {
                let start = column
                while column < side, squares.isDark(column, row) { column += 1 }
                // No text of a code is made outside of locked memory.
                if column > start {
                    for (word, value) in [("M", start), (" ", row), ("h", column - start), ("v1h-", column - start)] {
                        text.append(word)
                        text.append(decimal: value)
                    }
                    text.append("z")
                }
                column += 1
            }
        }
        text.append("\"/></svg>\n")
        return text
    }

    // MARK: - PNG

    /// Points on a side of a square: a screen shows the code large enough for a telephone.
    private static let scale = 8

    private static func png(_ squares: borrowing QRSquares) throws(ClientError) -> LockedBuffer {
        let points = squares.side * scale
        let row = (points + 7) / 8 + 1
        // The rows as they are (RFC 1951, 3.2.4): the picture is for one look, and small.
        let blocks = (row * points + mostStored - 1) / mostStored
        var rows = try ClientError.locked(row * points)
        for y in 0..<points {
            rows.append { output in
                output.append(0)
                for byte in 0..<row - 1 { output.append(squares.light(byte, y / scale)) }
            }
        }
        var data = try ClientError.locked(6 + 5 * blocks + rows.count)
        data.append { output in
            output.append(0x78)
            output.append(0x01)
        }
        var start = 0
        while start < rows.count {
            let end = min(rows.count, start + mostStored)
            let count = UInt16(end - start)
            data.append { output in
                output.append(end == rows.count ? 1 : 0)
                for part in [count, ~count] {
                    output.append(UInt8(truncatingIfNeeded: part))
                    output.append(UInt8(part >> 8))
                }
            }
            data.append(copying: rows.bytes.extracting(start..<end))
            start = end
        }
        data.appendBigEndian(Checksums.adler32(rows.bytes))

        var file = try ClientError.locked(64 + data.count + 12)
        file.append { output in
            for byte: UInt8 in [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] { output.append(byte) }
        }
        var header = try ClientError.locked(13)
        header.appendBigEndian(UInt32(points))
        header.appendBigEndian(UInt32(points))
        // One bit of grey to a point, and the one way each to compress, to filter and to lay out.
        header.append { output in for byte: UInt8 in [1, 0, 0, 0, 0] { output.append(byte) } }
        try file.appendChunk("IHDR", header.bytes)
        try file.appendChunk("IDAT", data.bytes)
        let nothing = try ClientError.locked(0)
        try file.appendChunk("IEND", nothing.bytes)
        return file
    }

    /// Bytes of a block that is not compressed.
    private static let mostStored = 65_535
}

/// The squares of a code, one byte each, with its quiet zone.
private struct QRSquares: ~Copyable {
    let side: Int
    private var dark: LockedBuffer

    /// Reads half blocks: U+2588 is two light squares, U+2584 a light one below, U+2580 a light one above, and a space
    /// none.
    init(_ characters: Span<UInt8>) throws(ClientError) {
        var columns = 0
        var lines = 0
        for index in characters.indices {
            if characters[index] == UInt8(ascii: "\n") { lines += 1 }
            // The first byte of a character (RFC 3629).
            if lines == 0, characters[index] & 0xC0 != 0x80 { columns += 1 }
        }
        guard columns > 0, lines == (columns + 1) / 2 else { throw Self.unexpected }
        var dark = try ClientError.locked(2 * lines * columns)
        dark.append { output in for _ in 0..<2 * lines * columns { output.append(0) } }
        var (line, column) = (0, 0)
        var index = 0
        while index < characters.count {
            let byte = characters[index]
            index += 1
            if byte == UInt8(ascii: "\n") {
                guard column == columns else { throw Self.unexpected }
                (line, column) = (line + 1, 0)
                continue
            }
            guard column < columns else { throw Self.unexpected }
            var light = (upper: false, lower: false)
            if byte == 0xE2, index + 1 < characters.count, characters[index] == 0x96 {
                switch characters[index + 1] {
                case 0x88: light = (true, true)
                case 0x84: light.lower = true
                case 0x80: light.upper = true
                default: throw Self.unexpected
                }
                index += 2
            } else if byte != UInt8(ascii: " ") {
                throw Self.unexpected
            }
            dark.withMutableBytes { bytes in
                bytes[2 * line * columns + column] = light.upper ? 0 : 1
                bytes[(2 * line + 1) * columns + column] = light.lower ? 0 : 1
            }
            column += 1
        }
        side = columns
        self.dark = dark
    }

    private static var unexpected: ClientError { ClientError(.companionFailed, Sentences.qrUnexpected) }

    func isDark(_ column: Int, _ row: Int) -> Bool { dark.bytes[row * side + column] == 1 }

    /// Eight points of a row of squares, of which each is as many wide: all bits are light, or none.
    func light(_ column: Int, _ row: Int) -> UInt8 { isDark(column, row) ? 0 : 0xFF }
}

/// Sums of PNG's files.
private enum Checksums {
    /// RFC 1950, 8.
    static func adler32(_ bytes: Span<UInt8>) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for index in bytes.indices {
            low = (low + UInt32(bytes[index])) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    /// PNG 3, annex D.
    static func crc32(_ bytes: Span<UInt8>) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for index in bytes.indices {
            sum ^= UInt32(bytes[index])
            for _ in 0..<8 { sum = sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
        }
        return ~sum
    }
}

extension LockedBuffer {
    fileprivate mutating func append(_ text: String) { append(copying: text.utf8.span) }

    fileprivate mutating func append(decimal value: Int) {
        append { output in
            var unit = 1
            while value / unit >= 10 { unit *= 10 }
            while unit > 0 {
                output.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
                unit /= 10
            }
        }
    }

    fileprivate mutating func appendBigEndian(_ value: UInt32) {
        append { output in
            for shift in stride(from: 24, through: 0, by: -8) {
                output.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
    }

    /// PNG 3, 5.3: length, type, data, and a sum over type and data.
    fileprivate mutating func appendChunk(_ type: String, _ data: Span<UInt8>) throws(ClientError) {
        var summed = try ClientError.locked(4 + data.count)
        summed.append(type)
        summed.append(copying: data)
        appendBigEndian(UInt32(data.count))
        append(copying: summed.bytes)
        appendBigEndian(Checksums.crc32(summed.bytes))
    }
}
