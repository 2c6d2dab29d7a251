import OneTimePassword
import Vault
import Wire

// The parameters of one-time passwords, between messages and the vault. Nothing stands in for what a request leaves out.

extension Parameters {
    /// The parameters that a request names; nil for an account without a one-time password.
    init?(_ credential: Wire.Credential) throws(Refusal) {
        guard let kind = Kind(credential.kind) else { return nil }
        do {
            switch kind {
            case .totp:
                let algorithm = try credential.wantedAlgorithm()
                guard credential.period != 0 else { throw Refusal.missing("period") }
                try self.init(
                    kind: kind, algorithm: algorithm, digits: credential.digits, period: credential.period,
                    start: credential.start)
            case .hotp:
                try self.init(
                    kind: kind, algorithm: credential.wantedAlgorithm(), digits: credential.digits,
                    counter: credential.counter)
            // They have no choice.
            case .steam, .motp, .yandex: try self.init(kind: kind)
            case .ocra: try self.init(kind: kind, counter: credential.counter, suite: credential.ocraSuite)
            }
        } catch let error as OneTimePasswordError {
            throw Refusal(error)
        } catch let error as Refusal {
            throw error
        } catch {
            throw .internalFault
        }
    }
}

extension Wire.Credential {
    /// The parameters in messages; nil for an account without a one-time password.
    init(_ parameters: Parameters?) {
        guard let parameters else {
            self.init(kind: .none, algorithm: .none, digits: 0, period: 0)
            return
        }
        self.init(
            kind: CredentialKind(parameters.kind), algorithm: Algorithm(parameters.algorithm),
            digits: parameters.digits, period: parameters.isTimeBased ? parameters.period : 0,
            start: parameters.start, counter: parameters.counter, ocraSuite: parameters.suite)
    }

    fileprivate func wantedAlgorithm() throws(Refusal) -> HashAlgorithm {
        switch algorithm {
        case .none: throw .missing("algorithm")
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha512: .sha512
        case .md5: .md5
        }
    }
}

extension Refusal {
    /// A field of a credential is 0 whose kind has a value there.
    static func missing(_ field: String) -> Refusal {
        Refusal(.usage, "the request is malformed: the credential has no \(field)", "see fob-protocol(7)")
    }
}

extension Kind {
    /// The same kind in the vault; nil for none.
    fileprivate init?(_ kind: CredentialKind) {
        switch kind {
        case .none: return nil
        case .totp: self = .totp
        case .hotp: self = .hotp
        case .steam: self = .steam
        case .motp: self = .motp
        case .yandex: self = .yandex
        case .ocra: self = .ocra
        }
    }
}

extension CredentialKind {
    /// The same kind in messages.
    fileprivate init(_ kind: Kind) {
        switch kind {
        case .totp: self = .totp
        case .hotp: self = .hotp
        case .steam: self = .steam
        case .motp: self = .motp
        case .yandex: self = .yandex
        case .ocra: self = .ocra
        }
    }
}

extension Algorithm {
    /// The same hash in messages.
    fileprivate init(_ algorithm: HashAlgorithm) {
        switch algorithm {
        case .sha1: self = .sha1
        case .sha256: self = .sha256
        case .sha512: self = .sha512
        case .md5: self = .md5
        }
    }
}
