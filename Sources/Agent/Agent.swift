import OneTimePassword
package import Platform
package import Vault
import Wire

/// How an agent is started.
package struct Configuration: Sendable {
    /// The release, for display.
    package var release: String
    #if FOB_TESTING
    /// The time that codes are made for, in place of the clock.
    package var fixedTime: UInt64?
    /// A cheap derivation for new vaults.
    package var cheapDerivation = false
    /// Milliseconds from the last change to the next backup.
    package var backupQuiet: UInt64?
    /// Milliseconds in which a client must say HELLO.
    package var helloMilliseconds = AgentLimits.helloMilliseconds
    /// Milliseconds in which a challenge must be answered.
    package var challengeMilliseconds = AgentLimits.challengeMilliseconds
    /// Milliseconds for which a code that came by message is kept.
    package var messageMilliseconds = AgentLimits.messageMilliseconds
    /// Every program may say what messages have come.
    package var takesAnyMessages = false

    /// Security keys as the suites of CTAP want them. A new connection is as if power came back, and a
    /// reset needs no passphrase.
    package var testAuthenticator = false
    /// Whatever about security keys needs a person and no passphrase has a yes at once.
    package var testConfirm = false
    /// Fewer mechanisms than all.
    package var sandbox = Sandbox.Mechanisms.all
    #else
    var fixedTime: UInt64? { nil }
    var cheapDerivation: Bool { false }
    var backupQuiet: UInt64? { nil }
    var helloMilliseconds: UInt64 { AgentLimits.helloMilliseconds }
    var challengeMilliseconds: UInt64 { AgentLimits.challengeMilliseconds }
    var messageMilliseconds: UInt64 { AgentLimits.messageMilliseconds }
    var takesAnyMessages: Bool { false }
    var testAuthenticator: Bool { false }
    var testConfirm: Bool { false }
    var sandbox: Sandbox.Mechanisms { .all }
    #endif

    /// A configuration for everyday use.
    package init(release: String) { self.release = release }
}

