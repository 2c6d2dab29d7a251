/// The protocol between a client and a security key on a wire of 64-byte reports (CTAP 2.1, section 11.2), as a value:
/// reports and moments go in, reports and whole requests come out.
///
/// One message is on its way at a time. While one is being received or answered, reports of other channels are told
/// that the key is busy, but for INIT, which always gets a channel.
package struct CTAPHID: Sendable {
    /// What is asked of whoever owns the value.
    package enum Event: Equatable, Sendable {
        /// Send this.
        case send(Report)
        /// Answer this, by ``finish(_:)``.
        case request(Request)
        /// The request that is being answered is no longer wanted: answer it at once.
        case cancel
        /// The client's side has begun anew: drop the request that is being answered, there is nobody to answer to.
        case abandon
        /// Show where the key is, if it can.
        case wink
    }

    /// A whole message for the layer above.
    package struct Request: Equatable, Sendable {
        /// Which of the two protocols it is of.
        package enum Kind: Equatable, Sendable {
            /// A U2F message: an APDU.
            case message
            /// A CTAP2 command: its number and its CBOR.
            case cbor
        }
        /// Who asks.
        package let channel: UInt32
        /// What the payload is.
        package let kind: Kind
        /// 1 to 7609 bytes.
        package let payload: [UInt8]

        /// With those fields.
        package init(channel: UInt32, kind: Kind, payload: [UInt8]) {
            (self.channel, self.kind, self.payload) = (channel, kind, payload)
        }
    }

    /// What is done while a request is answered, as KEEPALIVE says it.
    package enum Progress: UInt8, Sendable {
        case processing = 1
        /// A human is asked.
        case userPresenceNeeded = 2
    }

    /// Milliseconds within which a whole message must come.
    package static let messageMilliseconds: UInt64 = 500
    /// The longest that a client may keep others out by LOCK, in seconds.
    static let longestLock: UInt8 = 10

    enum Command {
        static let ping: UInt8 = 0x01
        static let message: UInt8 = 0x03
        static let lock: UInt8 = 0x04
        static let initialize: UInt8 = 0x06
        static let wink: UInt8 = 0x08
        static let cbor: UInt8 = 0x10
        static let cancel: UInt8 = 0x11
        static let keepAlive: UInt8 = 0x3B
        static let error: UInt8 = 0x3F
    }

    enum Failure: UInt8 {
        case command = 0x01
        case parameter = 0x02
        case length = 0x03
        case sequence = 0x04
        case timeout = 0x05
        case busy = 0x06
        case channel = 0x0B
    }

    private enum State: Equatable {
        case idle
        case receiving(channel: UInt32, command: UInt8, announced: Int, nextSequence: UInt8, deadline: UInt64)
        case answering(channel: UInt32, command: UInt8)
    }

    private var state = State.idle
    private var incoming: [UInt8] = []
    private var channels: Channels
    private var lock: (channel: UInt32, until: UInt64)?

    /// - Parameters:
    ///   - firstChannel: the first channel to give out, best a random one.
    ///   - acceptsAnyChannel: whether channels are accepted that were not given out; for tests only.
    package init(firstChannel: UInt32, acceptsAnyChannel: Bool = false) {
        channels = Channels(first: firstChannel, acceptsAny: acceptsAnyChannel)
    }

    /// The moment at which ``expire(now:)`` is due, in the milliseconds of `now`; nil while nothing is awaited.
    package var deadline: UInt64? {
        if case .receiving(_, _, _, _, let deadline) = state { deadline } else { nil }
    }

    /// Whether a request is being answered.
    package var isAnswering: Bool { if case .answering = state { true } else { false } }

    // MARK: - From the client

    /// Takes one report at `now`, milliseconds of any clock that only grows.
    package mutating func receive(_ report: Report, now: UInt64) -> [Event] {
        let late = expire(now: now)
        return late + (report.isInitial ? begin(report, now: now) : proceed(report, now: now))
    }

    private mutating func begin(_ report: Report, now: UInt64) -> [Event] {
        let channel = report.channel
        guard report.command != Command.initialize else { return initialize(report) }
        guard channels.use(channel) else { return failed(channel, .channel) }
        switch state {
        case .receiving(channel, _, _, _, _):
            state = .idle
            return failed(channel, .sequence)
        case .answering(channel, _):
            // CANCEL is never answered itself.
            if report.command == Command.cancel { return [.cancel] }
            return failed(channel, .busy)
        case .receiving, .answering:
            return report.command == Command.cancel ? [] : failed(channel, .busy)
        case .idle: break
        }
        guard report.command != Command.cancel else { return [] }
        if let lock, lock.channel != channel, now < lock.until { return failed(channel, .busy) }
        let announced = report.announced
        guard announced <= Report.message else { return failed(channel, .length) }
        incoming = Array(report.part.prefix(announced))
        guard incoming.count < announced else { return complete(channel, report.command, now: now) }
        state = .receiving(
            channel: channel, command: report.command, announced: announced, nextSequence: 0,
            deadline: now + Self.messageMilliseconds)
        return []
    }

    private mutating func proceed(_ report: Report, now: UInt64) -> [Event] {
        // Reports of no message, such as the rest of one that was refused, get no answer.
        guard case .receiving(let channel, let command, let announced, let nextSequence, let deadline) = state,
            report.channel == channel
        else { return [] }
        guard report.sequence == nextSequence else {
            state = .idle
            return failed(channel, .sequence)
        }
        incoming += report.part.prefix(announced - incoming.count)
        guard incoming.count < announced else {
            state = .idle
            return complete(channel, command, now: now)
        }
        state = .receiving(
            channel: channel, command: command, announced: announced, nextSequence: nextSequence + 1,
            deadline: deadline)
        return []
    }

    private mutating func complete(_ channel: UInt32, _ command: UInt8, now: UInt64) -> [Event] {
        let payload = incoming
        incoming = []
        switch command {
        case Command.ping: return sent(channel, command, payload)
        case Command.wink:
            guard payload.isEmpty else { return failed(channel, .length) }
            return [.wink] + sent(channel, command, [])
        case Command.lock:
            guard payload.count == 1 else { return failed(channel, .length) }
            guard payload[0] <= Self.longestLock else { return failed(channel, .parameter) }
            lock = payload[0] == 0 ? nil : (channel, now + UInt64(payload[0]) * 1000)
            return sent(channel, command, [])
        case Command.message, Command.cbor:
            guard !payload.isEmpty else { return failed(channel, .length) }
            state = .answering(channel: channel, command: command)
            let kind: Request.Kind = command == Command.cbor ? .cbor : .message
            return [.request(Request(channel: channel, kind: kind, payload: payload))]
        default: return failed(channel, .command)
        }
    }

    /// INIT on the broadcast channel gives out a channel; on a channel it lets its client begin anew.
    private mutating func initialize(_ report: Report) -> [Event] {
        let channel = report.channel
        guard channel != 0 else { return failed(channel, .channel) }
        guard report.announced == 8 else { return failed(channel, .length) }
        var events: [Event] = []
        if channel != Channels.broadcast {
            guard channels.use(channel) else { return failed(channel, .channel) }
            switch state {
            case .answering(channel, _):
                events.append(.abandon)
                state = .idle
            case .receiving(channel, _, _, _, _): state = .idle
            default: break
            }
        }
        let own = channel == Channels.broadcast ? channels.allocate() : channel
        let number = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: own >> $0) }
        // Protocol version 2; version of the device; wink and CBOR, and U2F messages as well.
        let answer = Array(report.part.prefix(8)) + number + [2, 1, 0, 0, 0x01 | 0x04]
        return events + sent(channel, Command.initialize, answer)
    }

    // MARK: - Time

    /// Ends a message whose rest did not come in time.
    package mutating func expire(now: UInt64) -> [Event] {
        guard case .receiving(let channel, _, _, _, let deadline) = state, now >= deadline else { return [] }
        state = .idle
        incoming = []
        return failed(channel, .timeout)
    }

    // MARK: - To the client

    /// Answers the request that is being answered. Precondition: there is one, and 1 to 7609 bytes.
    package mutating func finish(_ answer: [UInt8]) -> [Report] {
        guard case .answering(let channel, let command) = state else {
            preconditionFailure("fob: internal error: nobody awaits this answer")
        }
        state = .idle
        return Report.reports(channel, command, answer)
    }

    /// Says that the request is still being answered; nil when none is, or when it is of U2F, which knows no such
    /// report.
    package func keepAlive(_ progress: Progress) -> Report? {
        guard case .answering(let channel, Command.cbor) = state else { return nil }
        return Report.reports(channel, Command.keepAlive, [progress.rawValue]).first
    }

    private func sent(_ channel: UInt32, _ command: UInt8, _ payload: [UInt8]) -> [Event] {
        Report.reports(channel, command, payload).map { .send($0) }
    }

    private func failed(_ channel: UInt32, _ failure: Failure) -> [Event] {
        sent(channel, Command.error, [failure.rawValue])
    }
}
