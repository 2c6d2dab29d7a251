import OneTimePassword
import Platform

/// Keys as other authenticators write them.
enum KeyText {
    /// How the bytes of a key are written.
    enum Form: Sendable { case base32, base64, hexadecimal }

    /// The bytes of a key, at least one, read leniently: spaces, dashes and padding are skipped, in base32 and
    /// hexadecimal either case counts.
    static func decode(_ text: Span<UInt8>, _ form: Form = .base32) throws(ItemError) -> LockedBuffer {
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
                guard case .malformed = error else { throw .fatal(error) }
                throw .problem("the key is not base64")
            }
            guard key.count > 0 else { throw ItemError(.keyEmpty) }
            return key
        }
    }

    private static func decode(
        _ capacity: Int, _ body: (inout OutputSpan<UInt8>) throws(OneTimePasswordError) -> Void
    ) throws(ItemError) -> LockedBuffer {
        var key = try buffer(capacity)
        do throws(OneTimePasswordError) {
            try key.append(body)
        } catch {
            throw ItemError(error)
        }
        return key
    }

    /// An empty buffer for up to `capacity` bytes.
    static func buffer(_ capacity: Int) throws(ItemError) -> LockedBuffer {
        do throws(ConversionError) {
            return try ConversionError.buffer(capacity)
        } catch {
            throw .fatal(error)
        }
    }
}

extension Entry {
    /// An account with these parameters and a key that fits them: not empty, and of Yandex with the right check bits.
    init(
        issuer: String, name: String, _ parameters: Parameters, checked key: consuming LockedBuffer
    ) throws(ItemError) {
        do throws(OneTimePasswordError) {
            try parameters.check(key: key.bytes)
        } catch {
            throw ItemError(error)
        }
        do throws(ConversionError) {
            try self.init(issuer: issuer, name: name, parameters: parameters, key: key)
        } catch {
            throw .fatal(error)
        }
    }

    /// The account of one URI (otpauth, motp or steam), by the rules of `AccountURI`.
    static func uri(_ uri: Span<UInt8>) throws(ItemError) -> Entry {
        var key = try KeyText.buffer(min(uri.count, AccountURI.longest))
        var pin = try KeyText.buffer(min(uri.count, AccountURI.longest))
        let account: AccountURI
        do throws(OneTimePasswordError) {
            account = try key.append { (key: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
                try pin.append { (pin: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
                    try AccountURI.parse(uri, key: &key, pin: &pin)
                }
            }
        } catch {
            throw ItemError(error)
        }
        var entry = try Entry(
            issuer: account.issuer, name: account.name, account.parameters, checked: KeyText.copy(key.bytes))
        entry.pin = try KeyText.copy(pin.bytes)
        return entry
    }
}

extension KeyText {
    /// A buffer that is no longer than what it holds.
    static func copy(_ bytes: Span<UInt8>) throws(ItemError) -> LockedBuffer {
        var copy = try buffer(bytes.count)
        copy.append(copying: bytes)
        return copy
    }
}
