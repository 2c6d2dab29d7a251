import OneTimePassword
import Platform
import Vault
import Wire

/// A request that is not done: the code that becomes the exit status, what and why, and what to do.
struct Refusal: Error {
    let code: ErrorCode
    let text: Sentence
    var remedy: Sentence = ""
    var details: [String] = []

    private var message: ErrorReply { ErrorReply(code, text, remedy: remedy, details: details) }

    /// As it is sent. Nobody far away is told to unlock the vault: a passphrase has no business there.
    ///
    /// - Parameter version: of the protocol, that who asked speaks; before HELLO, none.
    func message(over listener: Listener, in version: UInt16) -> ErrorReply {
        let message = listener == .forwarded && code == .locked ? Self.lockedThere.message : message
        return version > 2 ? message : message.inVersion2
    }

    init(_ code: ErrorCode, _ text: Sentence, _ remedy: Sentence = "", details: [String] = []) {
        self.code = code
        self.text = text
        self.remedy = remedy
        self.details = details
    }

    init(_ error: VaultError) {
        let code: ErrorCode =
            switch error {
            case .noMatch: .permission
            case .cannotUndo: .notFound
            case .notPermitted: .internalFault
            case .damaged, .newerFormat, .costOutOfBounds: .damaged
            case .noUnlockMethod: .notFound
            case .sameVault: .alreadyExists
            case .noPassphraseLeft: .usage
            case .noKey: .noKey
            case .badUnlockMethod, .badKey, .notThisVaults: .badInput
            case .notFound, .noRecoveryCodes, .noRecoveryCodeLeft, .noSuchRecoveryCode: .notFound
            case .recoveryCodeUsed: .alreadyExists
            case .ambiguous: .ambiguous
            case .exists, .credentialIDTaken: .alreadyExists
            case .badValue: .badInput
            case .cancelled, .tooLarge, .memory(.exhausted), .memory(.outOfMemory): .busy
            case .memory: .system
            }
        self.init(code, error.message, error.remedy)
        if case .ambiguous(let labels) = error { details = labels }
    }

    init(_ error: StoreError) {
        let code: ErrorCode =
            switch error.kind {
            case .permission: .permission
            case .damage: .damaged
            case .inputOutput: .notSaved
            case .busy: .busy
            case .absent: .noVault
            }
        self.init(code, error.message, error.remedy)
    }

    init(_ error: OneTimePasswordError) { self.init(.badInput, error.message, error.remedy) }

    /// Parameters that a request tells: what it leaves out is malformed, and nothing stands in for it.
    static func parameters(_ credential: Model.Credential) throws(Refusal) -> Parameters? {
        do { return try Parameters(credential) } catch {
            guard case .fieldMissing = error else { throw Refusal(error) }
            throw Refusal(.usage, "the request is malformed: \(error.message)", "see fob-protocol(7)")
        }
    }

    init(_ error: SecurityKeyError) {
        switch error {
        case .badKey, .badLength: self = .badInput
        case .notAuthentic: self = .tokenInvalid
        case .placeholder: self = .placeholder
        case .memory: self = .lockedMemory
        }
    }

    init(_ error: WireError) {
        self.init(.usage, "the request is malformed: \(error.description)", "see fob-protocol(7)")
    }

