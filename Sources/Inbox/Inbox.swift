import Client
package import Platform
import Wire

/// What the command line of fob-messages(1) asks for.
package struct InboxOptions: Sendable {
    /// What a paired telephone notifies of is read, too.
    package var readsNotifications = false
    /// For how long a line may look for a network before it has lost its service, in seconds.
    package var patience: UInt32 = 300

    package init() {}
}

/// Why it cannot go on.
package struct InboxError: Error {
    /// What and why.
    package let message: String
    /// What to do.
    package let remedy: String
}

/// Reads messages of modems and paired telephones, and hands the agent the codes that are in them. It keeps neither.
package final class Inbox {
    private let options: InboxOptions
    private let system: Bus?
    private let session: Bus?
    private let say: (String) -> Void
    private let poll: Poll
    private let names: NameWatch
    /// Nil while no agent runs.
    private var agent: Connection?
    private var expectation = AgentExpectation()
    private var lines: [String: WatchedLine] = [:]
    private var allowance = Allowance(most: 60, per: 60_000)
    private var isFlooded = false
    /// Messages of a paired telephone that were read: it tells of some more than once.
    private var read: [Int64] = []

    private enum Token: UInt64 { case signals = 1, system, session, agent, names }

    /// Milliseconds before and after which a message is of another time.
    private static let age: Int64 = 600_000
    /// What is remembered of messages that were read, and lines that are known of.
    private static let remembered = 64, mostLines = 8

    /// Opens what it needs; nothing is read yet.
    ///
    /// - Parameter say: writes a line to the journal.
    package init(_ options: InboxOptions, say: @escaping (String) -> Void) throws {
        self.options = options
        self.say = say
        poll = try Poll()
        names = try NameWatch()
        for path in [Paths.data, Paths.socket.map(Paths.directory(of:))] {
            if let path { try? names.add(path, names: true) }
        }
        var reasons = 0
        do throws(SystemError) { session = try Bus.session(notifications: options.readsNotifications) } catch {
            say(Sentences.noSessionBus)
            session = nil
            reasons += 1
        }
        do throws(SystemError) { system = try Bus.system() } catch {
            say(Sentences.noSystemBus)
            system = nil
            reasons += 1
        }
        guard reasons < 2 else { throw InboxError(message: Sentences.noBus, remedy: Sentences.startBus) }
        try poll.add(names.descriptor.number, token: Token.names.rawValue, .read)
        if let number = system.descriptor { try poll.add(number, token: Token.system.rawValue, .read) }
        if let number = session.descriptor { try poll.add(number, token: Token.session.rawValue, .read) }
    }

    /// Goes on until SIGTERM, SIGINT or SIGHUP.
    package func run(signals: borrowing SignalQueue) throws {
        try poll.add(signals.descriptor.number, token: Token.signals.rawValue, .read)
        var ready: [Poll.Ready] = []
        while true {
            try takeItems()
            tellLines()
            // Of what was read, nothing is left on the stack.
            Memory.clearRegisters()
            Memory.scrubStack()
            try poll.wait(milliseconds: timeout, into: &ready)
            for event in ready {
                switch Token(rawValue: event.token) {
                case .signals: return
                case .names:
                    names.drain()
                    expectation.nameCame()
                // Nothing is awaited: the agent has ended, or says so.
                case .agent: lose()
                case .system, .session, nil: break
                }
            }
        }
    }

    private var timeout: Int32 {
        let now = Clock.sinceBoot
        var next = lines.values.compactMap { $0.deadline(patience) }
        if lines.values.contains(where: \.isNew) { next.append(now + UInt64(expectation.pause())) }
        var least = next.min().map { Int32(clamping: $0 > now ? $0 - now : 0) }
        for other in [system.timeout, session.timeout] {
            if let other { least = min(least ?? other, other) }
        }
        return least ?? -1
    }

    private var patience: UInt64 { UInt64(options.patience) * 1000 }

    // MARK: What comes

    private func takeItems() throws {
        do throws(SystemError) {
            while let item = try system.next() { take(item, from: .modem) }
            while let item = try session.next() { take(item, from: .phone) }
        } catch { throw InboxError(message: Sentences.busLost, remedy: Sentences.startAgain) }
    }

    private func take(_ item: InboxItem, from source: MessageSource) {
        switch item {
        case .line(let standing):
            let now = Clock.sinceBoot
            if lines[standing.device] != nil {
                lines[standing.device]?.take(standing, at: now)
            } else if lines.count < Self.mostLines {
                lines[standing.device] = WatchedLine(standing, at: now)
            }
        case .message(let text, let date, let number):
            guard isNew(date, number) else { return }
            guard allowance.take(at: Clock.sinceBoot) else {
                if !isFlooded { say(Sentences.flood) }
                isFlooded = true
                return
            }
            isFlooded = false
            guard let message = ReadMessage(text) else { return }
            hand(message, from: source)
        }
    }

    private func isNew(_ date: Int64, _ number: Int64) -> Bool {
        guard date != 0 else { return true }
        let (distance, overflows) = date.subtractingReportingOverflow(Int64(clamping: Clock.utc) * 1000)
        guard !overflows, distance.magnitude < Self.age else { return false }
        // The date tells apart what two telephones have numbered alike.
        let mark = date &* 31 &+ number
        guard !read.contains(mark) else { return false }
        read.append(mark)
        if read.count > Self.remembered { read.removeFirst() }
        return true
    }

    // MARK: The agent

    private func hand(_ message: ReadMessage, from source: MessageSource) {
        do throws(ClientError) {
            try ask(MessageInRequest(source, host: message.host, frame: message.frame, code: message.code.utf8.span))
            say(message.host.isEmpty ? Sentences.guess : Sentences.code(for: message.host))
        } catch { say(Sentences.notKept(error.message)) }
    }

    private func tellLines() {
        let now = Clock.sinceBoot
        for device in lines.keys {
            lines[device]?.look(at: now, patience: patience)
            guard let line = lines[device], line.isNew else { continue }
            do throws(ClientError) {
                try ask(line.request)
                lines[device]?.isNew = false
            } catch {
                if error.code != .noAgent { say(Sentences.lineNotTold(error.message)) }
            }
        }
    }

    /// Asks over the connection that there is, and over a new one when the agent has ended meanwhile.
    private func ask<M: Request & ~Escapable>(_ message: M) throws(ClientError) where M.Reply == OKReply {
        let wasConnected = isConnected
        do throws(ClientError) { return try askOnce(message) } catch {
            guard error.code == .noAgent else { throw error }
            lose()
            guard wasConnected else { throw error }
        }
        try askOnce(message)
    }

    private func askOnce<M: Request & ~Escapable>(_ message: M) throws(ClientError) where M.Reply == OKReply {
        if !isConnected {
            let connection = try Connection.open(starting: false)
            try? poll.add(connection.descriptor, token: Token.agent.rawValue, .read)
            agent = consume connection
        }
        try agent.request(message)
    }

    private var isConnected: Bool {
        switch agent {
        case .some: true
        case nil: false
        }
    }

    /// The next agent knows nothing of the lines.
    private func lose() {
        agent = nil
        for device in lines.keys { lines[device]?.isNew = true }
    }
}

extension Optional where Wrapped == Connection, Wrapped: ~Copyable {
    /// Asks over a connection that is there.
    fileprivate mutating func request<M: Request & ~Escapable>(_ message: M) throws(ClientError)
    where M.Reply == OKReply {
        guard var connection = take() else { return }
        do throws(ClientError) { try connection.request(message) } catch {
            self = .some(connection)
            throw error
        }
        self = .some(connection)
    }
}

// A bus that may not be there.
extension Optional where Wrapped == Bus, Wrapped: ~Copyable {
    fileprivate var descriptor: Int32? {
        switch self {
        case .some(let bus): bus.descriptor
        case nil: nil
        }
    }

    fileprivate var timeout: Int32? {
        switch self {
        case .some(let bus): bus.timeout
        case nil: nil
        }
    }

    fileprivate func next() throws(SystemError) -> InboxItem? {
        switch self {
        case .some(let bus): try bus.next()
        case nil: nil
        }
    }
}
