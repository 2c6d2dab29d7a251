import Platform

/// Texts that are not UTF-8: UTF-16, as Windows writes it, and Windows-1252, which begins with Latin-1. They become UTF-8 before anything else looks at them.
enum TextEncoding {
    /// What a file is written in; nil for UTF-8, and for what is no text at all.
    enum Foreign: Sendable { case utf16LittleEndian, utf16BigEndian, windows1252 }

    /// What these bytes are.
    static func foreign(_ bytes: Span<UInt8>) -> Foreign? {
        if bytes.count >= 2 {
            if bytes[0] == 0xFF, bytes[1] == 0xFE { return .utf16LittleEndian }
            if bytes[0] == 0xFE, bytes[1] == 0xFF { return .utf16BigEndian }
            // Without a mark: most of what all known files begin with is ASCII.
            let start = 0..<min(bytes.count, 256) / 2
            func count(_ low: Int) -> Int {
                start.count { bytes[2 * $0 + 1 - low] == 0 && isASCII(bytes[2 * $0 + low]) }
            }
            if start.count >= 8, 4 * count(0) >= 3 * start.count { return .utf16LittleEndian }
            if start.count >= 8, 4 * count(1) >= 3 * start.count { return .utf16BigEndian }
        }
        var high = 0
        for index in bytes.indices {
            switch bytes[index] {
            case 0x09, 0x0A, 0x0D, 0x20..<0x7F: break
            // These five mean nothing in Windows-1252.
            case 0x81, 0x8D, 0x8F, 0x90, 0x9D: return nil
            case 0x80...0xFF: high += 1
            default: return nil
            }
        }
        guard high > 0, high <= bytes.count / 4, (try? UTF8Span(validating: bytes)) == nil else { return nil }
        return .windows1252
    }

    private static func isASCII(_ byte: UInt8) -> Bool {
        [0x09, 0x0A, 0x0D].contains(byte) || (0x20..<0x7F).contains(byte)
    }

    /// The same text in UTF-8; nil when it is not what it begins like.
    static func decoded(_ bytes: Span<UInt8>, _ encoding: Foreign) throws(ConversionError) -> LockedText? {
        // Two bytes become three at most, one becomes three.
        var text = try ConversionError.buffer(3 * (encoding == .windows1252 ? bytes.count : bytes.count / 2))
        let isWhole = text.append { output in
            switch encoding {
            case .windows1252:
                for index in bytes.indices { put(windows1252(bytes[index]), &output) }
                return true
            case .utf16LittleEndian: return utf16(bytes, low: 0, &output)
            case .utf16BigEndian: return utf16(bytes, low: 1, &output)
            }
        }
        return isWhole ? LockedText(text) : nil
    }

    private static func utf16(_ bytes: Span<UInt8>, low: Int, _ output: inout OutputSpan<UInt8>) -> Bool {
        func unit(_ index: Int) -> UInt32 { UInt32(bytes[index + 1 - low]) << 8 | UInt32(bytes[index + low]) }
        // Behind the mark, if there is one.
        var index = bytes.count >= 2 && unit(0) == 0xFEFF ? 2 : 0
        while index + 1 < bytes.count {
            var value = unit(index)
            index += 2
            if (0xD800..<0xDC00).contains(value) {
                guard index + 1 < bytes.count, (0xDC00..<0xE000).contains(unit(index)) else { return false }
                value = 0x10000 + (value - 0xD800) << 10 + (unit(index) - 0xDC00)
                index += 2
            }
            guard let scalar = Unicode.Scalar(value) else { return false }
            put(scalar, &output)
        }
        return true
    }

    private static func put(_ scalar: Unicode.Scalar, _ output: inout OutputSpan<UInt8>) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output.append(byte) }
    }

    private static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
        guard (0x80..<0xA0).contains(byte) else { return Unicode.Scalar(byte) }
        let characters: [32 of UInt16] = [
            0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
            0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122,
            0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
        ]
        return Unicode.Scalar(characters[Int(byte) - 0x80]) ?? "\u{FFFD}"
    }
}

extension SourceFile {
    /// The file in UTF-8, and what is said when it was in something else.
    func inUTF8() throws(ConversionError) -> (file: SourceFile, notice: String?) {
        guard !isKey, let encoding = text.withBytes({ TextEncoding.foreign($0) }) else { return (self, nil) }
        let decoded = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            try TextEncoding.decoded(bytes, encoding)
        }
        guard let decoded else { return (self, nil) }
        let notice =
            encoding == .windows1252
            ? "the file is not UTF-8 and was read as Latin-1 (Windows-1252): compare its names" : nil
        return (SourceFile(name: name, text: decoded), notice)
    }
}
