/// The code of an ERROR reply, which is also the exit status of `fob` (0 is success and never sent).
package enum ErrorCode: UInt16, CaseIterable, Sendable {
    /// The vault is locked.
    case locked = 2
    /// No account (challenge, export) of that name or id.
    case notFound = 3
    /// The name fits more than one account; the details of the error list them.
    case ambiguous = 4
    /// The challenge was denied, or its kind is muted.
    case denied = 5
    /// Nobody answered the challenge in time.
    case expired = 6
    /// The account must be verified before it gives codes.
    case needsVerification = 7
    /// There is no vault yet.
    case noVault = 8
    /// What should be made exists already.
    case alreadyExists = 9
    /// The vault is damaged or unreadable.
    case damaged = 10
    /// The account's lifetime since the last unlock is over.
    case lifetimeOver = 11
    /// A picture has no QR code of an account. Clients only.
    case noCode = 12
    /// A program that reads foreign files crashed or did not end in time. Clients only.
    case companionFailed = 13
    /// Some entries of a file could not be imported; the others were. Clients only.
    case incomplete = 14
    /// A backup could not be uploaded, or is too old. Clients only.
    case backupFailed = 15
    /// No security key of this site and list.
    case noKey = 16
    /// A security key of the exclude list is here already.
    case excluded = 17
    /// None of the algorithms asked for is known.
    case unsupportedAlgorithm = 18
    /// There is no room for another security key.
    case keysFull = 19
    /// The one who asked has cancelled it.
    case cancelled = 20
    /// It cannot be asked for now: nothing to continue, or a reset outside of tests.
    case notAllowed = 21
    /// The owner must be verified, by the PIN or the passphrase.
    case verificationRequired = 22
    /// A PIN token or what it authenticates is wrong, or over.
    case tokenInvalid = 23
    /// The PIN token does not allow this.
    case permissionMissing = 24
    /// The PIN is wrong.
    case pinWrong = 25
    /// Three wrong PINs in a row: none is checked until the vault is unlocked with the passphrase.
    case pinPaused = 26
    /// No tries are left for the PIN.
    case pinBlocked = 27
    /// There is no PIN.
    case pinNotSet = 28
    /// A new PIN is too short or too long.
    case pinPolicy = 29
    /// The fingerprint of a file is not the one that was given. Clients only.
    case otherFingerprint = 30
    /// A run for backups had nothing to upload and nothing to verify. Clients only.
    case nothingUploaded = 31
    /// There is something without which there is no way back into the vault.
    case notReady = 32
    /// Fewer keepers have answered than must. Clients only.
    case keepersMissing = 33
    /// A keeper's waiting time is not over.
    case keeperWaits = 34
    /// A card, deposit, request, answer or token is forged, stale, used or not for this vault.
    case tokenRefused = 35
    /// There are no keepers, or nobody keeps such a token.
    case noKeepers = 36
    /// No hardware security key is plugged in. Clients only.
    case noDevice = 37
    /// A hardware security key cannot do what opens a vault. Clients only.
    case unsuitableDevice = 38
    /// No code has come by message for this site.
    case noMessage = 39
    /// Several security keys may answer a page of the web: one is to be named.
    case severalKeys = 40
    /// The codes of the present time step and of the next were given already; the details say when to ask again.
    case freshLater = 46
    /// Wrong usage, or a malformed request.
    case usage = 64
    /// A URI, key, recipient or text is not what it should be.
    case badInput = 65
    /// An input file is missing. Clients only.
    case inputMissing = 66
    /// There is no agent. Clients only.
    case noAgent = 69
    /// A fault of fob itself.
    case internalFault = 70
    /// The system refused something: memory cannot be locked, a system call failed.
    case system = 71
    /// The output exists already. Clients only.
    case outputExists = 73
    /// A change could not be made durable; the vault is as it was.
    case notSaved = 74
    /// Busy or over a limit: try later.
    case busy = 75
    /// The two sides do not speak the same protocol.
    case protocolMismatch = 76
    /// Wrong passphrase, or a foreign owner, mode or symbolic link on the way.
    case permission = 77
    /// The configuration is wrong.
    case configuration = 78
    /// Interrupted by the user. Clients only.
    case interrupted = 130

    /// The exit status of a client that ends because of this error.
    package var exitStatus: Int32 { Int32(rawValue) }

    /// Whether an agent may send it; the others arise in the client itself.
    package var isSent: Bool {
        switch self {
        case .noCode, .otherFingerprint, .nothingUploaded, .notReady, .companionFailed, .incomplete, .backupFailed,
            .inputMissing, .noAgent, .outputExists, .interrupted, .keepersMissing, .noDevice, .unsuitableDevice:
            false
        default: true
        }
    }
}
