import Authenticator
import Platform

/// The connection to fob-uhid, which shows this user's security key to browsers as a device: whatever comes from there is
/// a client like any other, but for its process, which nobody knows.
enum ReportLink {
    private static let usualPath = "/run/fob-uhid.sock"
    /// Milliseconds between two attempts: at first, and at most.
    private static let pauses = (first: 1000, most: 60_000)

    /// What the broker is told to connect to fob-uhid.
    static let brokerNumber: Int32 = 1

    /// Starts the thread that keeps the connection.
    static func start(_ service: (any Service)?) throws(SystemError) {
        guard let service else { return }
        try Thread.start { keep(service) }
    }

    private static func keep(_ service: any Service) {
        var pause = pauses.first
        while true {
            var answer = Broker.current?.ask(brokerNumber)
            if let socket = answer?.descriptor.take() {
                let start = Clock.sinceBoot
                service.serve(AcceptedClient(socket, process: .unknown))
                // An end at once is a refusal: another process of this user has the device.
                if Clock.sinceBoot - start > UInt64(pauses.first) { pause = pauses.first }
            }
            Environment.sleep(milliseconds: pause)
            pause = min(pause * 2, pauses.most)
        }
    }

    /// The broker's work. Nothing is sent to anybody but root or this user.
    static func connect(to path: String?) -> Broker.Answer {
        guard let socket = try? Socket.connect(to: path ?? usualPath, kind: .packets),
            let peer = try? Socket.peer(of: socket), peer.user == 0 || peer.user == Environment.user
        else { return Broker.Answer(bytes: []) }
        return Broker.Answer(socket)
    }
}
