import ForeignLibraries
import Platform

/// Text that is sealed with AES-256-GCM on its way into another output, there as base64; the tag comes at the end.
final class GCMOutput {
    /// What is put here is sealed.
    let text: TextOutput
    private let sealer: GCMSealer
    private let target: TextOutput
    private let encoder = Box(Base64Encoder())

    init(key: Span<UInt8>, nonce: Span<UInt8>, to target: TextOutput) throws(ConversionError) {
        let sealer = try ConversionError.foreign { () throws(ForeignError) in try GCMSealer(key: key, nonce: nonce) }
        let encoder = encoder
        self.sealer = sealer
        self.target = target
        text = try TextOutput { (block: Span<UInt8>) throws(ConversionError) in
            var sealed = try ConversionError.buffer(block.count)
            try sealed.appendForeign { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                try sealer.append(block, into: &output)
            }
            try encoder.value.put(sealed.bytes, to: target)
        }
    }

    /// Ends the ciphertext and gives the tag; `withTag` appends it to the base64 as well.
    func finish(withTag: Bool) throws(ConversionError) -> LockedBuffer {
        try text.finish()
        var tag = try ConversionError.buffer(16)
        try tag.appendForeign { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try sealer.finish(into: &output)
        }
        if withTag { try encoder.value.put(tag.bytes, to: target) }
        try encoder.value.finish(to: target)
        return tag
    }
}

/// Text that becomes an encrypted string of Bitwarden in another output: `2.IV|CIPHERTEXT|MAC`, each in base64;
/// AES-256-CBC, and HMAC-SHA-256 over IV and ciphertext.
final class BitwardenOutput {
    /// What is put here is encrypted.
    let text: TextOutput
    private let encryptor: CBCEncryptor
    private let hash: HMACSHA256
    private let target: TextOutput
    private let encoder = Box(Base64Encoder())
    private let rest: Box<LockedText>

    init(key: Span<UInt8>, hashKey: Span<UInt8>, to target: TextOutput) throws(ConversionError) {
        let iv = try LockedBuffer.random(16)
        let encryptor = try ConversionError.foreign { () throws(ForeignError) in
            try CBCEncryptor(key: key, iv: iv.bytes)
        }
        let hash = try ConversionError.foreign { () throws(ForeignError) in
            let hash = try HMACSHA256(key: hashKey)
            try hash.update(iv.bytes)
            return hash
        }
        let rest = Box(LockedText(try ConversionError.buffer(0)))
        let encoder = encoder
        (self.encryptor, self.hash, self.target, self.rest) = (encryptor, hash, target, rest)
        try target.put("2.")
        try Base64Encoder.put(iv.bytes, to: target)
        try target.put("|")
        text = try TextOutput { (block: Span<UInt8>) throws(ConversionError) in
            // Only the last block of all is not a whole one.
            let whole = block.count / 16 * 16
            var sealed = try ConversionError.buffer(whole)
            try sealed.appendForeign { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                try encryptor.append(block.extracting(0..<whole), into: &output)
                try hash.update(output.span)
            }
            try encoder.value.put(sealed.bytes, to: target)
            if whole < block.count {
                rest.value = LockedText(try ConversionError.copy(block.extracting(whole...)))
            }
        }
    }

    /// Ends the string.
    func finish() throws(ConversionError) {
        try text.finish()
        var last = try ConversionError.buffer(16)
        var tag = try ConversionError.buffer(32)
        try rest.value.withBytes { (rest: Span<UInt8>) throws(ConversionError) in
            try last.appendForeign { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                try encryptor.finish(rest, into: &output)
            }
        }
        try tag.appendForeign { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try hash.update(last.bytes)
            try hash.finish(into: &output)
        }
        try encoder.value.put(last.bytes, to: target)
        try encoder.value.finish(to: target)
        try target.put("|")
        try Base64Encoder.put(tag.bytes, to: target)
    }
}

/// A value that a closure and its maker share.
final class Box<Value> {
    var value: Value

    init(_ value: Value) { self.value = value }
}

extension LockedBuffer {
    /// Lets a library below append.
    mutating func appendForeign(
        _ body: (inout OutputSpan<UInt8>) throws(ForeignError) -> Void
    ) throws(ConversionError) {
        do throws(ForeignError) { try append(body) } catch { throw ConversionError(error) }
    }
}
