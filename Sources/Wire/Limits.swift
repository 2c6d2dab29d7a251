/// Every bound of the protocol. Counts of text are bytes of UTF-8, not characters.
///
/// man/fob-protocol.7, LIMITS, is this table in prose; a value that is over its bound is refused by both sides.
package enum Limits {
    /// Lowest and highest protocol version that this code speaks.
    package static let versions: ClosedRange<UInt16> = 1...1

    /// A whole frame: its length field, id, type and body.
    package static let frame = 262_144
    /// The part of a frame before its body.
    package static let frameHeader = 9
    /// The body of a frame.
    package static let body = frame - frameHeader
    /// What an agent fills a page (ACCOUNTS, EXPORT_ENTRIES, EXPORT_BYTES) with before it starts another one.
    package static let page = 65_536

    /// Issuer of an account.
    package static let issuer = 512
    /// Name of an account.
    package static let name = 512
    /// `issuer/name` together: a query for an account, or the label in a challenge.
    package static let label = issuer + 1 + name
    /// Free note of an account.
    package static let note = 16_384
    /// One tag.
    package static let tag = 256
    /// Tags of one account.
    package static let tags = 32
    /// A sentence or a path for display.
    package static let text = 1024
    /// Details of an error, warnings of a status.
    package static let details = 32
    /// A one-time code.
    package static let code = 32
    /// An OCRA suite.
    package static let suite = 128
    /// An OCRA challenge question.
    package static let question = 256
    /// An age recipient to seal an export to (those of post-quantum identities have about 2,000 characters).
    package static let recipient = 4096
    /// Recipients of one export.
    package static let recipients = 64

    /// A key (shared secret) of a one-time-password account.
    package static let key = 1024
    /// A PIN of a one-time-password account.
    package static let pin = 256
    /// OCRA session information.
    package static let session = 1024
    /// A passphrase, or another secret that opens the vault.
    package static let passphrase = 4096

    /// A sealed file that is restored from: the largest that fob writes.
    package static let sealed = 64 << 20
    /// A part of it in one frame.
    package static let sealedPart = 65_536

    /// Parts of the audit log.
    package static let logs = 8
    /// Full files of the audit log that are kept.
    package static let auditFiles = 16
    /// Full files of the log of codes that are kept.
    package static let codeFiles = 8

    /// A recovery code of a service.
    package static let recoveryCode = 128
    /// Recovery codes of an account.
    package static let recoveryCodes = 128
    /// The word for the service that recovery codes are of.
    package static let recoveryService = 64

    /// Unlock methods of a vault.
    package static let unlockMethods = 128
    /// Bytes that a kit code stands for.
    package static let kitCode = 15
    /// Recovery codes of a set of the vault.
    package static let kitCodes = 8...32
    /// The file `recovery-key.age`.
    package static let recoveryKey = 1024

    /// Digits of a code; 0 where a kind of account has its own fixed length.
    package static let digits: ClosedRange<UInt8> = 0...10
    /// Seconds of a time step; 0 where there is none.
    package static let period: ClosedRange<UInt32> = 0...86_400
    /// Accounts on one page.
    package static let pageEntries = 4096
    /// Accounts named in one EXPORT.
    package static let exportAccounts = 10_000
    /// Pending challenges: so many fit into one CHALLENGES_REPLY whatever their texts are.
    package static let challenges = 32

    /// The name of a destination of backups.
    package static let destination = 64
    /// Destinations of backups.
    package static let destinations = 32

    /// The id of a site (a relying party), or what an SSH key is for.
    package static let site = 512
    /// The name of a site or of a user of it.
    package static let keyName = 256
    /// The id of a security key, its own or one of somebody else.
    package static let keyID = 1024
    /// Bytes of an id that fob makes.
    package static let ownKeyID = 32
    /// Ids in a list of keys to allow or exclude.
    package static let keyIDs = 64
    /// A user handle.
    package static let userHandle = 64
    /// A credBlob.
    package static let keyBlob = 32
    /// Algorithms in a KEY_CREATE.
    package static let keyAlgorithms = 8
    /// Data that a signature is asked for.
    package static let keyData = 131_072
    /// Authenticator data.
    package static let authenticatorData = 2048
    /// A signature.
    package static let signature = 128
    /// A certificate of a U2F registration.
    package static let certificate = 1024
    /// Bytes of a public key for an agreement: x and y.
    package static let agreementKey = 64
    /// What a PIN protocol encrypts: an initialisation vector and a new PIN at most.
    package static let pinEncrypted = 80
    /// An authentication of a PIN protocol.
    package static let pinAuthentication = 32
    /// A message that a PIN token authenticates.
    package static let tokenMessage = 4096
    /// Remembered confirmations in a GRANTS_REPLY.
    package static let grants = 32
}