    static let locked = Refusal(.locked, "the vault is locked", "unlock it with 'fob unlock'")
    static let lockedThere = Refusal(
        .permission, "the vault is locked, and is unlocked on the agent's own machine only",
        "unlock it there with 'fob unlock'")
    static let notForwarded = Refusal(
        .permission, "this is not answered over the forwarded socket", "do it on the agent's own machine")
    static let noVault = Refusal(.noVault, "there is no vault yet", "make one with 'fob init'")
    static let hasVault = Refusal(
        .alreadyExists, "there is a vault already", "unlock it with 'fob unlock', or move it away first")
    static let vaultMissing = Refusal(
        .damaged, "vault.age is missing, and older copies of it or the number of its saves are here",
        "put the newest copy in its place with 'fob generations --restore'; "
            + "for another vault take another FOB_HOME, or 'fob init --new', which sets these copies aside")
    static let busyOpening = Refusal(
        .busy, "the vault is being opened or changed by another request", "try again in a moment")
    static let callerMustWait = Refusal(
        .busy, "this caller's passphrases are being checked, or one was wrong a moment ago", "try again in a moment")
    static let tooManyDerivations = Refusal(
        .busy, "too many passphrases are being checked", "try again in a moment")
    static let wrongPassphrase = Refusal(VaultError.noMatch)
    static let wrongCode = Refusal(
        .permission, "the kit code does not open this vault, or was used before",
        "try another one of the newest set")
    static let wrongHardwareKey = Refusal(
        .permission, "this security key does not open the vault", "take another one, or another way in")
    static let wrongIdentity = Refusal(
        .permission, "this identity does not open the vault", "take that of a recipient that 'fob access list' shows")
    static let badRecipient = Refusal(
        .badInput, "this is not an age recipient", "give one that begins with age1, as age-keygen prints it")
    static let foreignRecipient = Refusal(
        .badInput, "recipients of plugins and post-quantum ones cannot be sealed to: the agent runs no plugins",
        "make a plain one with age-keygen")
    static let noRecoveryKey = Refusal(
        .notFound, "this vault has no recovery key yet", "lock it, and unlock it with the passphrase")
    static let lockedMemory = Refusal(VaultError.memory(.exhausted))
    static let lifetimeOver = Refusal(
        .lifetimeOver, "this account's lifetime has ended", "unlock again with 'fob unlock'")
    static let needsVerification = Refusal(
        .needsVerification, "this account came from a backup and must be set up again",
        "get a new QR code or URI from the service and give it to 'fob verify'")
    static let noCredential = Refusal(
        .notFound, "this account has no one-time password", "add one from the URI that the service shows")
    static let muted = Refusal(
        .denied, "the owner has muted questions from this program and those beside it",
        "see and end it with 'fob grants'")
    /// To a client of an authenticator a no would be that of a person, which ends its request at all other keys too.
    static let mutedAtAuthenticator = Refusal(.expired, muted.text, muted.remedy)
    static let unknownCaller = Refusal(
        .permission, "the program that opened this connection has ended, or cannot be seen: nobody knows who asks",
        "open a connection of one's own")
    static let foreignCaller = Refusal(
        .permission, "this program runs in another process name space than the agent: nobody knows who asks",
        "run it where the agent runs, or an agent where it runs")
    static let tooManyChallenges = Refusal(
        .busy, "too many questions wait for an answer", "answer them with 'fob confirm'")
    static let denied = Refusal(.denied, "denied by the owner")
    static let expired = Refusal(
        .expired, "the request was not confirmed in time", "answer with 'fob confirm' while it waits")
    static let withdrawn = Refusal(
        .locked, "the vault was locked before the request was confirmed", "unlock it and ask again")
    static let cancelled = Refusal(.cancelled, "the caller cancelled the request")
    static let noGrant = Refusal(.notFound, "no such confirmation is remembered", "list them with 'fob grants'")
    static let ownChallenge = Refusal(
        .permission,
        "a question cannot be answered by whoever asks, by its parents and children, or from its job or session",
        "answer in another terminal, or in a desktop's dialog; here by the passphrase: 'fob confirm --passphrase'")
    /// Both codes that could be given were.
    ///
    /// - Parameter utc: the second from which another can be.
    static func freshLater(_ utc: UInt64) -> Refusal {
        Refusal(
            .freshLater, "this code and the next one were given already",
            "ask again when the next one begins", details: ["\(utc)"])
    }
    static let notPending = Refusal(.notFound, "no such question waits for an answer", "list them with 'fob confirm'")
    static let passphraseNeeded = Refusal(
        .permission, "this question needs the passphrase", "answer it with 'fob confirm', which asks for it")

    // MARK: Security keys

