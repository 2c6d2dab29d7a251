import Encodings

/// The ASCII armor of age: strict PEM (RFC 7468 §3, C2SP age "ASCII armor") around a whole file.
package enum Armor {
    private static let first = Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)
    private static let last = Array("-----END AGE ENCRYPTED FILE-----".utf8)
    private static let columns = 64

    /// Whether `text` starts as an armored file does, behind white space.
    package static func isArmored(_ text: Span<UInt8>) -> Bool {
        var start = 0
        while start < text.count, start < AgeLimits.armorWhitespaceBytes, isWhitespace(text[start]) { start += 1 }
        return text.extracting(start..<text.count).starts(with: first)
    }

    /// `file` in armor, lines ending in LF.
    package static func encode(_ file: Span<UInt8>) -> [UInt8] {
        var text = first
        text.reserveCapacity(file.count / 48 * 65 + 160)
        text.append(UInt8(ascii: "\n"))
        var start = 0
        while start < file.count {
            let end = min(start + columns / 4 * 3, file.count)
            BaseEncoding.base64.append(file.extracting(start..<end), isPadded: true, to: &text)
            text.append(UInt8(ascii: "\n"))
            start = end
        }
        text += last
        text.append(UInt8(ascii: "\n"))
        return text
    }

    /// The file in armored `text`: lines of exactly 64 digits but the last, LF or CRLF, canonical and padded, with
    /// nothing but white space around.
    ///
    /// - Throws: `AgeError.malformedArmor`.
    package static func decode(_ text: Span<UInt8>) throws(AgeError) -> [UInt8] {
        var lines = Lines()
        var skipped = 0
        var line = try nextLine(&lines, text)
        while isBlank(text.extracting(line)) {
            skipped = lines.position
            guard skipped <= AgeLimits.armorWhitespaceBytes else { throw .malformedArmor }
            line = try nextLine(&lines, text)
        }
        guard text.extracting(line).isEqual(to: first) else { throw .malformedArmor }
        var file: [UInt8] = []
        file.reserveCapacity((text.count - lines.position) / 65 * 48)
        var mayFollow = true
        while true {
            let line = text.extracting(try nextLine(&lines, text))
            if line.isEqual(to: last) { break }
            guard mayFollow, line.count > 0, line.count <= columns else { throw .malformedArmor }
            let before = file.count
            guard BaseEncoding.base64.append(decoding: line, isPadded: true, to: &file) else { throw .malformedArmor }
            mayFollow = file.count - before == columns / 4 * 3
        }
        let rest = text.extracting(lines.position..<text.count)
        guard rest.count <= AgeLimits.armorWhitespaceBytes, isBlank(rest) else { throw .malformedArmor }
        return file
    }

    private static func nextLine(_ lines: inout Lines, _ text: Span<UInt8>) throws(AgeError) -> Range<Int> {
        guard lines.position < text.count else { throw .malformedArmor }
        let line = lines.next(in: text) ?? lines.rest(of: text)
        let endsInCR = !line.isEmpty && text[line.upperBound - 1] == UInt8(ascii: "\r")
        return line.lowerBound..<(endsInCR ? line.upperBound - 1 : line.upperBound)
    }

    private static func isBlank(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where !isWhitespace(text[index]) { return false }
        return true
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
