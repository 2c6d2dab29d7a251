import Foundation
import Platform
import Vault
import Wire

@testable import Agent

/// An agent with an open vault and one client, turned by hand. Nothing is saved: what a request has changed is in its
/// contents at once, and whoever waits for a save has no answer.
final class AgentBench {
    let agent: Agent
    private let path: String
    private let client: FileDescriptor
    private var scratch: LockedBuffer
    private var lastID: UInt32 = 0

    /// - Parameter kind: where the client connects.
    init(
        _ contents: Contents, _ configuration: Configuration = Configuration(release: "test"),
        over kind: Listener = .agent
    ) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("fob-bench-\(UUID())").path
        let directory = try Directory.open(path, create: true)
        agent = try Agent(
            configuration, store: Store(path: path + "/home"),
            listener: Socket.listen(at: directory.path(of: "socket")),
            forwarded: Socket.listen(at: directory.path(of: "forward")), manager: ServiceManager())
        // The time at which it is opened is that of the turn.
        _ = agent.server.readClock()
        agent.admit(contents)
        scratch = try LockedBuffer(capacity: AgentLimits.readBytes)
        client = try Socket.connect(to: directory.path(of: kind == .agent ? "socket" : "forward"))
        try agent.server.watch(agent.completions.descriptor, token: Agent.bellToken)
        try turn()
        agent.server.all.first { _ in true }?.version = Limits.versions.upperBound
    }

    deinit {
        // What a worker is still writing would be left.
        for _ in 0..<500 where agent.completions.count > 0 { try? turn() }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The vault as requests see it.
    var contents: Contents? { agent.open?.contents }

    /// Questions that wait for the owner.
    var questions: [PendingChallenge] { agent.challenges.inOrder }

    /// Does what is due within so many milliseconds from now.
    func run(until milliseconds: UInt64) {
        for run in agent.timers.takeDue(at: agent.now + milliseconds) { run() }
    }

    /// Sends a request, and turns until it was handled and no worker is at work.
    func send(_ message: some Message & ~Escapable) throws {
        lastID += 1
        let id = lastID
        let frame = try [UInt8](capacity: Frame.encodedCount(message)) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(message, id: id, into: &output)
        }
        try client.writeAll(frame.span)
        try turn()
        for _ in 0..<3000 where agent.completions.count > 0 { try turn() }
    }

    /// Sends a request as it stands, and returns the type and the body of the first reply.
    func ask(_ type: MessageType, _ body: [UInt8] = []) throws -> (type: MessageType?, body: [UInt8]) {
        let length = UInt32(body.count + 5)
        lastID += 1
        let header = [length, lastID].flatMap { number in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        }
        try client.writeAll((header + [type.rawValue] + body).span)
        try turn()
        return try reply()
    }

    /// The next reply.
    func reply() throws -> (type: MessageType?, body: [UInt8]) {
        var bytes = try LockedBuffer(capacity: Limits.frame)
        while true {
            guard client.isReadable(within: 5000), try client.read(into: &bytes, most: 1) == 1 else { return (nil, []) }
            if case .complete(let frame) = Frame.scan(bytes.bytes) {
                return (frame.type, frame.body.map { bytes.bytes[$0] })
            }
        }
    }

    private func turn() throws {
        var ready: [Poll.Ready] = []
        try agent.server.wait(milliseconds: 10, into: &ready)
        Memory.withShieldOpen {
            for event in ready {
                switch event.token {
                case Listener.agent.rawValue: agent.server.accept(scratch: &scratch, handle: take)
                case Listener.forwarded.rawValue: agent.server.accept(.forwarded, scratch: &scratch, handle: take)
                case Agent.bellToken: agent.completions.runFinished()
                default:
                    guard let connection = agent.server.connection(event.token) else { continue }
                    if event.interest.contains(.write) { agent.server.flush(connection) }
                    agent.server.receive(connection, scratch: &scratch, isGone: false, handle: take)
                }
            }
            agent.server.resume(handle: take)
        }
        agent.server.flush()
    }

    private func take(_ connection: Connection, _ frame: Frame, _ bytes: Span<UInt8>) {
        agent.handle(connection, frame, bytes.extracting(frame.body))
    }
}
