import Platform
import Testing
import Wire

@testable import Agent

/// The server without an agent: requests are answered by the test.
@Suite struct ServerTests {
    @Test func `one client's many requests take many turns, and all are answered in order`() throws {
        let bench = try ServerBench()
        let client = try bench.client()
        var frames: [UInt8] = []
        for id in 1...1000 {
            frames += [0, 0, 0, 5, 0, 0, UInt8(id >> 8), UInt8(id & 0xff), MessageType.status.rawValue]
        }
        try client.writeAll(frames.span)
        var largest = 0
        for _ in 0..<40 { largest = max(largest, try bench.turn()) }
        #expect(largest <= 2 * AgentLimits.requestsPerTurn)
        #expect(bench.handled == (1...1000).map { UInt32($0) })
    }

    @Test func `who reads nothing gets no more requests answered, and all of them once it reads`() throws {
        let bench = try ServerBench(replyOctets: 60_000)
        let client = try bench.client()
        var frames: [UInt8] = []
        for id in 1...200 { frames += [0, 0, 0, 5, 0, 0, 0, UInt8(id & 0xff), MessageType.status.rawValue] }
        try client.writeAll(frames.span)
        for _ in 0..<20 { _ = try bench.turn() }
        #expect(bench.handled.count < 40)
        var got = 0
        var buffer = try LockedBuffer(capacity: 1 << 16)
        while bench.handled.count < 200 {
            buffer.removeAll()
            got += try client.read(into: &buffer)
            _ = try bench.turn()
        }
        #expect(got > 150 * 60_000)
    }

    @Test func `a crowd that asks for much takes turns, and whoever asks for little is answered in the next`() throws {
        let bench = try ServerBench(replyOctets: 10_000)
        var crowd: [Client] = []
        for _ in 0..<30 { crowd.append(Client(try bench.client())) }
        let honest = try bench.client()
        var frames: [UInt8] = []
        // No more than a socket takes, so that nobody has to read.
        for id in 1...15 { frames += [0, 0, 0, 5, 0, 0, 0, UInt8(id), MessageType.status.rawValue] }
        for client in crowd { try client.socket.writeAll(frames.span) }
        // One request of each, and as many as the turn has room for.
        let most = AgentLimits.allAnsweredPerTurn / 10_000 + crowd.count + 1
        for turn in 0..<15 {
            try honest.writeAll([0, 0, 0, 5, 0, 0, 3, UInt8(turn), MessageType.status.rawValue].span)
            let before = bench.handled.count
            #expect(try bench.turn() <= most)
            #expect(bench.handled[before...].contains(0x300 + UInt32(turn)))
        }
        // Nobody of the crowd is left behind: the places of their requests are near each other.
        let counts = bench.handled.filter { $0 < 0x300 }.reduce(into: [UInt32: Int]()) { $0[$1, default: 0] += 1 }
        #expect(counts[1] == crowd.count)
        let reached = counts.keys.max() ?? 0
        let spread = 2 * UInt32(AgentLimits.answeredPerTurn / 10_000 + 1)
        #expect(reached > spread && (1...reached - spread).allSatisfy { counts[$0] == crowd.count })
    }

    @Test func `a client that hung up while its requests wait is let go`() throws {
        let bench = try ServerBench()
        bench.answers = false
        do {
            let client = try bench.client()
            var frames: [UInt8] = []
            for id in 1...70 { frames += [0, 0, 0, 5, 0, 0, 0, UInt8(id), MessageType.status.rawValue] }
            try client.writeAll(frames.span)
            for _ in 0..<4 { _ = try bench.turn() }
            #expect(bench.handled.count == AgentLimits.waitingRequests)
            #expect(bench.server.count == 1)
        }
        // A program that another test is just starting has the client's descriptor until it begins to run.
        for _ in 0..<6000 where bench.server.count > 0 { _ = try bench.turn() }
        #expect(bench.server.count == 0)
    }

