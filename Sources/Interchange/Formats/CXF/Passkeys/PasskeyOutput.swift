import Encodings
import Platform
import Wire

extension TextOutput {
    /// Appends bytes as base64 of the alphabet for URLs, without padding (RFC 4648, section 5).
    func putBase64URL(_ bytes: Span<UInt8>) throws(ConversionError) {
        var bits = Regrouping(from: 8, to: 6)
        func put(_ value: UInt8) throws(ConversionError) {
            switch value {
            case 62: try self.put(UInt8(ascii: "-"))
            case 63: try self.put(UInt8(ascii: "_"))
            default: try self.put(BaseEncoding.base64.character(of: value))
            }
        }
        for index in bytes.indices {
            var value = bits.push(bytes[index])
            while let complete = value {
                try put(complete)
                value = bits.next()
            }
        }
        if let value = bits.last() { try put(value) }
    }
}

extension PasskeyItem {
    /// What of it a file of another program does not have.
    borrowing func losses(keepsExtensions: Bool) -> [String] {
        var losses: [String] = []
        if !keepsExtensions, seedWithVerification.count > 0 {
            losses.append("its secrets for encryption (hmac-secret)")
        }
        if !keepsExtensions, blob.count > 0 { losses.append("what its site keeps in it (credBlob)") }
        if largeBlobKey.count > 0 { losses.append("the key of its large blobs") }
        return losses
    }

    /// Its private key as PKCS #8, with the public key beside it where there is one.
    borrowing func privateKeyInfo() throws(ConversionError) -> LockedBuffer {
        var head: [UInt8] = []
        var tail: [UInt8] = []
        switch key.algorithm {
        case .es256:
            tail = key.publicKey.isEmpty ? [] : [0xA1, 0x44, 0x03, 0x42, 0x00, 0x04] + key.publicKey
            let fields = 37 + UInt8(tail.count)
            let inner: [UInt8] = [0x30, fields, 0x02, 0x01, 0x01, 0x04, 0x20]
            let algorithm: [UInt8] = [
                0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE,
                0x3D,
                0x03, 0x01, 0x07,
            ]
            let octets: [UInt8] = [0x04, fields + 2]
            let body: [UInt8] = [0x02, 0x01, 0x00] + algorithm + octets + inner
            let count = body.count + 32 + tail.count
            head = (count < 0x80 ? [0x30, UInt8(count)] : [0x30, 0x81, UInt8(count)]) + body
        case .edDSA:
            head = [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
        }
        var der = try ConversionError.buffer(head.count + 32 + tail.count)
        der.append(copying: head.span)
        der.append(copying: privateKey.bytes)
        der.append(copying: tail.span)
        return der
    }

    /// The passkey that came in a frame.
    init(_ frame: ConversionPasskey, _ body: Span<UInt8>) throws(ConversionError) {
        let privateKey = try ConversionError.copy(body.extracting(frame.secrets.privateKey))
        let with = try ConversionError.copy(body.extracting(frame.secrets.seedWithVerification))
        let without = try ConversionError.copy(body.extracting(frame.secrets.seedWithout))
        let kept = try ConversionError.copy(body.extracting(frame.secrets.blob))
        let blobKey = try ConversionError.copy(body.extracting(frame.secrets.largeBlobKey))
        try self.init(frame.key, privateKey: privateKey)
        seedWithVerification = with
        seedWithout = without
        blob = kept
        largeBlobKey = blobKey
    }
}
