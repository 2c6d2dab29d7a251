import Authenticator
import Platform

/// The connection to fob-uhid, which shows this user's security key to browsers as a device: whatever comes from there is
/// a client like any other, but for its process, which nobody knows.
enum ReportLink {
    private static let usualPath = "/run/fob-uhid.sock"
    /// Milliseconds between two attempts: at first, and at most.
    private static let pauses = (first: 1000, most: 60_000)

    /// Starts the thread that keeps the connection.
    static func start(to path: String?, _ service: (any Service)?) throws(SystemError) {
        guard let service else { return }
        let path = path ?? usualPath
        try Thread.start { keep(path, service) }
    }

    private static func keep(_ path: String, _ service: any Service) {
        var pause = pauses.first
        while true {
            if let socket = connect(to: path) {
                let start = Clock.sinceBoot
                service.serve(AcceptedClient(socket, process: 0))
                // An end at once is a refusal: another process of this user has the device.
                if Clock.sinceBoot - start > UInt64(pauses.first) { pause = pauses.first }
            }
            Environment.sleep(milliseconds: pause)
            pause = min(pause * 2, pauses.most)
        }
    }

    /// Nothing is sent to anybody but root or this user.
    private static func connect(to path: String) -> FileDescriptor? {
        guard let socket = try? Socket.connect(to: path, kind: .packets), let peer = try? Socket.peer(of: socket),
            peer.user == 0 || peer.user == Environment.user
        else { return nil }
        return socket
    }
}