    @Test func `a full house lets everybody in, in place of who has asked for nothing for longest`() throws {
        let bench = try ServerBench(most: 4)
        var clients: [Client] = []
        for _ in 0..<4 { clients.append(Client(try bench.client())) }
        let first = bench.tokens
        // The first asks for something, later: the second is the one that has been idle for longest.
        Environment.sleep(milliseconds: 2)
        try clients[0].socket.writeAll([0, 0, 0, 5, 0, 0, 0, 1, MessageType.status.rawValue].span)
        _ = try bench.turn()
        clients.append(Client(try bench.client()))
        #expect(bench.tokens.count == 4)
        #expect(Set(first).subtracting(bench.tokens) == [first[1]])
        for _ in 0..<20 {
            let before = bench.tokens
            clients.append(Client(try bench.client()))
            #expect(bench.tokens.count == 4)
            #expect(!before.contains(bench.tokens[3]))
        }
    }

    @Test func `who waits for an answer keeps the place as long as others are idle`() throws {
        let bench = try ServerBench(most: 2)
        bench.answers = false
        let busy = Client(try bench.client())
        try busy.socket.writeAll([0, 0, 0, 5, 0, 0, 0, 1, MessageType.status.rawValue].span)
        _ = try bench.turn()
        let token = try #require(bench.tokens.first)
        var others: [Client] = []
        for _ in 0..<5 {
            others.append(Client(try bench.client()))
            #expect(bench.tokens.count == 2)
            #expect(bench.tokens.first == token)
        }
    }

    /// A client in a collection.
    private final class Client {
        let socket: FileDescriptor
        init(_ socket: consuming FileDescriptor) { self.socket = socket }
    }

    @Test func `what is said to a connection that is gone is not counted`() throws {
        let bench = try ServerBench()
        let client = try bench.client()
        try client.writeAll([0, 0, 0, 5, 0, 0, 0, 1, MessageType.status.rawValue].span)
        _ = try bench.turn()
        let connection = try #require(bench.last)
        bench.server.close(connection)
        bench.server.send(OKReply(), to: connection, request: 1)
        #expect(connection.outgoing.count == 0)
    }
}

/// A server at a socket of its own, turned by hand.
final class ServerBench {
    let server: Server
    private let directory: ScratchDirectory
    private var scratch: LockedBuffer
    private let replyOctets: Int
    var answers = true
    private(set) var handled: [UInt32] = []
    private(set) var last: Connection?

    init(replyOctets: Int = 0, most: Int = AgentLimits.connections) throws {
        directory = try ScratchDirectory()
        self.replyOctets = replyOctets
        scratch = try LockedBuffer(capacity: AgentLimits.readBytes)
        server = try Server(
            listener: Socket.listen(at: directory.open().path(of: "socket")), poll: Poll(), user: Environment.user,
            most: most)
    }

    /// The connections, in the order in which they came.
    var tokens: [UInt64] { server.all.map(\.token).sorted() }

    func client() throws -> FileDescriptor {
        let client = try Socket.connect(to: directory.open().path(of: "socket"))
        _ = try turn()
        return client
    }

    /// One turn of the loop; returns how many requests it took.
    func turn() throws -> Int {
        let before = handled.count
        var ready: [Poll.Ready] = []
        try server.wait(milliseconds: 10, into: &ready)
        for event in ready {
            guard event.token != Listener.agent.rawValue else {
                server.accept(scratch: &scratch, handle: take)
                continue
            }
            guard let connection = server.connection(event.token) else { continue }
            connection.version = 2
            if event.interest.contains(.write) { server.flush(connection) }
            let isGone = !event.interest.isDisjoint(with: .hangup)
            server.receive(connection, scratch: &scratch, isGone: isGone, handle: take)
        }
        server.resume(handle: take)
        server.flush()
        return handled.count - before
    }

    private func take(_ connection: Connection, _ frame: Frame, _ bytes: Span<UInt8>) {
        handled.append(frame.id)
        last = connection
        guard answers else {
            connection.waiting += 1
            return
        }
        guard replyOctets > 0 else { return server.send(OKReply(), to: connection, request: frame.id) }
        server.send(to: connection, count: replyOctets) { output in
            for _ in 0..<replyOctets { output.append(0) }
        }
    }
}
