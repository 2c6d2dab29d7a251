import Client
package import Platform
import Wire

/// What the command line of fob-session(1) asks for.
package struct SessionOptions: Sendable {
    /// Another user's session in front is a reason to lock, too.
    package var locksOnSwitch = false
    /// Questions and a stale backup are shown.
    package var notifies = true
    /// An item is put into the desktop's tray.
    package var hasTray = false
    /// The desktop is asked for a key that shows the window.
    package var wantsShortcut = false
    /// It only writes how it stands, a line of JSON for each change, and locks and shows nothing.
    package var writesStanding = false

    package init() {}
}

/// Why it cannot go on.
package struct SessionError: Error {
    /// What and why.
    package let message: String
    /// What to do.
    package let remedy: String
}

/// The user's session: has the vault locked when its owner goes away, and says what waits for the owner. It holds no
/// secret, and the worst that whoever speaks on the bus can do with it is a lock.
package final class UserSession {
    private let options: SessionOptions
    private let system: Bus?
    private let session: Bus?
    private let say: (String) -> Void
    private let poll: Poll
    /// Open while the machine is to wait with its sleep.
    private var delay: FileDescriptor?
    /// Since logind refused that or said nothing: the milliseconds from one request to the next, and when that is due.
    private var refused: (pause: UInt64, next: UInt64)?
    /// Events come over it; nil while no agent runs.
    private var agent: Connection?
    private var expectation = AgentExpectation()
    private var standing = Standing()
    /// What is in the tray; nil before anything is.
    private var tray: Tray?
    /// Those that give codes, where the tray wants them.
    private var accounts: [Account] = []
    private var written: Standing?
    private var slots: [Identifier: Int] = [:]
    /// Destinations whose backup is stale.
    private var stale: Set<String> = []
    /// When that was last shown of each, in milliseconds since the machine was started.
    private var staleShown: [String: UInt64] = [:]

    private enum Token: UInt64 { case signals = 1, system, session, agent, names }

    /// The slots of notifications about backups, telephone lines and codes by message; the others are for questions.
    private static let backupSlot = 0, lineSlot = 1, codeSlot = 2, firstSlot = 3
    /// For how long logind waits when it does not say: less than its default.
    private static let usualDelay: Int64 = 3000
    /// Of it, what is left for the way back to logind.
    private static let spare: Int64 = 500
    /// Milliseconds after which it is asked again for a delay that it did not give, at first and at most: while the machine starts,
    /// what it asks in its turn may be slower than anybody waits.
    private static let soon: UInt64 = 1000, late: UInt64 = 600_000
    private static let day: UInt64 = 24 * 60 * 60 * 1000

    /// - Parameter say: writes a line to the journal.
    package init(_ options: SessionOptions, say: @escaping (String) -> Void) throws {
        self.options = options
        self.say = say
        poll = try Poll()
        guard !options.writesStanding else {
            system = nil
            session = nil
            return
        }
        var reasons = 0
        do throws(SystemError) { system = try Bus.system() } catch {
            say(Sentences.noLogind)
            system = nil
            reasons += 1
        }
        do throws(SystemError) { session = try Bus.session() } catch {
            say(Sentences.noSessionBus)
            session = nil
            reasons += 1
        }
        guard reasons < 2 else { throw SessionError(message: Sentences.noBus, remedy: Sentences.startBus) }
    }

    /// Goes on until SIGTERM, SIGINT or SIGHUP; then the session ends, and the vault is locked.
    package func run(signals: borrowing SignalQueue) throws {
        try poll.add(signals.descriptor.number, token: Token.signals.rawValue, .read)
        try watchBuses()
        let names = try NameWatch()
        for path in [Paths.data, Paths.socket.map(Paths.directory(of:))] {
            if let path { try? names.add(path, names: true) }
        }
        try poll.add(names.descriptor.number, token: Token.names.rawValue, .read)
        delaySleep()
        if options.hasTray { session.askTray() }
        if options.wantsShortcut { session.askShortcut(Sentences.shortcut) }
        var ready: [Poll.Ready] = []
        while true {
            listen()
            try takeSignals()
            write()
            showTray()
            try poll.wait(milliseconds: timeout, into: &ready)
            if let refused, refused.next <= Clock.sinceBoot { delaySleep() }
            for event in ready {
                switch Token(rawValue: event.token) {
                case .signals:
                    if !options.writesStanding { lock(because: nil) }
                    return
                case .names:
                    names.drain()
                    expectation.nameCame()
                case .agent: hear()
                case .system, .session, nil: break
                }
            }
        }
    }

    private func watchBuses() throws(SystemError) {
        if let number = system.descriptor { try poll.add(number, token: Token.system.rawValue, .read) }
        if let number = session.descriptor { try poll.add(number, token: Token.session.rawValue, .read) }
    }

    private var timeout: Int32 {
        var least: Int32? = isConnected ? nil : expectation.pause()
        for other in [system.timeout, session.timeout] {
            if let other { least = min(least ?? other, other) }
        }
        if let refused {
            let now = Clock.sinceBoot
            least = min(least ?? .max, Int32(clamping: refused.next > now ? refused.next - now : 0))
        }
        return least ?? -1
    }

    // MARK: Locking

    private func takeSignals() throws {
        do throws(SystemError) {
            while let signal = try system.next() { take(signal) }
            while let signal = try session.next() { take(signal) }
        } catch { throw SessionError(message: Sentences.busLost, remedy: Sentences.startAgain) }
    }

    private func take(_ signal: SessionSignal) {
        switch signal {
        case .sleep(true):
            lock(because: signal)
            // Only now: until it is closed, the machine waits.
            delay = nil
            refused = nil
        case .sleep(false): delaySleep()
        case .lock, .shutdown(true), .locked(true), .screensaver(true): lock(because: signal)
        case .active(false): if options.locksOnSwitch { lock(because: signal) }
        case .window: session.showWindow()
        case .chosen(let number): choose(number)
        case .shutdown(false), .locked(false), .screensaver(false), .active(true): break
        }
    }

    private func choose(_ number: Int) {
        guard let tray, tray.menu.indices.contains(number - 1) else { return }
        switch tray.menu[number - 1].choice {
        case .show: session.showWindow()
        case .copy(let account): session.copy(account)
        case .lock: lock(because: .chosen(number))
        case .nothing: break
        }
    }

    private func showTray() {
        guard options.hasTray else { return }
        let new = Tray(standing, accounts)
        guard new != tray else { return }
        tray = new
        session.show(new)
    }

    private func delaySleep() {
        delay = system.delaySleep(Sentences.whyDelay)
        guard !isDelaying, system.isThere else { return refused = nil }
        if refused == nil { say(Sentences.noDelay) }
        let pause = refused.map { min($0.pause * 2, Self.late) } ?? Self.soon
        refused = (pause, Clock.sinceBoot + pause)
    }

    private var isDelaying: Bool {
        switch delay {
        case .some: true
        case nil: false
        }
    }

    /// Comes back when the vault is locked, or when nobody would wait any longer. An agent that does not run holds
    /// nothing, and is not started for it.
    private func lock(because signal: SessionSignal?) {
        guard AgentProcess.isRunning else { return }
        let why = Sentences.why(signal)
        let patience = max((system.longestDelay ?? Self.usualDelay) - Self.spare, Self.spare)
        do throws(ClientError) {
            var connection = try Connection.open(starting: false)
            if try connection.lock(within: Int32(clamping: patience)) { return say(Sentences.locked + why) }
        } catch { say(error.message) }
        // It takes a signal when it goes on, before any request.
        if let process = AgentProcess.holder, AgentProcess.lock(process) { say(Sentences.notLocked + why) }
    }

    // MARK: Telling

    private var isConnected: Bool {
        switch agent {
        case .some: true
        case nil: false
        }
    }

    /// Connects to an agent that runs.
    private func listen() {
        guard options.notifies || options.writesStanding || options.hasTray, !isConnected, AgentProcess.isRunning else {
            return
        }
        do throws(ClientError) {
            var connection = try Connection.open(starting: false)
            try connection.request(
                SubscribeRequest(
                    options.hasTray
                        ? [.challenge, .challengeEnded, .locked, .unlocked, .changed, .backupHealth, .number]
                        : [.challenge, .challengeEnded, .locked, .unlocked, .backupHealth, .number]))
            standing.vault = try connection.request(StatusRequest()).vault
            if options.hasTray, standing.vault == .unlocked { accounts = try connection.accountsOfTray() }
            let pending: ChallengesReply = try connection.request(ChallengesRequest())
            for challenge in pending.challenges { show(challenge) }
            let state: BackupStateReply = try connection.request(BackupStateRequest())
            for report in state.reports { take(report) }
            try? poll.add(connection.descriptor, token: Token.agent.rawValue, .read)
            agent = consume connection
            hear()
        } catch { lose() }
    }

    /// Takes the events that have come.
    private func hear() {
        while let event = agent.eventThatCame() {
            switch event {
            case .event(.locked):
                (standing.vault, accounts) = (.locked, [])
                // The code has gone.
                if options.notifies { session.takeAway(Self.codeSlot) }
            case .event(.unlocked):
                standing.vault = .unlocked
                listAccounts()
            case .event(.changed): listAccounts()
            case .event(.challenge(let challenge)): show(challenge)
            case .event(.challengeEnded(let id, _)): takeAway(id)
            case .event(.backupHealth(let report)): take(report)
            case .event(.number(let event)): show(event)
            case .event: break
            case .end: return lose()
            }
        }
    }

    private func listAccounts() {
        guard options.hasTray else { return }
        // Over a connection of its own: on the other one events may come between.
        do throws(ClientError) {
            var connection = try Connection.open(starting: false)
            accounts = try connection.accountsOfTray()
        } catch { accounts = [] }
    }

    private func lose() {
        agent = nil
        accounts = []
        for id in slots.keys { takeAway(id) }
        standing = Standing(isStale: standing.isStale)
    }

    private func show(_ challenge: Challenge) {
        guard slots[challenge.id] == nil else { return }
        let free = (Self.firstSlot..<Int(Bus.slots)).first { slot in !slots.values.contains(slot) }
        slots[challenge.id] = free ?? Int(Bus.slots)
        standing.questions = slots.count
        guard options.notifies, let free else { return }
        session.notify(free, Sentences.question, Sentences.question(challenge))
    }

    private func takeAway(_ id: Identifier) {
        guard let slot = slots.removeValue(forKey: id) else { return }
        standing.questions = slots.count
        if options.notifies, slot < Int(Bus.slots) { session.takeAway(slot) }
    }

    private func take(_ report: BackupReport) {
        defer { standing.isStale = !stale.isEmpty }
        guard report.health == .stale else {
            if report.health != .failing { stale.remove(report.destination) }
            return
        }
        stale.insert(report.destination)
        let now = Clock.sinceBoot
        guard options.notifies, staleShown[report.destination].map({ now - $0 >= Self.day }) ?? true else { return }
        staleShown[report.destination] = now
        session.notify(
            Self.backupSlot, Sentences.stale,
            Sentences.stale(Label.shown(report.destination), Label.shown(Translation.heard(report.cause))))
    }

    private func show(_ event: NumberEvent) {
        guard options.notifies else { return }
        switch event.news {
        case .code: session.notify(Self.codeSlot, Sentences.codeCame, Sentences.codeCame(event.host))
        case .simChanged, .serviceLost:
            session.notify(Self.lineSlot, Sentences.line, Sentences.line(event.news, Int(event.accounts)))
        case .serviceBack: session.takeAway(Self.lineSlot)
        }
    }

    private func write() {
        guard options.writesStanding, written != standing else { return }
        written = standing
        Output.line(standing.json)
    }
}

extension Connection {
    /// The accounts that give codes, as far as the tray wants them: favourites may be anywhere.
    fileprivate mutating func accountsOfTray() throws(ClientError) -> [Account] {
        var (found, start): ([Account], UInt32) = ([], 0)
        repeat {
            let page = try request(ListRequest(start: start))
            let fitting = page.accounts.filter { $0.credential.kind != nil && $0.removed == 0 }
            found +=
                fitting.filter { $0.extras.isFavourite }
                + fitting.prefix(start == 0 ? Tray.most : 0).filter { !$0.extras.isFavourite }
            start = page.next
        } while start != 0
        return found
    }
}
