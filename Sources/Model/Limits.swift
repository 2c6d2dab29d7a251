/// Bounds of what is kept and told, the same for the vault and the protocol. Counts of text are bytes of UTF-8, not
/// characters. Modules that have bounds of their own extend it.
package enum Limits {
    /// A sealed file: a vault, a backup.
    package static let sealed = 64 << 20

    // MARK: Accounts

    /// Accounts in a vault, trash included.
    package static let accounts = 50_000
    /// Issuer of an account.
    package static let issuer = 512
    /// Name of an account.
    package static let name = 512
    /// Free note of an account.
    package static let note = 16_384
    /// One tag.
    package static let tag = 256
    /// Tags of one account.
    package static let tags = 32
    /// The number or name of a way into an account that lies elsewhere.
    package static let otherWay = 64
    /// Such ways of one account.
    package static let otherWays = 16
    /// A sentence or a path for display, an icon's name, where an import came from.
    package static let text = 1024
    /// Characters of a code.
    package static let digits: ClosedRange<UInt8> = 1...10
    /// Seconds of a time step.
    package static let period: ClosedRange<UInt32> = 1...86_400
    /// An OCRA suite.
    package static let suite = 128
    /// A key (shared secret) of a one-time-password account.
    package static let key = 1024
    /// A PIN of a one-time-password account.
    package static let pin = 256

    // MARK: Recovery codes of services

    /// A recovery code as it is shown. The longest in use has 71 bytes.
    package static let recoveryCode = 128
    /// Recovery codes of an account. Services give 1 to 16.
    package static let recoveryCodes = 128
    /// The word for the service that recovery codes are of.
    package static let recoveryService = 64

    // MARK: Unlock methods

    /// Unlock methods of a vault: each costs every save a sealed key.
    package static let unlockMethods = 128
    /// Former signing keys of a file that are told.
    package static let epochs = 64
    /// Bytes that a kit code stands for.
    package static let kitCode = 15
    /// Kit codes of a set.
    package static let kitCodes = 8...32
    /// The file `recovery-key.age`.
    package static let recoveryKey = 1024
    /// The id of a credential that a hardware security key has made (CTAP 2.1: maxCredentialIdLength is rarely more).
    package static let hardwareCredential = 1...1024
    /// What a hardware security key is given with it, and what it computes.
    package static let hardwareSalt = 32
    package static let hardwareSecret = 32
    /// The relying party of such a credential.
    package static let hardwareSite = 64

    // MARK: Security keys

    /// Security keys in a vault, trash included.
    package static let securityKeys = 1000
    /// Bytes of an id that fob makes.
    package static let ownKeyID = 32
    /// Bytes of an id that a vault keeps.
    package static let keptKeyID = 255
    /// The name of a site, of a user of it, or of a security key.
    package static let keyName = 256
    /// A user handle (WebAuthn, section 4).
    package static let userHandle = 64
    /// Logins that an ssh key is limited to.
    package static let hostLimits = 16
    /// Keys of a host of one of them.
    package static let hostKeys = 16
    /// A credBlob.
    package static let keyBlob = 32
    /// The array of large blobs (CTAP 2.1, section 6.10), with its checksum.
    package static let largeBlobs = 4096
    /// Sites that may know how long PINs are.
    package static let pinSites = 16

    // MARK: Keepers and recovery tokens

    /// Keepers of a set.
    package static let keepers = 2...16
    /// What an agent's owner calls it on its cards, and the provider of a token.
    package static let keeperName = 128
    /// A token, or what an owner sends a keeper with one.
    package static let token = 8192
    /// Tokens in a vault: those of others and those of its accounts.
    package static let tokens = 256
    /// Cards that wait for a token.
    package static let cardBindings = 64
    /// The end of the year 9999, in seconds of UTC.
    package static let latestTime: UInt64 = 253_402_300_799
    /// Keys for tokens besides that of new cards.
    package static let formerKeepingKeys = 8
    /// Names of tokens that have ended here, which do not come back.
    package static let endedTokens = 256
    /// Requests that wait for the end of a keeper's waiting time, for one token.
    package static let waitingAnswers = 8
    /// Seconds that a keeper may have a request wait: 30 days.
    package static let answerWait: UInt32 = 30 * 86_400

    /// Earlier backups of its machine that a backup names.
    package static let earlierBackups = 1000
}
