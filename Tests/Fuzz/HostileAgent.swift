import CProvider
import Glibc
import Platform
import Synchronization

/// An agent that says to libfob-sk what the input says, whatever it is asked. The first byte chooses what OpenSSH wants,
/// the second its flags.
enum HostileAgent {
    private static let answers = Mutex<[UInt8]>([])

    /// The agent listens from the first call on.
    private static let isListening: Bool = {
        guard let home = Environment.value(of: "FOB_HOME"),
            (try? Directory.open(home, create: false).removeSocket("agent.sock")) != nil,
            let listener = try? Socket.listen(at: "\(home)/agent.sock")
        else { return false }
        let number = listener.release()
        Socket.prepare(number)
        return (try? Thread.start { answer(FileDescriptor(owning: number)) }) != nil
    }()

    /// WELCOME of an open vault, without which the provider asks for nothing.
    private static let welcome: [UInt8] = [
        0, 0, 0, 18, 0, 0, 0, 1, 0x81, 0, 2, 0, 4, 0, 0, 2, 0, 4, 0x74, 0x65, 0x73, 0x74,
    ]

    static func serve(_ bytes: Span<UInt8>) {
        guard bytes.count >= 2 else { return }
        precondition(isListening, "FOB_HOME is no directory for a socket")
        answers.withLock { $0 = welcome + (2..<bytes.count).map { bytes[$0] } }
        _ = fuzz_provider(UInt32(bytes[0]), bytes[1])
    }

    private static func answer(_ listener: consuming FileDescriptor) {
        while true {
            guard listener.isReadable(within: -1), let client = try? Socket.accept(listener, nonBlocking: false) else {
                continue
            }
            // The provider may leave early.
            let bytes = answers.withLock { $0 }
            var done = 0
            while done < bytes.count {
                guard let sent = try? Socket.send(bytes.span.extracting(done...), to: client) else { break }
                done += sent
            }
            shutdown(client.number, Int32(SHUT_WR))
            var isThere = true
            while isThere {
                isThere =
                    (try? [UInt8](capacity: 4096) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                        _ = try client.read(into: &output)
                    })?.isEmpty == false
            }
        }
    }
}
