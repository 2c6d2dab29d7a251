import Platform

/// Where the agent is found, and what it keeps: the name of its socket, and the directory of its vault. Either can be
/// taken away while it runs: at a last logout, by a program that cleans up, or by one that puts its own socket there.
final class Place {
    /// What happens to the names.
    let watch: NameWatch
    /// Where the socket is; nil when it has no name that can be watched.
    let socket: String?
    private let home: Directory
    private var bound: FileStatus?

    init(listener: borrowing FileDescriptor, home: Directory) throws(SystemError) {
        watch = try NameWatch()
        self.home = home
        socket = Socket.path(of: listener).flatMap { $0.hasPrefix("/") ? $0 : nil }
        bound = socket.flatMap { FileStatus(at: $0) }
        watchNames()
    }

    private func watchNames() {
        // Whoever cannot be watched is looked for from time to time.
        if let socket { try? watch.add(Paths.directory(of: socket), names: true) }
        if home.path.hasPrefix("/") { try? watch.add(home.path, names: false) }
    }

    /// Whether the vault's directory is still where it was.
    var hasHome: Bool {
        guard home.path.hasPrefix("/"), let held = try? home.identity() else { return true }
        return FileStatus(at: home.path).map { $0.identity == held.identity } ?? false
    }

    /// Whether the name of the socket still leads to this agent.
    var hasSocket: Bool {
        guard let socket, let bound else { return true }
        return FileStatus(at: socket).map { $0.identity == bound.identity } ?? false
    }

    /// A new listener under the old name, in place of what is there now.
    func listenAnew() throws -> FileDescriptor {
        guard let socket else { throw SystemError("bind") }
        let directory = try Directory.open(Paths.directory(of: socket), create: true)
        let listener: FileDescriptor
        if FileStatus(at: socket) == nil {
            listener = try Socket.listen(at: socket)
        } else {
            // Bound beside it and moved over: what is there now is replaced in one step.
            let beside = ".agent.\(Environment.process)"
            try directory.removeSocket(beside)
            listener = try Socket.listen(at: directory.path(of: beside))
            try directory.rename(beside, to: Paths.name(of: socket))
        }
        bound = FileStatus(at: socket)
        watchNames()
        return listener
    }
}
