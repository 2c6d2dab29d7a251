import ForeignLibraries
import Platform

/// What is in a KeePass database: its XML, and the stream cipher over the values that are protected in it.
struct KDBXContents {
    /// The XML.
    let xml: LockedText
    /// The cipher of protected values, 2 for Salsa20 and 3 for ChaCha20, and its key.
    let stream: Int
    let streamKey: LockedText

    private static let damaged = ConversionError.malformed("it is cut off or damaged")

    /// Throws when the header was changed or is cut off, so that nobody is asked for a password in vain. Version 3.1
    /// tells only afterwards.
    static func check(_ bytes: Span<UInt8>, _ header: KDBXHeader) throws(ConversionError) {
        guard header.isVersion4 else { return }
        var reader = LittleEndian(header.end)
        let checksum = try reader.take(32, bytes)
        guard try isHash(bytes.extracting(checksum), of: bytes.extracting(0..<header.end)) else { throw damaged }
    }

    /// Throws when the header of version 3.1 is not the one whose hash is in the XML.
    static func check(_ bytes: Span<UInt8>, _ header: KDBXHeader, hash: XMLElement?) throws(ConversionError) {
        guard !header.isVersion4, let text = try hash?.secret() else { return }
        let expected = try Base64.decode(text.bytes)
        if expected.count == 0 { return }
        guard try isHash(expected.bytes, of: bytes.extracting(0..<header.end)) else { throw damaged }
    }

    /// Opens a database.
    static func open(
        _ bytes: Span<UInt8>, _ header: KDBXHeader, _ secrets: Span<UInt8>
    ) throws(ConversionError) -> KDBXContents {
        let keys = try KDBXKeys(header, secrets)
        return try header.isVersion4 ? version4(bytes, header, keys) : version3(bytes, header, keys)
    }

    private static func version4(
        _ bytes: Span<UInt8>, _ header: KDBXHeader, _ keys: borrowing KDBXKeys
    ) throws(ConversionError) -> KDBXContents {
        let blocks = try authenticBlocks(bytes, header, keys)
        let plain = try decrypt(blocks.bytes, header, keys)
        let inner = try unfold(plain, header)
        return try fields(inner.bytes)
    }

    /// In front of the XML of version 4 stand fields: the stream's cipher, its key, attached files.
    private static func fields(_ inner: Span<UInt8>) throws(ConversionError) -> KDBXContents {
        var reader = LittleEndian()
        var stream = 0
        var key = 0..<0
        while true {
            let kind = try reader.number(1, inner)
            let range = try reader.take(reader.number(4, inner), inner)
            if kind == 0 { break }
            if kind == 1, range.count == 4 { stream = Int(inner[range.lowerBound]) }
            if kind == 2 { key = range }
        }
        let xml = try ConversionError.copy(inner.extracting(reader.position..<inner.count))
        let streamKey = try ConversionError.copy(inner.extracting(key))
        return KDBXContents(xml: LockedText(xml), stream: stream, streamKey: LockedText(streamKey))
    }

    private static func version3(
        _ bytes: Span<UInt8>, _ header: KDBXHeader, _ keys: borrowing KDBXKeys
    ) throws(ConversionError) -> KDBXContents {
        let ciphertext = bytes.extracting(header.end..<bytes.count)
        guard ciphertext.count >= 48, ciphertext.count % 16 == 0 || header.outer == .chaCha20 else { throw damaged }
        let plain = try decrypt(ciphertext, header, keys)
        guard plain.count >= 32 else { throw .wrongPassword }
        guard plain.bytes.extracting(0..<32).isSame(header.startOctets.span) else { throw .wrongPassword }
        let blocks = try hashedBlocks(plain.bytes)
        let xml = try unfold(blocks, header)
        let streamKey = try ConversionError.copy(header.streamKey.span)
        return KDBXContents(xml: LockedText(xml), stream: header.stream, streamKey: LockedText(streamKey))
    }

