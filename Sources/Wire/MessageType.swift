/// The type byte of a frame. 0x01 to 0x7F are requests, 0x80 to 0xDF and 0xF0 to 0xFF replies, 0xE0 to 0xEF events.
///
/// A byte without a case here is an unknown type: not malformed, but answered with ``ErrorCode/protocolMismatch``.
package enum MessageType: UInt8, CaseIterable, Sendable {
    case hello = 0x01
    case status = 0x02
    case initialize = 0x03
    case unlock = 0x04
    case lock = 0x05
    case passphrase = 0x06
    case settings = 0x07
    case setSettings = 0x08
    case access = 0x09
    case accessCodes = 0x0A
    case accessAdd = 0x0B
    case accessRemove = 0x0C
    case accessRotate = 0x0D
    case recoveryKey = 0x0E
    case accessClean = 0x0F
    case code = 0x10
    case respond = 0x11
    case list = 0x12
    case show = 0x13
    case keyList = 0x14
    case add = 0x20
    case edit = 0x21
    case remove = 0x22
    case untrash = 0x23
    case move = 0x24
    case begin = 0x25
    case commit = 0x26
    case abort = 0x27
    case undoImport = 0x28
    case export = 0x30
    case exportPage = 0x31
    case keyCreate = 0x38
    case keyAssert = 0x39
    case keyNext = 0x3A
    case keySign = 0x3B
    case keyEdit = 0x3C
    case keyRemove = 0x3D
    case cancel = 0x3E
    case keyPresence = 0x3F
    case subscribe = 0x40
    case challenges = 0x41
    case approve = 0x42
    case deny = 0x43
    case grants = 0x44
    case grantRevoke = 0x45
    case pinState = 0x48
    case pinAgreement = 0x49
    case pinSet = 0x4A
    case pinChange = 0x4B
    case pinToken = 0x4C
    case verificationToken = 0x4D
    case keyReset = 0x4E
    case tokenVerify = 0x4F
    case recoverySet = 0x50
    case recoveryList = 0x51
    case recoveryNext = 0x52
    case recoveryUsed = 0x53
    case recoveryShow = 0x54
    case backupNow = 0x60
    case backupState = 0x61
    case backupVerify = 0x62
    case backupReport = 0x63
    case restoreBegin = 0x70
    case restoreData = 0x71
    case restoreOpen = 0x72
    case restorePreview = 0x73
    case restoreCommit = 0x74
    case restoreAbort = 0x75
    case verify = 0x78
    case log = 0x7A

    case ok = 0x80
    case welcome = 0x81
    case statusReply = 0x82
    case settingsReply = 0x87
    case accessReply = 0x89
    case accessCodesReply = 0x8A
    case accessAdded = 0x8B
    case recoveryKeyReply = 0x8E
    case accessCleaned = 0x8F
    case codeReply = 0x90
    case accounts = 0x92
    case account = 0x93
    case keys = 0x94
    case added = 0xA0
    case importUndone = 0xA8
    case exportReady = 0xB0
    case exportEntries = 0xB1
    case exportBytes = 0xB2
    case restoreOpened = 0xB8
    case restoreEntries = 0xB9
    case restored = 0xBA
    case challengesReply = 0xC1
    case recoveryCounts = 0xD0
    case recoverySets = 0xD1
    case recoveryCode = 0xD2
    case recoveryCodes = 0xD4
    case backupMade = 0xC2
    case backupStateReply = 0xC3
    case backupVerified = 0xC4
    case grantsReply = 0xC5
    case keyCreated = 0xC8
    case keyAssertion = 0xC9
    case keySignature = 0xCA
    case pinStateReply = 0xCB
    case pinAgreementReply = 0xCC
    case pinTokenReply = 0xCD

    case logReply = 0xF1

    case lockedEvent = 0xE0
    case unlockedEvent = 0xE1
    case changedEvent = 0xE2
    case challengeEvent = 0xE3
    case challengeEndedEvent = 0xE4
    case backupDueEvent = 0xE5
    case backupHealthEvent = 0xE6

    case error = 0xFF

    /// Whether an agent sends it with id 0 to subscribers.
    package var isEvent: Bool { (0xE0...0xEF).contains(rawValue) }
}
