/// Everything but key and PIN that decides about an account's codes. Values are within their bounds, always.
package struct Parameters: Equatable, Sendable {
    /// How codes are computed.
    package private(set) var kind: CredentialKind
    /// The hash; fixed for all kinds but TOTP and HOTP.
    package private(set) var algorithm: HashAlgorithm
    /// Characters of a code, 1 to 10; fixed for all kinds but TOTP and HOTP.
    package private(set) var digits: UInt8
    /// Seconds of a time step, 1 to 86400; 30 where no time is used.
    package private(set) var period: UInt32
    /// T0 of RFC 6238: seconds of UTC at which step 0 begins. Only TOTP has it.
    package private(set) var start: UInt64
    /// The counter of the next code: HOTP, and OCRA suites with `C`.
    package var counter: UInt64
    /// The OCRA suite (RFC 6287, section 6), empty for the other kinds.
    package private(set) var suite: String

    /// Parameters of an account. What the kind fixes is set to its value whatever was given, because several programs
    /// export nonsense there; what the kind does not use is set to its default.
    package init(
        kind: CredentialKind, algorithm: HashAlgorithm = .sha1, digits: UInt8 = 6, period: UInt32 = 30,
        start: UInt64 = 0,
        counter: UInt64 = 0, suite: String = ""
    ) throws(OneTimePasswordError) {
        self.kind = kind
        self.algorithm = algorithm
        self.digits = digits
        self.period = 30
        self.start = 0
        self.counter = 0
        self.suite = ""
        switch kind {
        case .totp:
            self.period = period
            self.start = start
        case .hotp: self.counter = counter
        case .steam: (self.algorithm, self.digits) = (.sha1, 5)
        case .motp: (self.algorithm, self.digits, self.period) = (.md5, 6, 10)
        case .yandex: (self.algorithm, self.digits) = (.sha256, 8)
        case .ocra:
            let parsed = try Suite(suite)
            self.suite = suite
            self.algorithm = parsed.algorithm
            self.digits = parsed.digits
            self.period = parsed.step ?? 30
            self.counter = parsed.hasCounter ? counter : 0
        }
        guard Limits.digits.contains(self.digits) else { throw .digitsOutOfRange }
        guard Limits.period.contains(self.period) else { throw .periodOutOfRange }
        // RFC 4226 truncates at an offset of up to 15, four bytes on: past the end of a digest of 16 bytes.
        guard self.algorithm != .md5 || kind == .motp else { throw .algorithmUnsupported }
    }

    /// The parameters that a message or another program tells; nil for an account without a one-time password. Nothing
    /// stands in for what is left out and is not fixed by the kind.
    package init?(_ credential: Credential) throws(OneTimePasswordError) {
        guard let kind = credential.kind else { return nil }
        switch kind {
        case .totp, .hotp:
            guard let algorithm = credential.algorithm else { throw .fieldMissing("algorithm") }
            guard kind == .hotp || credential.period != 0 else { throw .fieldMissing("period") }
            try self.init(
                kind: kind, algorithm: algorithm, digits: credential.digits,
                period: kind == .hotp ? 30 : credential.period, start: credential.start, counter: credential.counter)
        // They have no choice.
        case .steam, .motp, .yandex: try self.init(kind: kind)
        case .ocra: try self.init(kind: kind, counter: credential.counter, suite: credential.ocraSuite)
        }
    }

    /// Checks a key before it is kept: not empty, and for Yandex of the right length with the right check bits.
    package func check(key: Span<UInt8>) throws(OneTimePasswordError) {
        if key.isEmpty { throw .keyEmpty }
        if kind == .yandex { try Yandex.check(key: key) }
    }

    /// True when codes change with the clock.
    package var isTimeBased: Bool {
        switch kind {
        case .totp, .steam, .motp, .yandex: true
        case .hotp: false
        case .ocra: (try? Suite(suite))?.step != nil
        }
    }

    /// True when a code uses up a counter, so that `counter` must be raised and saved before the code is shown.
    package var usesCounter: Bool {
        switch kind {
        case .hotp: true
        case .totp, .steam, .motp, .yandex: false
        case .ocra: (try? Suite(suite))?.hasCounter == true
        }
    }

    /// True when a code needs the PIN.
    package var needsPIN: Bool {
        switch kind {
        case .motp, .yandex: true
        case .totp, .hotp, .steam: false
        case .ocra: (try? Suite(suite))?.pinHash != nil
        }
    }
}

extension Credential {
    /// The parameters as they are told; none for an account without a one-time password.
    package init(_ parameters: Parameters?) {
        guard let parameters else {
            self.init()
            return
        }
        self.init(
            kind: parameters.kind, algorithm: parameters.algorithm, digits: parameters.digits,
            period: parameters.isTimeBased ? parameters.period : 0, start: parameters.start,
            counter: parameters.counter, ocraSuite: parameters.suite)
    }
}

/// A code and when it holds.
package struct Code: Equatable, Sendable {
    /// What is typed in.
    package let text: String
    /// The first second of UTC at which it holds; 0 if it does not depend on time.
    package let validFrom: UInt64
    /// The first second at which it no longer holds; 0 if it does not depend on time.
    package let validUntil: UInt64
    /// What it was computed from: the counter, or the number of the time step if there is no counter.
    package let counter: UInt64
}

extension Parameters {
    /// The code at a time, or for HOTP at `counter`, which stays as it is.
    ///
    /// - Parameters:
    ///   - key: the shared secret.
    ///   - pin: the PIN of mOTP and Yandex; other kinds do not read it.
    ///   - seconds: UTC.
    package func code(
        key: Span<UInt8>, pin: Span<UInt8>, at seconds: UInt64
    ) throws(OneTimePasswordError) -> Code {
        if key.isEmpty { throw .keyEmpty }
        switch kind {
        case .hotp:
            let text = withBurnedStack {
                HOTP.code(key: key, counter: counter, digits: digits, algorithm: algorithm)
            }
            return Code(text: text, validFrom: 0, validUntil: 0, counter: counter)
        case .ocra: throw .questionMissing
        case .totp, .steam, .motp, .yandex: break
        }
        let step = try TimeStep(at: seconds, start: start, period: period)
        let text = try withBurnedStack { () throws(OneTimePasswordError) in
            switch kind {
            case .steam: Steam.code(key: key, step: step.number)
            case .motp: try MOTP.code(key: key, pin: pin, step: step.number)
            case .yandex: try Yandex.code(key: key, pin: pin, step: step.number)
            default: HOTP.code(key: key, counter: step.number, digits: digits, algorithm: algorithm)
            }
        }
        return Code(text: text, validFrom: step.from, validUntil: step.until, counter: step.number)
    }
}