    static func badSite(_ why: String) -> Refusal {
        Refusal(.badInput, "keys of this site do not work over this transport: \(why)", "use the site's transport")
    }
    static let bindingRefused = Refusal(
        .badInput, "this is not what a host has signed for this connection", "log in anew, so that ssh says it again")
    static let forwardedData = Refusal(
        .notAllowed, "data of an unknown kind is not signed for a host that the agent is forwarded to",
        "sign it on this machine")
    static func onlyForLogins(_ hosts: String) -> Refusal {
        Refusal(
            .notAllowed, "this ssh key signs for logins at \(hosts) only, and this is no login",
            "use another key for it, or change that with 'fob key edit'")
    }
    static func hostNotProved(_ hosts: String) -> Refusal {
        Refusal(
            .notAllowed, "this ssh key signs for logins at \(hosts) only, and ssh has not proved which host this is",
            "log in by OpenSSH 8.9 or newer, through the agent's socket for ssh and not through a provider")
    }
    static func otherHost(_ hosts: String) -> Refusal {
        Refusal(
            .notAllowed, "this ssh key signs for logins at \(hosts) only, and this is another host, user or way there",
            "use another key for it, or allow that with 'fob key edit --host'")
    }
    static let noKey = Refusal(VaultError.noKey)
    static let placeholder = Refusal(
        .needsVerification, "this security key came from a backup without its secret: it was bound to another machine",
        "register a new key at the site, and remove this one with 'fob key remove'")
    static let badClientDataHash = Refusal(.badInput, "a client data hash has 32 bytes", "see fob-protocol(7)")
    static let badInput = Refusal(
        .badInput, "a field of the PIN protocol is not what it should be", "see CTAP 2.1, section 6.5")
    static func keyInTrash(_ id: Identifier) -> Refusal {
        let undo = "fob key remove --undo \(String(id.description.prefix(8)))"
        return Refusal(
            .alreadyExists, "this key is in the trash; '\(undo)' brings it back", "bring it back with '\(undo)'")
    }
    static func badPasskey(_ why: String) -> Refusal {
        Refusal(.badInput, "this passkey cannot be used: \(why)", "export it again where it comes from")
    }
    static let noSuchPart = Refusal(
        .usage, "the large blobs have no such part", "see CTAP 2.1, section 6.10")
    static let brokenBlobs = Refusal(
        .badInput, "the large blobs do not have the checksum that they should", "write them again")
    static let unsupportedAlgorithm = Refusal(
        .unsupportedAlgorithm, "none of these algorithms is known here", "ask for ES256 or EdDSA")
    static let keysFull = Refusal(
        .keysFull, "there is no room for another security key", "remove some with 'fob key remove'")
    static let excluded = Refusal(
        .excluded, "this site has a security key here already", "sign in with it, or remove it with 'fob key remove'")
    static let silentNeedsList = Refusal(
        .notAllowed, "only web sites that name the key get a signature without a question", "ask for a person")
    static let presenceNeeded = Refusal(.notAllowed, "hmac-secret is for requests that ask for a person")
    static let nothingNext = Refusal(.notAllowed, "there is no further assertion", "begin with KEY_ASSERT")
    static let noAgreement = Refusal(.notAllowed, "no key was agreed on", "begin with PIN_AGREEMENT")
    static let tokenInvalid = Refusal(
        .tokenInvalid, "this does not prove that the owner was verified for it", "verify again, and sign what is sent")
    static let verificationRequired = Refusal(
        .verificationRequired, "a discoverable key is made by a verified owner only, where there is a PIN",
        "verify with the PIN or the passphrase")
    static let permissionMissing = Refusal(
        .permissionMissing, "no token is given for that", "ask to make keys, to sign, or to manage keys")
    static let pinWrong = Refusal(.pinWrong, "this is not the PIN of the security keys")
    static let pinPaused = Refusal(
        .pinPaused, "too many wrong PINs in a row", "lock the vault, and unlock it with the passphrase")
    static let pinBlocked = Refusal(
        .pinBlocked, "no tries are left for the PIN of the security keys", "reset them, or verify with the passphrase")
    static let pinNotSet = Refusal(.pinNotSet, "the security keys have no PIN", "set one, or use the passphrase")
    static let pinPolicy = Refusal(.pinPolicy, "this PIN is too short or too long", "take 4 to 63 characters")

    // MARK: Transactions and exports

    static let notStaging = Refusal(.usage, "no transaction has begun", "send BEGIN first")
    static let staging = Refusal(
        .usage, "a transaction takes new accounts only, and only one at a time", "send COMMIT or ABORT first")
    static let tooManyTransactions = Refusal(.busy, "other transactions are open", "try again in a moment")
    static let noImport = Refusal(
        .notFound, "there is no import, restore or sync to undo", "see what is there with 'fob list'")
    static let tooManyStaged = Refusal(
        .busy, "a transaction takes at most \(AgentLimits.stagedAccounts) accounts", "commit and begin another")
    static let auditNotWritten = Refusal(
        .notSaved, "nothing is exported while the audit log cannot be written", "make room on the disk, then try again")
    static let hasRecoveryCodes = Refusal(
        .alreadyExists, "this account has recovery codes already", "say that the new ones take their place")
    static let noExport = Refusal(.notFound, "there is no such export any more", "export again")
    static let tooManyExports = Refusal(.busy, "other exports are being fetched", "try again in a moment")
    static let lockSecondsOutOfBounds = Refusal(
        .badInput,
        "a lock time is \(AgentLimits.lockSeconds.lowerBound) to \(AgentLimits.lockSeconds.upperBound) seconds, or never",
        "choose a time within these bounds")
    static let stopping = Refusal(.busy, "the agent is ending", "try again when it has been restarted")
    static let internalFault = Refusal(
        .internalFault, "internal error in the agent", "please report this")
}
