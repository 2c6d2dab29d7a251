/// Words of a shell's command line.
package enum Shell {
    /// A text as one word that sh(1) takes literally, whatever is in it: as it is where that is safe, else in single
    /// quotes.
    package static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || "/._-:@%+,".utf8.contains(byte)
        }
        guard !isPlain || text.isEmpty else { return text }
        // Byte by byte: a mark that is drawn over a quote is one character with it.
        var quoted = [UInt8(ascii: "'")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "'") { quoted.append(contentsOf: "'\\''".utf8) } else { quoted.append(byte) }
        }
        quoted.append(UInt8(ascii: "'"))
        return String(decoding: quoted, as: UTF8.self)
    }
}
