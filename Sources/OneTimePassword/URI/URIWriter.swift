import Encodings

extension AccountURI {
    /// Appends the URI; the output has room for `writtenCount`. What is written reads back as the same account, as long
    /// as issuer and name are as `parse` leaves them: trimmed, without control characters.
    ///
    /// All parameters are written, those with their usual value as well: some programs assume other ones. PINs are
    /// written for the kinds that have one; base32 for Yandex, as Aegis does.
    package func write(key: Span<UInt8>, pin: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        let kind = parameters.kind
        if kind == .motp {
            Self.append("motp://", to: &output)
        } else {
            Self.append("otpauth://", to: &output)
            Self.append(kind.nameInURI, to: &output)
            Self.append("/", to: &output)
        }
        Self.appendEncoded(issuer, to: &output)
        // A colon in front of a name that holds one keeps it from being taken for an issuer.
        if !issuer.isEmpty || name.utf8.contains(UInt8(ascii: ":")) { Self.append(":", to: &output) }
        Self.appendEncoded(name, to: &output)
        Self.append("?secret=", to: &output)
        if kind == .motp {
            BaseEncoding.base16.encode(key, into: &output)
        } else {
            BaseEncoding.base32.encode(key, into: &output)
        }
        if !issuer.isEmpty {
            Self.append("&issuer=", to: &output)
            Self.appendEncoded(issuer, to: &output)
        }
        writeParameters(into: &output)
        guard kind.hasPIN && !pin.isEmpty else { return }
        Self.append("&pin=", to: &output)
        if kind == .yandex {
            BaseEncoding.base32.encode(pin, into: &output)
        } else {
            for index in pin.indices { Percent.append(pin[index], to: &output) }
        }
    }

    private func writeParameters(into output: inout OutputSpan<UInt8>) {
        switch parameters.kind {
        case .totp, .hotp, .steam:
            Self.append("&algorithm=\(parameters.algorithm.nameInURI)&digits=\(parameters.digits)", to: &output)
        case .motp, .yandex: return
        case .ocra:
            Self.append("&suite=", to: &output)
            Self.appendEncoded(parameters.suite, to: &output)
        }
        switch parameters.kind {
        case .totp where parameters.start != 0:
            Self.append("&period=\(parameters.period)&t0=\(parameters.start)", to: &output)
        case .totp: Self.append("&period=\(parameters.period)", to: &output)
        case .steam: Self.append("&period=30&encoder=steam", to: &output)
        default: Self.append("&counter=\(parameters.counter)", to: &output)
        }
    }

    /// Bytes that suffice for `write` with a key and a PIN of these lengths.
    package func writtenCount(key: Int, pin: Int) -> Int {
        // 160: the names of all parameters and the longest numbers.
        160 + 3 * (2 * issuer.utf8.count + name.utf8.count + parameters.suite.utf8.count + pin) + 2 * key
    }

    private static func append(_ text: String, to output: inout OutputSpan<UInt8>) {
        for byte in text.utf8 { output.append(byte) }
    }

    private static func appendEncoded(_ text: String, to output: inout OutputSpan<UInt8>) {
        for byte in text.utf8 { Percent.append(byte, to: &output) }
    }
}
