import Platform
import Wire

/// Frames on their way to and from the converter, in locked memory.
struct ConverterFrames: ~Copyable {
    private var outgoing: LockedBuffer
    private var sent = 0
    private var incoming: LockedBuffer
    private var taken = 0

    private static let firstRoom = 64 << 10

    init() throws(ClientError) {
        let outgoing = try ClientError.locked(Converter.room)
        let incoming = try ClientError.locked(Self.firstRoom)
        self.outgoing = outgoing
        self.incoming = incoming
    }

    // MARK: - To the converter

    /// Nothing waits to be sent.
    var isSent: Bool { sent == outgoing.count }

    /// Nothing will be sent any more.
    mutating func forget() { sent = outgoing.count }

    /// Appends a frame without secrets.
    mutating func append(_ body: some ConversionBody) throws(ClientError) {
        clear()
        try outgoing.appendFrame(body)
    }

    /// Appends a frame of those bytes.
    mutating func append(_ kind: ConversionFrame.Kind, _ bytes: Span<UInt8>) throws(ClientError) {
        clear()
        try outgoing.appendFrame(kind, bytes)
    }

    /// Lets `send` append frames.
    mutating func fill(_ send: (inout LockedBuffer) throws(ClientError) -> Void) throws(ClientError) {
        clear()
        try send(&outgoing)
    }

    private mutating func clear() {
        precondition(isSent)
        outgoing.removeAll()
        sent = 0
    }

    /// Sends what goes out at once.
    mutating func push(to child: borrowing Child) throws(ClientError) {
        do throws(SystemError) {
            switch child.input {
            case .some(let input): sent += try Socket.send(outgoing.bytes.extracting(sent..<outgoing.count), to: input)
            case nil: forget()
            }
        } catch {
            // One that has gone away is noticed by the end of what it says.
            if !error.isWouldBlock { forget() }
        }
    }

    // MARK: - From the converter

    /// What has come.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { incoming.bytes }
    }

    /// Takes what has come; false at the end.
    mutating func pull(from child: borrowing Child) throws(ClientError) -> Bool {
        incoming.removeFirst(taken)
        taken = 0
        if incoming.free == 0 {
            var larger = try ClientError.locked(ConversionFrame.longest)
            larger.append(copying: incoming.bytes)
            incoming = larger
        }
        switch child.output {
        case .some(let output):
            do throws(SystemError) {
                return try output.read(into: &incoming) > 0
            } catch {
                guard error.isWouldBlock else { return false }
                return true
            }
        case nil: return false
        }
    }

    /// The next whole frame, and where its body lies in `bytes`.
    mutating func next() throws(ClientError) -> (ConversionFrame.Kind, Range<Int>)? {
        let frame: ConversionFrame?
        do throws(WireError) {
            frame = try ConversionFrame.scan(incoming.bytes.extracting(taken..<incoming.count))
        } catch {
            throw Converter.badFrame
        }
        guard let frame else { return nil }
        let body = (taken + frame.body.lowerBound)..<(taken + frame.body.upperBound)
        taken = body.upperBound
        return (frame.kind, body)
    }
}

/// Waits for the converter to take or to say something.
struct ConverterWait: ~Copyable {
    enum Event {
        case readable
        case writable
        /// It has closed its input.
        case unwritable
        /// Nothing for a moment.
        case nothing
    }

    private let poll: Poll
    private var input: Int32?
    private var isWaitingToWrite = false

    private static let inputToken: UInt64 = 0
    private static let outputToken: UInt64 = 1
    /// How often it is looked whether the converter was stopped.
    private static let milliseconds: Int32 = 250

    init(_ child: borrowing Child) throws(ClientError) {
        let (input, output) = (Self.number(child.input), Self.number(child.output))
        let poll = try Self.poll(input, output)
        self.input = input
        self.poll = poll
    }

    private static func poll(_ input: Int32, _ output: Int32) throws(ClientError) -> Poll {
        do throws(SystemError) {
            let poll = try Poll()
            for number in [input, output] { Socket.prepare(number) }
            try poll.add(input, token: inputToken, [])
            try poll.add(output, token: outputToken, .read)
            return poll
        } catch {
            throw ClientError(error)
        }
    }

    private static func number(_ descriptor: borrowing FileDescriptor?) -> Int32 {
        switch descriptor {
        case .some(let descriptor): descriptor.number
        case nil: -1
        }
    }

    /// What can be done next; what it says comes first.
    mutating func next(isWriting: Bool) throws(ClientError) -> Event {
        var ready: [Poll.Ready] = []
        do throws(SystemError) {
            if let input, isWriting != isWaitingToWrite {
                try poll.change(input, token: Self.inputToken, isWriting ? .write : [])
                isWaitingToWrite = isWriting
            }
            try poll.wait(milliseconds: Self.milliseconds, into: &ready)
        } catch {
            throw ClientError(error)
        }
        if ready.contains(where: { $0.token == Self.outputToken }) { return .readable }
        guard let event = ready.first, let input else { return .nothing }
        guard event.interest.isDisjoint(with: .hangup) else {
            poll.remove(input)
            self.input = nil
            return .unwritable
        }
        return .writable
    }
}
