/// RESTORE_BEGIN: a sealed file of so many bytes comes.
package struct RestoreBeginRequest: PlainMessage, Request {
    package static var type: MessageType { .restoreBegin }
    /// Bytes of the file.
    package var bytes: UInt32 = 0

    package init() {}

    package init(bytes: UInt32) { self.bytes = bytes }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&bytes)
        try coder.check((1...UInt32(Limits.sealed)).contains(bytes))
    }
}

/// RESTORE_DATA: the next part of the file.
package struct RestoreDataRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .restoreData }
    /// The bytes.
    package var bytes: Span<UInt8>

    @_lifetime(immortal)
    package init() { bytes = Span() }

    @_lifetime(copy bytes)
    package init(bytes: Span<UInt8>) { self.bytes = bytes }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&bytes, 0...Limits.body, wide: true)
        try coder.check((1...Limits.sealedPart).contains(bytes.count))
    }
}

/// What a file is opened with.
package enum RestoreKey: UInt8, CaseIterable, Sendable {
    /// The passphrase that its vault had then.
    case passphrase = 1
    /// An age identity, `AGE-SECRET-KEY-1...`.
    case identity = 2
    /// The 15 bytes that a kit code stands for.
    case code = 3
    /// The keys that the vault here has for its backups: without a secret, for one of this vault.
    case own = 4
    /// The 32 bytes that a hardware security key has computed.
    case hardware = 5
}

/// RESTORE_OPEN: the file is complete; open it and find out what it would change.
package struct RestoreOpenRequest: Message, Request, ~Escapable {
    package typealias Reply = RestoreOpenedReply
    package static var type: MessageType { .restoreOpen }
    /// What for.
    package var mode: MergeMode
    /// What it is opened with.
    package var key: RestoreKey
    /// The passphrase, the identity's text or the code; empty with the vault's own keys.
    package var secret: Span<UInt8>
    /// The passphrase of the vault that is here, by which its owner proves to be there; empty when it is `secret`, and
    /// for a file that changes no unlock method.
    package var owner: Span<UInt8>

    @_lifetime(immortal)
    package init() { (mode, key, secret, owner) = (.restore, .own, Span(), Span()) }

    @_lifetime(copy secret)
    package init(mode: MergeMode, key: RestoreKey, secret: Span<UInt8>) {
        (self.mode, self.key, self.secret, owner) = (mode, key, secret, Span())
    }

    @_lifetime(copy secret, copy owner)
    package init(mode: MergeMode, key: RestoreKey, secret: Span<UInt8>, owner: Span<UInt8>) {
        (self.mode, self.key, self.secret, self.owner) = (mode, key, secret, owner)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&mode)
        try coder.choice(&key)
        try coder.lent(&secret, 0...Limits.passphrase)
        try coder.check(secret.isEmpty == (key == .own))
        try coder.lent(&owner, 0...Limits.passphrase)
    }
}

/// Changes of one kind that a file would make, and that are not made.
package struct RestoreLeft: Field, Equatable, Sendable {
    /// What they are about.
    package var kind = ChangeKind.account
    /// Why they are not made; not `allowed`.
    package var verdict = Verdict.leftOut
    /// How many.
    package var count: UInt32 = 0

    package init() {}

    package init(_ kind: ChangeKind, _ verdict: Verdict, count: UInt32) {
        (self.kind, self.verdict, self.count) = (kind, verdict, count)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&kind)
        try coder.choice(&verdict)
        try coder.integer(&count)
    }
}

/// What is told of a file that was opened, and of what it changes.
package struct RestoreSummary: Field, Equatable, Sendable {
    /// The file is of the vault that is here.
    package var isOwn = false
    /// There is no vault here: it would be made.
    package var makesVault = false
    /// The new vault needs a passphrase.
    package var needsPassphrase = false
    /// Which vault the file is of.
    package var vault = Identifier.zero
    /// Seconds of UTC at which the file was sealed.
    package var time: UInt64 = 0
    /// Number of the save.
    package var sequence: UInt64 = 0
    /// The machine that sealed it; empty when the file does not tell.
    package var machine = ""
    /// What becomes of the settings.
    package var settings = MergedSettings.same
    /// Sets of recovery codes that come in.
    package var recoverySets: UInt32 = 0
    /// Accounts by what becomes of them; one number for each ``MergeOutcome``, in its order.
    package var counts = [UInt32](repeating: 0, count: MergeOutcome.allCases.count)
    /// What is left out, or waits for the owner.
    package var left: [RestoreLeft] = []
    /// Protections that the file would weaken, and does not without the owner: which, of what.
    package var weakened: [String] = []
    /// UNDO_IMPORT can bring back the state before.
    package var isUndoable = true
    /// Where both copies had been edited, and what became of it: a sentence each.
    package var met: [String] = []

    package init() {}

    package init(
        isOwn: Bool, makesVault: Bool, needsPassphrase: Bool, vault: Identifier, time: UInt64, sequence: UInt64,
        machine: String, settings: MergedSettings, recoverySets: UInt32, counts: [UInt32]
    ) {
        (self.isOwn, self.makesVault, self.needsPassphrase) = (isOwn, makesVault, needsPassphrase)
        (self.vault, self.time, self.sequence, self.machine) = (vault, time, sequence, machine)
        (self.settings, self.recoverySets, self.counts) = (settings, recoverySets, counts)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bool(&isOwn)
        try coder.bool(&makesVault)
        try coder.bool(&needsPassphrase)
        try coder.field(&vault)
        try coder.integer(&time)
        try coder.integer(&sequence)
        try coder.string(&machine, Limits.text)
        try coder.choice(&settings)
        try coder.integer(&recoverySets)
        try coder.check(counts.count == MergeOutcome.allCases.count)
        for index in counts.indices { try coder.integer(&counts[index]) }
        try coder.list(&left, Limits.leftOut)
        try coder.strings(&weakened, Limits.weakened, each: Limits.text)
        try coder.bool(&isUndoable)
        try coder.strings(&met, Limits.weakened, each: Limits.text)
    }

    /// How many accounts have that outcome.
    package func count(_ outcome: MergeOutcome) -> Int { Int(counts[Int(outcome.rawValue)]) }
}

