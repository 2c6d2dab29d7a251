import ArgumentParser
import Client
import OneTimePassword
import Platform
import Wire

/// How a new key is given, and what a bare secret does not say of itself.
struct SecretOptions: ParsableArguments {
    @Option(name: .customLong("secret-fd"), help: Help.secretDescriptor) var secretDescriptor: Int32?
    @Flag(name: .long, help: .init(tr("Ask for the secret in a window."))) var pinentry = false
    @Option(name: .customLong("pin-fd"), help: Help.pinDescriptor) var pinDescriptor: Int32?
    @Option(name: .long, help: Help.type) var type: String?
    @Option(name: .long, help: Help.algorithm) var algorithm: String?
    @Option(name: .long, help: .init(tr("Digits of a code (default: 6)."), valueName: "n")) var digits: UInt8?
    @Option(name: .long, help: Help.period) var period: UInt32?
    @Option(name: .long, help: .init(tr("Counter of the next code (default: 0)."), valueName: "n")) var counter: UInt64?
    @Option(name: .long, help: Help.suite) var suite: String?

    /// Whether something is said of a bare secret.
    var isDescribed: Bool {
        type != nil || algorithm != nil || digits != nil || period != nil || counter != nil || suite != nil
    }

    /// What is wrong with an option is told before a secret is asked for.
    func validate() throws {
        guard Self.kinds[type?.lowercased() ?? "totp"] != nil else {
            throw ValidationError(tr("--type is totp, hotp, steam, yandex or ocra."))
        }
        guard Self.hashes[algorithm?.lowercased() ?? "sha1"] != nil else {
            throw ValidationError(tr("--algorithm is sha1, sha256 or sha512."))
        }
        guard isDescribed else { return }
        do throws(OneTimePasswordError) { _ = try described() } catch {
            throw ValidationError(ClientError(error).message)
        }
    }

    /// Reads the URI or the bare secret.
    ///
    /// - Parameter window: what is said above the field where it is typed into a window.
    func read(
        issuer: String, name: String, mayAsk: Bool, window: String = Sentences.newKeyInWindow
    ) throws(ClientError) -> AccountText {
        var text = try StandardInput.secret(
            secretDescriptor, prompt: tr("URI or secret (not shown): "), limit: AccountURI.longest, mayAsk: mayAsk,
            window: pinentry ? window : nil)
        text.trim()
        do throws(OneTimePasswordError) {
            if AccountText.isURI(text.bytes) {
                if isDescribed { throw OneTimePasswordError.notAnAccountURI }
                return try AccountText(uri: text.bytes)
            }
            return try AccountText(
                base32: text.bytes, issuer: issuer, name: name, parameters: try described())
        } catch {
            if isDescribed, error == .notAnAccountURI {
                throw ClientError(.usage, Sentences.uriAndOptions, remedy: Sentences.leaveOutOptions)
            }
            throw ClientError(error)
        }
    }

    private static let kinds: [String: CredentialKind] = [
        "totp": .totp, "hotp": .hotp, "steam": .steam, "yandex": .yandex, "ocra": .ocra,
    ]
    private static let hashes: [String: HashAlgorithm] = ["sha1": .sha1, "sha256": .sha256, "sha512": .sha512]

    private func described() throws(OneTimePasswordError) -> Parameters {
        guard let kind = Self.kinds[type?.lowercased() ?? "totp"] else { throw .unknownKind }
        guard let hash = Self.hashes[algorithm?.lowercased() ?? "sha1"] else { throw .parameterInvalid(.algorithm) }
        return try Parameters(
            kind: kind, algorithm: hash, digits: digits ?? 6, period: period ?? 30, counter: counter ?? 0,
            suite: suite ?? "")
    }

    /// Adds the PIN that some kinds need, and checks the key: a mistake in copying is told at once.
    func complete(_ account: inout AccountText, mayAsk: Bool) throws(ClientError) {
        if account.parameters.needsPIN, account.pin.count == 0 {
            if let pinDescriptor {
                account.pin = try Passphrase.read(descriptor: pinDescriptor, limit: Limits.pin)
            } else {
                account.pin = try StandardInput.typed(
                    tr("PIN (not shown): "), limit: Limits.pin, mayAsk: mayAsk,
                    window: pinentry ? Sentences.pinInWindow : nil)
            }
        }
        do throws(OneTimePasswordError) {
            try account.check()
        } catch {
            throw ClientError(error)
        }
    }
}
