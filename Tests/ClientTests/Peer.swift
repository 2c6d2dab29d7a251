import Glibc
import Platform
import Synchronization
import Wire

@testable import Client

/// The agent's end of a connection, played by a test: what it will say is written beforehand or later, byte by byte
/// if need be.
struct Peer: ~Copyable {
    let descriptor: FileDescriptor

    /// A connected pair.
    static func pair() throws -> (Int32, Int32) {
        var pair: [2 of Int32] = [-1, -1]
        var span = pair.mutableSpan
        let type = Int32(SOCK_STREAM.rawValue)
        let made = unsafe span.withUnsafeMutableBufferPointer { unsafe socketpair(AF_UNIX, type, 0, $0.baseAddress) }
        guard made == 0 else { throw SystemError("socketpair") }
        return (pair[0], pair[1])
    }

    init(_ number: Int32) { descriptor = FileDescriptor(owning: number) }

    func say(_ bytes: [UInt8]) throws { try descriptor.writeAll(bytes.span) }

    /// All bytes that have come so far.
    func heard() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try bytes.append(addingCapacity: 65_536) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
            _ = try descriptor.read(into: &output)
        }
        return bytes
    }

    static func frame(_ message: some PlainMessage, id: UInt32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try bytes.append(addingCapacity: Frame.encodedCount(message)) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in try Frame.append(message, id: id, into: &output)
        }
        return bytes
    }

    static let welcome = WelcomeReply(vault: .unlocked, release: "test")
}

/// Says something on a thread of its own: those that tests share are all waiting when it matters.
struct Speaker {
    private final class Outcome: Sendable {
        let failure = Mutex<(any Error)?>(nil)
    }

    private let worker: Worker
    private let outcome = Outcome()

    init(_ body: @escaping @Sendable () throws -> Void) throws {
        worker = try Worker(most: 1)
        let outcome = outcome
        _ = worker.submit {
            do { try body() } catch { outcome.failure.withLock { $0 = error } }
        }
    }

    func finish() throws {
        worker.finish()
        if let failure = outcome.failure.withLock({ $0 }) { throw failure }
    }
}
