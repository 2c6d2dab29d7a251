import Encodings

/// Mobile-OTP (motp.sourceforge.net): MD5 over the step of ten seconds, the secret in hexadecimal and a PIN.
enum MOTP {
    /// The code of a step: the first six hexadecimal digits of the hash.
    static func code(key: Span<UInt8>, pin: Span<UInt8>, step: UInt64) throws(OneTimePasswordError) -> String {
        if pin.isEmpty { throw .pinMissing }
        var hash = MD5()
        for character in String(step).utf8 { hash.update(byte: character) }
        for index in key.indices {
            hash.update(byte: BaseEncoding.base16.character(of: key[index] >> 4))
            hash.update(byte: BaseEncoding.base16.character(of: key[index] & 15))
        }
        hash.update(pin)
        hash.finish()
        var rest = hash.digestWord(0) >> 8
        return HOTP.shortText(count: 6) {
            defer { rest >>= 4 }
            return BaseEncoding.base16.character(of: UInt8(rest & 15))
        }
    }
}