    private static func isHash(_ expected: Span<UInt8>, of message: Span<UInt8>) throws(ConversionError) -> Bool {
        let hash = try Decryption.hash(.sha256, message)
        return hash.bytes.isSame(expected)
    }

    /// The contents of version 4 in one piece: each block has a tag under a key of its own, an empty one is the last.
    private static func authenticBlocks(
        _ bytes: Span<UInt8>, _ header: KDBXHeader, _ keys: borrowing KDBXKeys
    ) throws(ConversionError) -> LockedBuffer {
        // Behind the header stands its checksum.
        var reader = LittleEndian(header.end + 32)
        let head = bytes.extracting(0..<header.end)
        let headTag = try reader.take(32, bytes)
        guard try keys.isTag(bytes.extracting(headTag), block: .max, head, Span()) else { throw .wrongPassword }
        var result = try ConversionError.buffer(bytes.count - reader.position)
        var number: UInt64 = 0
        while true {
            let tag = try reader.take(32, bytes)
            let size = try reader.take(4, bytes)
            let data = try reader.take(Self.number(bytes, size), bytes)
            var place: [12 of UInt8] = .init(repeating: 0)
            for index in 0..<8 { place[index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) }
            for index in 0..<4 { place[8 + index] = bytes[size.lowerBound + index] }
            guard
                try keys.isTag(bytes.extracting(tag), block: number, place.span, bytes.extracting(data))
            else { throw damaged }
            if data.isEmpty { return result }
            result.append(copying: bytes.extracting(data))
            number += 1
        }
    }

    /// The contents of version 3.1 in one piece: each block has its number and its hash, an empty one is the last.
    private static func hashedBlocks(_ plain: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        var reader = LittleEndian(32)
        var result = try ConversionError.buffer(plain.count)
        var number: UInt64 = 0
        while true {
            guard try reader.number(4, plain) == number else { throw damaged }
            let hash = try reader.take(32, plain)
            let data = try reader.take(reader.number(4, plain), plain)
            if data.isEmpty { return result }
            guard try isHash(plain.extracting(hash), of: plain.extracting(data)) else { throw damaged }
            result.append(copying: plain.extracting(data))
            number += 1
        }
    }

    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(ConversionError) -> UInt64 {
        var reader = LittleEndian(range.lowerBound)
        return try reader.number(range.count, bytes)
    }

    private static func decrypt(
        _ ciphertext: Span<UInt8>, _ header: KDBXHeader, _ keys: borrowing KDBXKeys
    ) throws(ConversionError) -> LockedBuffer {
        let key = keys.cipher.bytes
        do throws(ConversionError) {
            return try Decryption.key(ciphertext.count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                switch header.outer {
                case .aes: try Cipher.decryptCBC(ciphertext, with: .aes256, key: key, iv: header.iv.span, into: &output)
                case .twofish:
                    try Cipher.decryptCBC(ciphertext, with: .twofish256, key: key, iv: header.iv.span, into: &output)
                case .chaCha20:
                    try Cipher.apply(.chaCha20, key: key, nonce: header.iv.span, to: ciphertext, into: &output)
                }
            }
        } catch {
            // In version 4 the tag has shown that the password is right.
            throw header.isVersion4 && error == .wrongPassword ? damaged : error
        }
    }

    private static func unfold(
        _ contents: consuming LockedBuffer, _ header: KDBXHeader
    ) throws(ConversionError) -> LockedBuffer {
        guard header.isCompressed else { return contents }
        // The last four bytes of gzip are the size of what it unfolds to.
        guard contents.count >= 18 else { throw damaged }
        let size = try number(contents.bytes, contents.count - 4..<contents.count)
        guard size <= UInt64(InterchangeLimits.unfolded) else {
            throw .tooLarge("the database unfolds to more than 64 MiB")
        }
        var isWhole = false
        let plain = try Decryption.key(Int(size)) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            isWhole = try Deflate.unfold(contents.bytes, .gzip, into: &output)
        }
        guard isWhole, plain.count == Int(size) else { throw damaged }
        return plain
    }
}
