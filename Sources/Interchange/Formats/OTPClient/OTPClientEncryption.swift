import ForeignLibraries
import Platform

/// OTPClient: its own database, versions 1 to 3. The first has no mark and must be named.
enum OTPClientContainerReader: FormatReader {
    static let name = "otpclient"

    static func recognizes(_ source: Source) -> Bool { source.text.withBytes { $0.hasPrefix("OTPClient") } }

    /// Where the parts of a database lie; everything before the ciphertext is authenticated with it.
    private struct Layout {
        var iv = 0
        var ciphertext = 48
        /// Passes, memory in KiB and lanes of Argon2id; nil for PBKDF2.
        var costs: [UInt64]?

        var salt: Range<Int> { iv + 16..<iv + 48 }

        init(of bytes: Span<UInt8>) throws(ConversionError) {
            guard bytes.hasPrefix("OTPClient") else { return }
            guard bytes.count >= 76 else { throw .malformed("it is cut off") }
            func number(_ start: Int) -> UInt32 { (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[start + $1]) } }
            // Version 3 has its numbers big-endian and packed; version 2 is a C structure of the machine: little-endian.
            switch (number(9), number(12).byteSwapped) {
            case (3, _): (iv, ciphertext, costs) = (13, 73, [61, 65, 69].map { UInt64(number($0)) })
            case (_, 2): (iv, ciphertext, costs) = (16, 76, [64, 68, 72].map { UInt64(number($0).byteSwapped) })
            default: throw .version("\(number(9))")
            }
        }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let text = source.text
        let layout = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in try Layout(of: bytes) }
        guard text.count >= layout.ciphertext + 16 else { throw .malformed("it is cut off") }
        if let costs = layout.costs {
            try ConversionError.foreign { () throws(ForeignError) in
                try KeyDerivation.checkArgon2(passes: costs[0], memory: costs[1], lanes: costs[2])
            }
        }
        let json = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in try open(bytes, layout, password) }
        }
        try OTPClientReader.read(json, to: sink)
    }

    private static func open(
        _ bytes: Span<UInt8>, _ layout: Layout, _ password: Span<UInt8>
    ) throws(ConversionError) -> JSONValue {
        let salt = bytes.extracting(layout.salt)
        let key = try Decryption.key { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            if let costs = layout.costs {
                try KeyDerivation.argon2(
                    .id, password: password, salt: salt, passes: costs[0], memory: costs[1], lanes: costs[2], count: 32,
                    into: &output)
            } else {
                try KeyDerivation.pbkdf2(
                    .sha512, password: password, salt: salt, rounds: 100_000, count: 32, into: &output)
            }
        }
        let plain = try Decryption.gcm(
            bytes.extracting(layout.ciphertext..<bytes.count), key: key.bytes,
            nonce: bytes.extracting(layout.iv..<layout.iv + 16), additional: bytes.extracting(0..<layout.ciphertext))
        return try JSONText.parse(LockedText(plain))
    }
}