/// The one process that holds the secrets: what is unlocked, what is being saved, who waits for what.
///
/// Everything here runs on the loop's thread. Slow work goes to two workers (derivations; sealing and files), which
/// own what they work on and hand results back through `Completions`.
package final class Agent {
    let configuration: Configuration
    let server: Server
    let store: Store
    let audit: AuditLog
    let derivations: Worker
    let files: Worker
    /// For files from elsewhere, which may be costly: nobody but who restores waits for them.
    let foreign: Worker
    let completions: Completions
    let manager: ServiceManager
    let startedAt = Monotonic.now

    /// What is unlocked; nil while the vault is locked or absent.
    var open: OpenVault?
    /// There was a vault file when it was last looked for.
    private(set) var hasVault: Bool
    /// What is left of a vault whose file is not there.
    private(set) var remains: Store.Remains?
    /// The number of the last change of any vault that was open. It begins with the clock, so that none is given twice,
    /// not even by the next agent: who kept something by a number asks again.
    var lastRevision = Clock.utc << 20
    /// A vault is being made, opened or given another passphrase: one at a time.
    var isOpening = false
    /// A lock has been asked for and waits for a save to end.
    var isLocking = false
    var lockReason = LockReason.request
    /// A lock was completed in this turn.
    var hasJustLocked = false
    /// Grows with every lock, so that work begun before it is not taken for work after it.
    var lockEpoch: UInt64 = 0
    /// A save that was in flight when a lock would wait for it no longer: until it ends, nothing is opened on top of it.
    var lateSave: OpenVault?
    /// What ends the wait of a lock.
    var lockTimer: Timers.Timer?
    /// Requests to lock that wait until no worker holds secrets any more.
    var lockWaiters: [Held] = []

    var challenges = Challenges()
    /// What is known of security keys while the vault is locked.
    var knownKeys = KnownKeys()
    /// The question whose answer has just unlocked the vault, while the request that it was for is done.
    var answered: (requester: Requester, challenge: Challenge)?
    var givenCodes: GivenCodes
    /// The last unlock, while it is fresh.
    var recentUnlock: RecentUnlock?
    var wrongPassphrases = WrongPassphrases()
    /// Leaders of sessions that were granted something, by what the poll calls them.
    var leaders: [UInt64: Leader] = [:]
    var lastLeader = Agent.leaderTokens
    let place: Place
    /// When the socket was last made anew.
    var listenedAnewAt: Monotonic?
    var lookTimer: Timers.Timer?
    /// When unused memory goes back; see `trimWhenIdle`.
    var trimTimer: Timers.Timer?
    let finished: FinishedBackups
    var backups = BackupProgress()
    /// Codes that have come by message.
    var received = ReceivedCodes()
    /// Telephone lines, by what tells their modems apart.
    var lines: [[UInt8]: Line] = [:]
    var exports: [UInt32: Export] = [:]
    var lastExport: UInt32 = 0
    /// What is to be done when its time has come. The lock's and the backups' times are not among them: they move with
    /// each request.
    var timers = Timers()
    var warnings: [Warning: String] = [:]
    var isStopping = false
    /// Files that nobody goes on with are looked for from time to time.
    var isSweeping = false

    /// What `fob status` warns of, one line each.
    enum Warning: Hashable {
        case rolledBack
        case notSaved
        case auditNotWritten
        case auditDamaged
        case auditMissing
        case vaultReplaced
        case vaultMissing
        case readOnly
        case clock
        case clockStep
        case memoryNotLocked
        case notConfined
        case notSealed
        case backupStale
        case socketLost
        case stillAtWork
    }

    /// Tokens of leaders are above this, and above all of connections.
    static let leaderTokens: UInt64 = 1 << 63
    static let signalToken: UInt64 = 1
    static let timerToken: UInt64 = 2
    static let bellToken: UInt64 = 3
    static let placeToken: UInt64 = 4

    /// An agent over a store that is locked for it, and a listening socket, or two.
    package init(
        _ configuration: Configuration, store: Store, listener: consuming FileDescriptor,
        forwarded: consuming FileDescriptor? = nil, manager: ServiceManager
    ) throws {
        self.configuration = configuration
        self.store = store
        self.manager = manager
        // Before the log is opened: its time is that of the last code.
        givenCodes = GivenCodes(
            formerly: try store.directory.status(of: "codes.log").flatMap { $0.size > 0 ? $0.modified : nil } ?? 0)
        audit = try AuditLog(in: store.directory)
        finished = FinishedBackups(in: store.directory)
        completions = try Completions()
        derivations = try Worker(most: AgentLimits.waitingDerivations)
        files = try Worker(most: 64)
        foreign = try Worker(most: AgentLimits.restores)
        if let quiet = configuration.backupQuiet { backups.schedule = BackupSchedule(quiet: quiet) }
        hasVault = try store.hasVault()
        place = try Place(home: store.directory)
        place.add(.agent, at: listener)
        server = try Server(listener: listener, poll: Poll(), user: Environment.user)
        server.helloMilliseconds = configuration.helloMilliseconds
        if let forwarded {
            place.add(.forwarded, at: forwarded)
            try server.listen(.forwarded, at: forwarded)
        }
        server.onClose = { [unowned self] connection in isGone(connection) }
        lookForVault()
        if audit.wasDamaged { warnings[.auditDamaged] = Sentences.auditDamaged }
        if try Memory.report().protection == .unlocked { warnings[.memoryNotLocked] = Sentences.memoryNotLocked }
        if let interval = manager.watchdogMilliseconds { keepAlive(every: interval, after: .now) }
    }

    /// Seconds of UTC; fixed in tests.
    var utc: UInt64 { configuration.fixedTime ?? Clock.utc }

    /// The moment at which the turn began.
    var now: Monotonic { server.now }

    /// What holds this process; `fob status` warns when that is not all.
    package private(set) var sandbox = Sandbox.Mechanisms.all

    /// Takes note of what holds this process.
    func note(_ held: Sandbox.Mechanisms) {
        sandbox = held
        if held != .all { warnings[.notConfined] = Sentences.notConfined(held) }
    }

    /// Looks again: a vault may have been put there, or made.
    func lookForVault() {
        hasVault = (try? store.hasVault()) ?? hasVault
        remains = hasVault ? nil : (try? store.remains()) ?? nil
        warnings[.vaultMissing] = remains.map(Sentences.vaultMissing)
        warnings[.readOnly] = store.isReadOnly ? Sentences.readOnly : nil
    }

    // MARK: The loop

    /// Serves until SIGTERM or SIGINT. A change that has been asked for by then is saved and answered first.
    package func run(signals: borrowing SignalQueue) throws {
        let timer = try BootTimer()
        try server.watch(signals.descriptor.number, token: Self.signalToken)
        try server.watch(timer.descriptor.number, token: Self.timerToken)
        try server.watch(completions.descriptor, token: Self.bellToken)
        try server.watch(place.watch.descriptor.number, token: Self.placeToken)
        keepPlace()
        var scratch = try LockedBuffer(capacity: AgentLimits.readBytes)
        var ready: [Poll.Ready] = []
        var timerSetTo: Monotonic?
        log(.started, outcome: audit.events.wasUnclean ? .unclean : .done)
        audit.write()
        manager.ready()
        while !isFinished {
            // The replies went through them.
            Memory.clearRegisters()
            try server.wait(into: &ready)
            Memory.withShieldOpen {
                lockIfDue()
                for event in ready { turn(event, signals: signals, timer: timer, scratch: &scratch) }
                server.resume(handle: take)
                runDue()
                endOfTurn()
            }
            // Before anybody has an answer, nothing of what it took is left on the stack.
            Memory.scrubStack()
            sendReplies()
            // Deadlines mostly move on: the timer goes off at the old moment, and only then is set to the new one.
            if let next = nextDeadline, timerSetTo.map({ next < $0 || $0 <= now }) ?? true {
                timer.set(to: next.milliseconds)
                timerSetTo = next
            }
        }
        finish()
    }

    private func turn(
        _ event: Poll.Ready, signals: borrowing SignalQueue, timer: borrowing BootTimer, scratch: inout LockedBuffer
    ) {
        switch event.token {
        case Self.placeToken:
            place.watch.drain()
            // Not in the middle of a removal, which would not end then.
            guard lookTimer == nil, !(place.hasHome && place.lost.isEmpty) else { return }
            lookTimer = timers.add(at: now + AgentLimits.placePauseMilliseconds) { [unowned self] in
                lookTimer = nil
                lookAround()
            }
        case Listener.agent.rawValue: server.accept(.agent, scratch: &scratch, handle: take)
        case Listener.forwarded.rawValue: server.accept(.forwarded, scratch: &scratch, handle: take)
        case Self.signalToken:
            while let signal = signals.next() { take(signal) }
        case Self.timerToken: timer.acknowledge()
        case Self.bellToken:
            completions.runFinished()
            trimWhenIdle()
            if completions.ownCount == 0 { warnings[.stillAtWork] = nil }
            if isLocking || !lockWaiters.isEmpty { finishLock() }
        default:
            if event.token > Self.leaderTokens { return leaderHasEnded(event.token) }
            guard let connection = server.connection(event.token) else { return }
            if event.interest.contains(.write) { server.flush(connection) }
            let isGone = !event.interest.isDisjoint(with: .hangup)
            if isGone || event.interest.contains(.read) {
                server.receive(connection, scratch: &scratch, isGone: isGone, handle: take)
            }
        }
    }

    private func take(_ connection: Connection, _ frame: Frame, _ bytes: Span<UInt8>) {
        handle(connection, frame, bytes.extracting(frame.body))
    }

    /// Saves what the turn has changed and writes what it has logged, before the replies go out.
    private func endOfTurn() {
        lookForAnchor()
        startSave()
        audit.write()
        warnings[.auditNotWritten] = audit.failure.map(Sentences.auditNotWritten)
        warnAboutAudit()
    }

    private func sendReplies() {
        server.flush()
        guard hasJustLocked else { return }
        hasJustLocked = false
        server.dropUnreadSecrets()
        Memory.trimHeap()
        server.flush()
    }

    private func take(_ signal: Int32) {
        guard signal == Signals.lock else { return stop() }
        lock(.signal)
        // Whoever locks by a signal may have found no socket.
        lookAround()
    }

    private func runDue() {
        server.tick()
        lockIfDue()
        for run in timers.takeDue(at: now) { run() }
        if let due = audit.deadline, due <= now { audit.flushFolded(at: now) }
        if !isLocking, let due = backups.schedule.deadline, due <= now { startSealing() }
    }

    private var nextDeadline: Monotonic? {
        // A lock that waits for a save is not asked for again.
        let locking = isLocking ? nil : open?.clock.deadline
        let sealing = isLocking || backups.isSealing ? nil : backups.schedule.deadline
        return Monotonic.earliest(
            Monotonic.earliest(server.nextDeadline, timers.next),
            Monotonic.earliest(Monotonic.earliest(locking, sealing), audit.deadline))
    }

    /// Tells the service manager again and again that the loop goes round.
    ///
    /// - Parameter interval: milliseconds.
    private func keepAlive(every interval: UInt64, after last: Monotonic) {
        timers.add(at: last + interval) { [unowned self] in
            manager.alive()
            keepAlive(every: interval, after: now)
        }
    }

    // MARK: Ending

    func stop() {
        guard !isStopping else { return }
        isStopping = true
        manager.stopping()
        lock(.shutdown)
    }

    /// Nothing is in flight any more.
    private var isFinished: Bool { isStopping && open == nil && completions.ownCount == 0 }

    private func finish() {
        for connection in server.all { logShown(connection) }
        audit.flushFolded()
        log(.stopped, outcome: .done)
        audit.write()
        server.flush()
        derivations.finish()
        files.finish()
    }

    /// Tells how many codes were shown over a connection behind the first of each account; the next one is a first again.
    func logShown(_ connection: Connection) {
        for (account, count) in connection.shown where count > 0 {
            audit.append(shown: account, count: count, caller: connection.caller, at: utc)
        }
        connection.shown = [:]
    }

    /// A client has gone: what it asked for is withdrawn.
    private func isGone(_ connection: Connection) {
        for challenge in challenges.take(where: { $0.requester.connection == connection.token }) {
            end(challenge, .withdrawn)
        }
        _ = takeWaitingForCodes { $0.connection == connection.token }
        logShown(connection)
        if let restore = connection.restore { abandon(restore, of: connection) }
        exports = exports.filter { $0.value.owner != connection.token }
        takeArriving(connection.token)
    }
}
