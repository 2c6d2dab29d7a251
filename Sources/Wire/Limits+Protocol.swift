/// The bounds of the protocol itself. man/fob-protocol.7, LIMITS, is this table and that of `Model` in prose; a value that
/// is over its bound is refused by both sides.
extension Limits {
    /// Lowest and highest protocol version that a client of this release speaks.
    package static let versions: ClosedRange<UInt16> = 2...3
    /// Lowest and highest protocol version that an agent of this release speaks.
    package static let agentVersions: ClosedRange<UInt16> = 1...3

    /// A whole frame: its length field, id, type and body.
    package static let frame = 262_144
    /// The part of a frame before its body.
    package static let frameHeader = 9
    /// The body of a frame.
    package static let body = frame - frameHeader
    /// What an agent fills a page (ACCOUNTS, EXPORT_ENTRIES, EXPORT_BYTES) with before it starts another one.
    package static let page = 65_536

    /// `issuer/name` together: a query for an account, or the label in a challenge.
    package static let label = issuer + 1 + name
    /// Details of an error, warnings of a status.
    package static let details = 32
    /// Sentences and texts that the words of an error have, with all that is put into it.
    package static let wordPieces = 32
    /// A one-time code.
    package static let code = 32
    /// An OCRA challenge question.
    package static let question = 256
    /// An age recipient to seal an export to (those of post-quantum identities have about 2,000 characters).
    package static let recipient = 4096
    /// Recipients of one export.
    package static let recipients = 64

    /// OCRA session information.
    package static let session = 1024
    /// A passphrase, or another secret that opens the vault.
    package static let passphrase = 4096

    /// A part of a sealed file in one frame.
    package static let sealedPart = 65_536

    /// Parts of the audit log.
    package static let logs = 8
    /// Full files of the audit log that are kept.
    package static let auditFiles = 16
    /// Full files of the log of codes that are kept.
    package static let codeFiles = 8

    /// Accounts on one page.
    package static let pageEntries = 4096
    /// Accounts named in one EXPORT.
    package static let exportAccounts = 10_000
    /// Pending challenges: so many fit into one CHALLENGES_REPLY whatever their texts are.
    package static let challenges = 32
    /// The agent's words in a challenge.
    package static let questionText = 256
    /// A further line of a challenge, and how many there are.
    package static let challengeDetail = 128
    package static let challengeDetails = 8
    /// The name of a host in a challenge.
    package static let hostName = 128
    /// The fingerprint of a host key.
    package static let fingerprint = 64
    /// Hosts that a request came through, as far as they are shown.
    package static let hops = 8
    /// Programs that are shown of those behind a request: the name and the path of each.
    package static let programs = 6
    package static let programName = 128
    package static let programPath = 256
    /// The terminal and the unit of a caller.
    package static let terminal = 64
    package static let unit = 256

    /// The name of a destination of backups.
    package static let destination = 64
    /// Destinations of backups.
    package static let destinations = 32

    /// The id of a site (a relying party), or what an SSH key is for.
    package static let site = 512
    /// The id of a security key, its own or one of somebody else.
    package static let keyID = 1024
    /// A private key of a passkey, a seed or a key of its large blobs.
    package static let passkeyKey = 32
    /// A part of the large blobs in one frame: what fits into a message of CTAPHID.
    package static let largeBlobPart = 4096
    /// Ids in a list of keys to allow or exclude.
    package static let keyIDs = 64
    /// An origin of the web (RFC 6454): `https://`, a domain, a port.
    package static let origin = 267
    /// A challenge of a site of the web.
    package static let webChallenge = 4096
    /// Ids in a list of a page of the web.
    package static let webKeyIDs = 900
    /// An input of the extension prf.
    package static let prfInput = 4096
    /// Inputs for one key.
    package static let prfInputs = 2
    /// What comes of them.
    package static let prfOutputs = 64
    /// What a browser says of a request (clientDataJSON): the challenge in base64, two origins, and some words.
    package static let clientData = 6144
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
    /// A PIN of the security keys (CTAP 2.1, section 6.5.5.5).
    package static let keyPin = 63
    /// A message that a PIN token authenticates.
    package static let tokenMessage = 4096
    /// A host key of ssh, or its signature.
    package static let hostKey = 4096
    /// The id of a session of ssh.
    package static let sshSession = 20...64
    /// Remembered confirmations in a GRANTS_REPLY.
    package static let grants = 32

    /// A share of a key.
    package static let share = 33
    /// Tokens in a TOKENS_REPLY: so many fit whatever their texts are.
    package static let listedTokens = 128

    /// The host of a site (RFC 1035, section 2.3.4).
    package static let host = 253
    /// A one-time code of a message.
    package static let messageCode = 64
    /// Seconds for which a code of a message is waited for.
    package static let messageSeconds: UInt16 = 600
    /// Telephone lines that are known of.
    package static let lines = 8
    /// Numbers of one telephone line.
    package static let lineNumbers = 4

    // MARK: Restoring

    /// Kinds of changes that a file would make and that are told of.
    package static let leftOut = 64
    /// Weakened protections that are named.
    package static let weakened = 32
}
