import Vault

/// Every bound of the agent that is not already one of the protocol (`Limits`).
package enum AgentLimits {
    /// Connections at one time.
    package static let connections = 1024
    /// Milliseconds without a request after which a transaction, or a file that is restored from, gives way to another
    /// process's.
    package static let idleMilliseconds: UInt64 = 30_000
    /// Milliseconds without a request after which a transaction is dropped.
    package static let transactionMilliseconds: UInt64 = 600_000
    /// Descriptors that the agent asks for.
    package static let descriptors: Int32 = 4096
    /// Descriptors left free for files and workers; below that no connection is accepted.
    package static let spareDescriptors = 32
    /// Bytes taken from one connection in one turn.
    package static let readBytes = 65_536
    /// Requests of one connection that are answered in one turn; the rest of what was read waits for the next.
    package static let requestsPerTurn = 128
    /// Bytes of replies to one connection after which its next request waits for the next turn.
    package static let answeredPerTurn = 32 << 10
    /// Bytes of replies, over all connections, after which nobody's second request is answered in the same turn.
    package static let allAnsweredPerTurn = 256 << 10
    /// Connections accepted in one turn.
    package static let acceptsPerTurn = 64
    /// Bytes of unfinished frames and unread replies, over all connections, in locked memory.
    package static let bufferedBytes = 2 << 20
    /// Bytes of unread replies without secrets, over all connections.
    package static let ordinaryBytes = 16 << 20
    /// Bytes of them that go into locked memory when a reply with secrets follows.
    package static let joinedBytes = 256
    /// The part of the memory that can be locked which secrets at rest may take; the rest is for working with them, so
    /// that what could be saved can be opened again.
    package static let restingPart = 2
    /// The part which unfinished frames and unread replies may take, if that is less than `bufferedBytes`.
    package static let bufferedPart = 4
    /// Bytes that must be lockable for the agent to start.
    package static let leastLocked = 1 << 20
    /// Bytes of replies that one connection may leave unread; its requests wait meanwhile.
    package static let unreadBytes = 512 << 10
    /// Requests of one connection that may wait for a save, a derivation or a person.
    package static let waitingRequests = 64
    /// Milliseconds in which a frame that has begun must be complete: the slowest sender of the largest frame.
    package static let frameMilliseconds: UInt64 = 10_000
    /// Milliseconds in which a client must say HELLO.
    package static let helloMilliseconds: UInt64 = 10_000
    /// Milliseconds in which a client must read something of the replies that wait for it.
    package static let unreadMilliseconds: UInt64 = 30_000
    /// Milliseconds in which the broker tells the path of a program.
    package static let brokerMilliseconds: Int64 = 200
    /// Milliseconds for which no connection is accepted after the system refused one.
    package static let acceptPauseMilliseconds: UInt64 = 100
    /// Derivations (half a second each) that may wait.
    package static let waitingDerivations = 16
    /// Milliseconds for which a file from elsewhere may keep its worker, from RESTORE_OPEN to its reply.
    package static let foreignMilliseconds: UInt64 = 60_000
    /// Passphrases of one guesser that are checked at one time.
    package static let derivationsPerGuesser = 2
    /// Places for passphrases that only those get who have none checked.
    package static let derivationsKept = 4
    /// Those of them that only sessions get that have given the right one before.
    package static let derivationsKeptForOwners = 2
    /// Milliseconds that the first wrong passphrase of a guesser costs it; doubled by each further one.
    package static let wrongPassphraseMilliseconds: UInt64 = 500
    /// The most that a wrong passphrase costs.
    package static let wrongPassphraseMost: UInt64 = 30_000
    /// Milliseconds after an unlock for which its session gets recovery codes without another question.
    package static let proofMilliseconds: UInt64 = 60_000
    /// Unused kit codes at which the status begins to warn.
    package static let fewCodes = 3
    /// Guessers whose wrong passphrases are remembered, and sessions that have given the right one.
    package static let rememberedCallers = 256
    /// Milliseconds in which a challenge must be answered.
    package static let challengeMilliseconds: UInt64 = 60_000
    /// Challenges that one caller may have pending.
    package static let challengesPerCaller = 8
    /// Places for challenges that only those get who have none pending.
    package static let challengesKept = 8
    /// Those of them that only those get of whose slice none is pending.
    package static let challengesKeptForSlices = 4
    /// Challenges that one listener may have pending for all who ask through it.
    package static let challengesPerListener = 16
    /// Longest time for which a confirmation is remembered or a caller muted, in seconds.
    package static let rememberSeconds: UInt32 = 8 * 3600
    /// Callers that are muted at one time.
    package static let mutes = 256
    /// Remembered confirmations.
    package static let grants = 256
    /// Milliseconds after which an unfetched export is dropped.
    package static let exportMilliseconds: UInt64 = 120_000
    /// Exports that are ready at one time.
    package static let exports = 4
    /// Accounts that one transaction may add.
    package static let stagedAccounts = 20_000
    /// Transactions open at one time.
    package static let transactions = 4
    /// Sealed files that are restored from at one time.
    package static let restores = 2
    /// Bytes for which there is room before any has come: most need no more.
    package static let restoreRoom = 4 << 20
    /// Milliseconds after which one that nobody goes on with is dropped.
    package static let restoreMilliseconds: UInt64 = 600_000
    /// How often a merge is done anew because the vault was changed meanwhile.
    package static let restoreAttempts = 8
    /// Milliseconds for which a lock waits for workers: it is answered within a second.
    package static let lockMilliseconds: UInt64 = 800
    /// Seconds of inactivity and in all after which a vault may be set to lock: one day and one week.
    package static let lockSeconds: ClosedRange<UInt32> = 10...604_800
    /// Milliseconds for which a code that came by message is kept.
    package static let messageMilliseconds: UInt64 = 600_000
    /// Such codes at one time, and those of one site.
    package static let receivedCodes = 16
    package static let codesOfSite = 4
    /// Accounts for which the audit log tells what happened to a line.
    package static let lineAccounts = 32
    /// Bytes of one audit log file before the next is begun.
    package static let auditBytes = 8 << 20
    /// Milliseconds after the last work of a worker's after which memory that nobody uses goes back to the system.
    package static let trimMilliseconds: UInt64 = 1_000
    /// Milliseconds between two looks at the socket's name and the vault's directory.
    package static let placeMilliseconds: UInt64 = 60_000
    /// Milliseconds after which a socket that has gone is made anew, and between two times.
    package static let placePauseMilliseconds: UInt64 = 1000
    /// Bytes of lines that wait for room on the disk; what comes after them is only counted.
    package static let auditBacklog = 1 << 20
    /// Lines of the audit logs after which the vault is saved so that it remembers them.
    package static let anchorLines: UInt64 = 256
    /// Milliseconds after the first of them at which it is saved for that.
    package static let anchorMilliseconds: UInt64 = 600_000
    /// Milliseconds for which codes of one account and caller are counted in one line.
    package static let foldMilliseconds: UInt64 = 30_000
    /// Accounts and callers for which they are counted at one time.
    package static let foldedKinds = 1024
    /// Milliseconds between two looks for deadlines of connections.
    package static let tickMilliseconds: UInt64 = 1000
    /// Milliseconds after the last change at which a backup is sealed.
    package static let backupQuietMilliseconds: UInt64 = 30_000
    /// Milliseconds after the first change that no backup holds at which one is sealed even if changes go on.
    package static let backupMostMilliseconds: UInt64 = 600_000
    /// Milliseconds after which sealing is tried again when it failed.
    package static let backupRetryMilliseconds: UInt64 = 600_000
    /// Bytes of backups that are being verified, over all connections.
    package static let verifiedBytes = Limits.sealed
    /// Milliseconds after which parts of a backup that was not sent whole are dropped.
    package static let verifyMilliseconds: UInt64 = 60_000
    /// Milliseconds after KEY_ASSERT in which KEY_NEXT gives the next assertion.
    package static let nextAssertionMilliseconds: UInt64 = 30_000
    /// Milliseconds for which a yes counts that was given for a token before the request (userPresent, CTAP 2.1, section
    /// 6.5.2.1).
    package static let consentMilliseconds: UInt64 = 30_000
    /// Milliseconds for which a PIN token is good.
    package static let tokenMilliseconds: UInt64 = 600_000
    /// The longest time after an unlock for which a yes can be chosen to verify the owner, in seconds.
    package static let freshUnlockSeconds: UInt32 = 3600
    /// Wrong PINs of one guesser in a row after which none of it is checked until the owner gives the passphrase.
    package static let wrongPins = 3
    /// Seconds for which the last use of a synced key may be noted too late: noting it is a save.
    package static let lastUseSeconds: UInt64 = 3600
}