/// RESTORE_OPENED: the reply to RESTORE_OPEN.
package struct RestoreOpenedReply: PlainMessage {
    package static var type: MessageType { .restoreOpened }
    /// What it is and what it would change.
    package var summary = RestoreSummary()

    package init() {}

    package init(_ summary: RestoreSummary) { self.summary = summary }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&summary)
    }
}

/// RESTORE_PREVIEW: what becomes of each account.
package struct RestorePreviewRequest: PlainMessage, Request {
    package typealias Reply = RestoreEntriesReply
    package static var type: MessageType { .restorePreview }
    /// 0 for the first page, else `next` of the page before.
    package var start: UInt32 = 0

    package init() {}

    package init(start: UInt32 = 0) { self.start = start }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&start)
    }
}

/// What becomes of one account.
package struct RestoreEntry: Field, Equatable, Sendable {
    /// Which account it is, or will be, here.
    package var account = Identifier.zero
    /// What becomes of it.
    package var outcome = MergeOutcome.new
    /// Its counter goes up.
    package var isRaised = false
    /// Its issuer in the file, or here when it is only here.
    package var issuer = ""
    /// Its name there.
    package var name = ""
    /// Its name here afterwards.
    package var newName = ""

    package init() {}

    package init(
        account: Identifier, outcome: MergeOutcome, isRaised: Bool, issuer: String, name: String, newName: String
    ) {
        (self.account, self.outcome, self.isRaised) = (account, outcome, isRaised)
        (self.issuer, self.name, self.newName) = (issuer, name, newName)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&account)
        try coder.choice(&outcome)
        try coder.bool(&isRaised)
        try coder.string(&issuer, Limits.issuer)
        try coder.string(&name, Limits.name)
        try coder.string(&newName, Limits.name)
    }

    /// Bytes of one, for who fills pages.
    package var encodedCount: Int { Sizer.count(of: self) }
}

/// RESTORE_ENTRIES: a page of the preview.
package struct RestoreEntriesReply: PlainMessage {
    package static var type: MessageType { .restoreEntries }
    /// Start of the next page; 0 at the end.
    package var next: UInt32 = 0
    /// The file's accounts in their order, then those that are only here.
    package var entries: [RestoreEntry] = []

    package init() {}

    package init(next: UInt32, entries: [RestoreEntry]) { (self.next, self.entries) = (next, entries) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&next)
        try coder.list(&entries, Limits.pageEntries)
    }
}

/// RESTORE_COMMIT: do it.
package struct RestoreCommitRequest: Message, Request, ~Escapable {
    package typealias Reply = RestoredReply
    package static var type: MessageType { .restoreCommit }
    /// Where the file came from, for people.
    package var source: String
    /// The passphrase of a vault that is made; empty for the one that opened the file, and for a vault that is here.
    package var passphrase: Span<UInt8>
    /// Ask the owner about protections that are weakened; else they stay.
    package var asks: Bool

    @_lifetime(immortal)
    package init() { (source, passphrase, asks) = ("", Span(), false) }

    @_lifetime(copy passphrase)
    package init(source: String, passphrase: Span<UInt8>, asks: Bool = false) {
        (self.source, self.passphrase, self.asks) = (source, passphrase, asks)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&source, Limits.text)
        try coder.lent(&passphrase, 0...Limits.passphrase)
        try coder.bool(&asks)
    }
}

/// RESTORED: the reply to RESTORE_COMMIT once it is durable: what was changed in the end.
package struct RestoredReply: PlainMessage {
    package static var type: MessageType { .restored }
    /// What was changed.
    package var summary = RestoreSummary()

    package init() {}

    package init(_ summary: RestoreSummary) { self.summary = summary }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&summary)
    }
}

/// RESTORE_ABORT: forget the file.
package struct RestoreAbortRequest: EmptyMessage, Request {
    package static var type: MessageType { .restoreAbort }
    package init() {}
}

/// VERIFY: the new key of an account that needs verification.
package struct VerifyRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .verify }
    /// Which account.
    package var selector: Selector
    /// How codes are made; of some kind.
    package var credential: Credential
    /// The key.
    package var key: Span<UInt8>
    /// The PIN; empty when there is none.
    package var pin: Span<UInt8>

    @_lifetime(immortal)
    package init() { (selector, credential, key, pin) = (Selector(), Credential(), Span(), Span()) }

    @_lifetime(copy key, copy pin)
    package init(_ selector: Selector, _ credential: Credential, key: Span<UInt8>, pin: Span<UInt8>) {
        (self.selector, self.credential, self.key, self.pin) = (selector, credential, key, pin)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        try coder.field(&credential)
        try coder.lent(&key, 1...Limits.key)
        try coder.lent(&pin, 0...Limits.pin)
        try coder.check(credential.kind != nil, .contradiction)
    }
}
