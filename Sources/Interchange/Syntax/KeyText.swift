import OneTimePassword
import Platform

/// Keys as other authenticators write them.
enum KeyText {
    /// How the bytes of a key are written.
    enum Form: Sendable { case base32, base64, hexadecimal }

    /// The bytes of a key, at least one, read leniently: spaces, dashes and padding are skipped, in base32 and
    /// hexadecimal either case counts.
    static func decode(_ text: Span<UInt8>, _ form: Form = .base32) throws(ConversionError) -> LockedBuffer {
        switch form {
        case .base32:
            return try decode(text.count) { (output: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
                try Base32.decode(text, into: &output)
            }
        case .hexadecimal:
            return try decode(text.count) { (output: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
                try Hexadecimal.decode(text, into: &output)
                if output.isEmpty { throw .keyEmpty }
            }
        case .base64:
            let key: LockedBuffer
            do throws(ConversionError) {
                key = try Base64.decode(text)
            } catch {
                guard error.scope == .item else { throw error }
                throw .malformed("the key is not base64")
            }
            guard key.count > 0 else { throw ConversionError(.keyEmpty) }
            return key
        }
    }

    private static func decode(
        _ capacity: Int, _ body: (inout OutputSpan<UInt8>) throws(OneTimePasswordError) -> Void
    ) throws(ConversionError) -> LockedBuffer {
        var key = try ConversionError.buffer(capacity)
        do throws(OneTimePasswordError) { try key.append(body) } catch { throw ConversionError(error) }
        return key
    }
}

extension Entry {
    /// An account with these parameters and a key that fits them: not empty, and of Yandex with the right check bits.
    init(
        issuer: String, name: String, _ parameters: Parameters, checked key: consuming LockedBuffer
    ) throws(ConversionError) {
        do throws(OneTimePasswordError) { try parameters.check(key: key.bytes) } catch { throw ConversionError(error) }
        try self.init(issuer: issuer, name: name, parameters: parameters, key: key)
    }

    /// The account of one URI (otpauth, motp or steam), by the rules of `AccountURI`.
    static func uri(_ uri: Span<UInt8>) throws(ConversionError) -> Entry {
        var key = try ConversionError.buffer(min(uri.count, AccountURI.longest))
        var pin = try ConversionError.buffer(min(uri.count, AccountURI.longest))
        let account: AccountURI
        do throws(OneTimePasswordError) {
            account = try key.append { (key: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
                try pin.append { (pin: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
                    try AccountURI.parse(uri, key: &key, pin: &pin)
                }
            }
        } catch {
            throw ConversionError(error)
        }
        var entry = try Entry(
            issuer: account.issuer, name: account.name, account.parameters, checked: ConversionError.copy(key.bytes))
        entry.pin = try ConversionError.copy(pin.bytes)
        return entry
    }
}
