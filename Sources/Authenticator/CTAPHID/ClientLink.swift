import Client
package import Platform
package import Wire

/// One client of the CTAP socket and its own connection to the agent, both looked after by one thread.
package struct ClientLink: ~Copyable, AgentLink {
    /// Milliseconds between two reports that say that a request is still being answered; clients expect one every 100.
    private static let keepAliveMilliseconds: UInt64 = 80

    private let socket: FileDescriptor
    private var machine: CTAPHID
    private var agent: Connection?
    /// Both descriptors, for when the agent is waited for.
    private let poll: Poll
    /// Whether the client is still there.
    private(set) var isOpen = true
    /// The client has cancelled what is being answered.
    private var isCancelled = false

    package init(_ socket: consuming FileDescriptor, _ machine: CTAPHID) throws(SystemError) {
        poll = try Self.poll(for: socket.number)
        self.socket = socket
        self.machine = machine
    }

    private static func poll(for number: Int32) throws(SystemError) -> Poll {
        let poll = try Poll()
        try poll.add(number, token: 0, .read)
        return poll
    }

    // MARK: - The client

    /// The next request, or nil when `end` (milliseconds of `Clock.sinceBoot`) or the client's leaving came first.
    mutating func nextRequest(until end: UInt64?) -> CTAPHID.Request? {
        while isOpen {
            let now = Clock.sinceBoot
            if let end, now >= end { return nil }
            send(machine.expire(now: now))
            let due = [end, machine.deadline].compactMap { $0 }.min()
            guard socket.isReadable(within: due.map { Int32(clamping: $0 > now ? $0 - now : 0) } ?? -1) else {
                continue
            }
            for event in receive() {
                if case .request(let request) = event {
                    isCancelled = false
                    return request
                }
            }
        }
        return nil
    }

    /// Sends the answer to the request that was given out last.
    mutating func finish(_ answer: [UInt8]) {
        guard isOpen, machine.isAnswering else { return }
        for report in machine.finish(answer) { send(report) }
    }

    /// Takes one report, sends what belongs to it and returns what is left to do.
    private mutating func receive() -> [CTAPHID.Event] {
        var bytes: [UInt8] = []
        do throws(SystemError) {
            try bytes.append(addingCapacity: Report.count + 2) {
                (output: inout OutputSpan<UInt8>) throws(SystemError) in _ = try socket.read(into: &output)
            }
        } catch {
            bytes = []
        }
        guard !bytes.isEmpty else {
            isOpen = false
            return []
        }
        // What is no report gets no answer: there is no channel to send one to.
        guard let report = Report(bytes.span) else { return [] }
        let events = machine.receive(report, now: Clock.sinceBoot)
        send(events)
        return events
    }

    private mutating func send(_ events: [CTAPHID.Event]) {
        for case .send(let report) in events { send(report) }
    }

    private mutating func send(_ report: Report) {
        guard isOpen else { return }
        if (try? Socket.send(report.bytes.span, to: socket)) == nil { isOpen = false }
    }

    // MARK: - The agent

    /// Sends a request; connects first where there is no connection, or only one to an agent that has ended.
    package mutating func begin<M: PlainMessage>(_ message: M) throws(LinkFailure) -> UInt32 {
        let isNew = agent == nil
        if isNew { try connect() }
        do throws(ClientError) {
            return try begun(message)
        } catch {
            agent = nil
            guard !isNew, error.code == .noAgent else { throw .refused(error.code) }
        }
        try connect()
        do throws(ClientError) { return try begun(message) } catch { throw .refused(error.code) }
    }

    private mutating func begun<M: PlainMessage>(_ message: M) throws(ClientError) -> UInt32 {
        guard let number = try agent?.begin(message) else { throw ClientError(.noAgent, "") }
        // The client may have cancelled while an earlier question of the same command was on its way.
        if isCancelled { try agent?.cancel(number) }
        return number
    }

    private mutating func connect() throws(LinkFailure) {
        do throws(ClientError) {
            let connection = try Connection.open()
            try? poll.add(connection.descriptor, token: 1, .read)
            agent = consume connection
        } catch {
            throw .refused(error.code)
        }
    }

    /// Waits for a reply. Meanwhile the client's reports are taken: a cancel goes on to the agent, whose reply then says
    /// so; when the client leaves or begins anew, the request is dropped.
    package mutating func wait<R: Message>(
        for request: UInt32, _ progress: CTAPHID.Progress, milliseconds: UInt64?, reply: R.Type
    ) throws(LinkFailure) -> R? {
        let start = Clock.sinceBoot
        let end = milliseconds.map { start + $0 }
        var nextKeepAlive = start + Self.keepAliveMilliseconds
        var ready: [Poll.Ready] = []
        while true {
            if let reply = try taken(request, reply) { return reply }
            let now = Clock.sinceBoot
            if let end, now >= end { return nil }
            if now >= nextKeepAlive {
                if let report = machine.keepAlive(progress) { send(report) }
                nextKeepAlive = now + Self.keepAliveMilliseconds
            }
            let due = min(nextKeepAlive, end ?? .max)
            do throws(SystemError) {
                try poll.wait(milliseconds: Int32(clamping: due - now), into: &ready)
            } catch {
                throw .refused(.system)
            }
            if ready.contains(where: { $0.token == 0 }) { try serve(request) }
            guard isOpen else {
                drop(request)
                throw .abandoned
            }
        }
    }

    private mutating func taken<R: Message>(_ request: UInt32, _ reply: R.Type) throws(LinkFailure) -> R? {
        guard agent != nil else { throw .refused(.noAgent) }
        do throws(ClientError) {
            return try agent?.reply(to: request, reply)
        } catch {
            if error.code == .noAgent || error.code == .protocolMismatch { agent = nil }
            throw .refused(error.code)
        }
    }

    /// Takes one report while `request` is waited for.
    private mutating func serve(_ request: UInt32) throws(LinkFailure) {
        for event in receive() {
            switch event {
            case .cancel where !isCancelled:
                isCancelled = true
                try? agent?.cancel(request)
            case .abandon:
                drop(request)
                throw .abandoned
            default: break
            }
        }
    }

    /// Ends a request whose reply nobody waits for.
    package mutating func drop(_ request: UInt32) { try? agent?.abandon(request) }
}
