import Encodings

extension Parameters {
    /// The answer to a question (RFC 6287). `counter` stays as it is.
    ///
    /// - Parameters:
    ///   - key: the shared secret.
    ///   - pin: read by suites with `P`.
    ///   - question: as the suite writes it; for mutual and signature modes both parts, one after the other.
    ///   - session: read by suites with `S`.
    ///   - seconds: UTC, read by suites with `T`.
    package func response(
        key: Span<UInt8>, pin: Span<UInt8>, question: String, session: Span<UInt8>, at seconds: UInt64
    ) throws(OneTimePasswordError) -> Code {
        guard kind == .ocra else { throw .notChallengeResponse }
        if key.isEmpty { throw .keyEmpty }
        let suite = try Suite(suite)
        let step: TimeStep? =
            if let period = suite.step { try TimeStep(at: seconds, start: 0, period: period) } else { nil }
        let input = OCRA.Input(text: self.suite, suite: suite, counter: counter, step: step?.number)
        let words = try OCRA.Question(question, suite: suite)
        let value = try withBurnedStack { () throws(OneTimePasswordError) in
            switch suite.algorithm {
            case .sha256:
                try OCRA.value(SHA256.self, key: key, pin: pin, question: words, session: session, input: input)
            case .sha512:
                try OCRA.value(SHA512.self, key: key, pin: pin, question: words, session: session, input: input)
            default:
                try OCRA.value(SHA1.self, key: key, pin: pin, question: words, session: session, input: input)
            }
        }
        return Code(
            text: HOTP.decimal(value, digits: suite.digits), validFrom: step?.from ?? 0, validUntil: step?.until ?? 0,
            counter: suite.hasCounter ? counter : step?.number ?? 0)
    }
}

/// OCRA (RFC 6287): the input of the MAC.
enum OCRA {
    /// What is no secret of the input.
    struct Input {
        let text: String
        let suite: Suite
        let counter: UInt64
        let step: UInt64?
    }

    /// The truncated MAC of the input of section 5.1: suite, a zero byte, then C, Q, P, S and T as the suite has them.
    static func value<Hash: BlockHash & ~Copyable>(
        _: Hash.Type, key: Span<UInt8>, pin: Span<UInt8>, question: borrowing Question, session: Span<UInt8>,
        input: Input
    ) throws(OneTimePasswordError) -> UInt32 {
        if input.suite.pinHash != nil && pin.isEmpty { throw .pinMissing }
        if let count = input.suite.sessionCount {
            if session.isEmpty { throw .sessionMissing }
            if session.count > count { throw .sessionTooLong }
        } else if !session.isEmpty {
            throw .sessionNotTaken
        }
        var digest = Digest()
        var mac = HMAC<Hash>(key: key)
        for byte in input.text.utf8 { mac.update(byte: byte) }
        mac.update(byte: 0)
        if input.suite.hasCounter { mac.update(number: input.counter) }
        mac.update(question.bytes.span)
        if let hash = input.suite.pinHash {
            hashed(pin, hash, into: &digest)
            mac.update(digest.span)
        }
        if let count = input.suite.sessionCount {
            for _ in session.count..<count { mac.update(byte: 0) }
            mac.update(session)
        }
        if let step = input.step { mac.update(number: step) }
        mac.finish(into: &digest)
        return HOTP.truncated(digest.span)
    }

    private static func hashed(_ pin: Span<UInt8>, _ algorithm: HashAlgorithm, into digest: inout Digest) {
        switch algorithm {
        case .sha256: hashed(SHA256(), pin, into: &digest)
        case .sha512: hashed(SHA512(), pin, into: &digest)
        default: hashed(SHA1(), pin, into: &digest)
        }
    }

    private static func hashed<Hash: BlockHash & ~Copyable>(
        _ empty: consuming Hash, _ pin: Span<UInt8>, into digest: inout Digest
    ) {
        var hash = empty
        hash.update(pin)
        hash.finish()
        hash.write(into: &digest)
    }

    /// A question as 128 bytes, padded with zeros on the right.
    struct Question {
        private(set) var bytes: [128 of UInt8] = .init(repeating: 0)

        /// Reads a question in the format of its suite. Two questions may be joined (sections 7.2 and 7.3), so it may
        /// have up to twice the characters that the suite names, which 128 bytes always hold.
        init(_ text: String, suite: Suite) throws(OneTimePasswordError) {
            if text.isEmpty { throw .questionMissing }
            guard text.utf8.count <= 2 * suite.questionCount else { throw .questionTooLong }
            switch suite.format {
            case .alphanumeric: try readLetters(text)
            case .numeric: try readDecimal(text)
            case .hexadecimal:
                var count = 0
                for character in text.utf8 {
                    guard let value = BaseEncoding.base16AnyCase.value(of: character) else {
                        throw .questionMalformed
                    }
                    setNibble(count, value)
                    count += 1
                }
            }
        }

        private mutating func setNibble(_ index: Int, _ value: UInt8) {
            bytes[index / 2] |= index % 2 == 0 ? value << 4 : value
        }

        private mutating func readLetters(_ text: String) throws(OneTimePasswordError) {
            var count = 0
            for character in text.utf8 {
                switch character {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: bytes[count] = character
                default: throw .questionMalformed
                }
                count += 1
            }
        }

        /// A decimal number is written in hexadecimal, without leading zeros and from the left: an odd number of digits
        /// leaves half a byte of padding.
        private mutating func readDecimal(_ text: String) throws(OneTimePasswordError) {
            // 128 decimal digits are under 107 hexadecimal ones; least significant first.
            var digits: [112 of UInt8] = .init(repeating: 0)
            for character in text.utf8 {
                guard (0x30...0x39).contains(character) else { throw .questionMalformed }
                var carry = UInt16(character - 0x30)
                for index in digits.indices {
                    let sum = UInt16(digits[index]) * 10 + carry
                    digits[index] = UInt8(sum & 15)
                    carry = sum >> 4
                }
            }
            var top = digits.count - 1
            while top > 0 && digits[top] == 0 { top -= 1 }
            for index in 0...top { setNibble(index, digits[top - index]) }
        }
    }
}
