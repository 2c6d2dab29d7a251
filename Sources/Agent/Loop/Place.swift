import Platform

/// Where the agent is found, and what it keeps: the names of its sockets, and the directory of its vault. Each can be
/// taken away while it runs: at a last logout, by a program that cleans up, or by one that puts its own socket there.
final class Place {
    /// What happens to the names.
    let watch: NameWatch
    private let home: Directory
    private var names: [Name] = []

    /// The name of a socket, and what was bound to it.
    private struct Name {
        let kind: Listener
        let path: String
        var bound: FileStatus?
    }

    init(home: Directory) throws(SystemError) {
        watch = try NameWatch()
        self.home = home
        watchNames()
    }

    /// Watches the name of a socket, if it has one that can be watched.
    func add(_ kind: Listener, at socket: borrowing FileDescriptor) {
        guard let path = Socket.path(of: socket), path.hasPrefix("/") else { return }
        names.append(Name(kind: kind, path: path, bound: FileStatus(at: path)))
        watchNames()
    }

    private func watchNames() {
        // Whoever cannot be watched is looked for from time to time.
        for name in names { try? watch.add(Paths.directory(of: name.path), names: true) }
        if home.path.hasPrefix("/") { try? watch.add(home.path, names: false) }
    }

    /// Whether the vault's directory is still where it was.
    var hasHome: Bool {
        guard home.path.hasPrefix("/"), let held = try? home.identity() else { return true }
        return FileStatus(at: home.path).map { $0.identity == held.identity } ?? false
    }

    /// The sockets whose names no longer lead to this agent, with their paths.
    var lost: [(Listener, String)] {
        names.compactMap { name in
            guard let bound = name.bound, FileStatus(at: name.path)?.identity != bound.identity else { return nil }
            return (name.kind, name.path)
        }
    }

    /// A new listener under the old name, in place of what is there now.
    func listenAnew(_ kind: Listener) throws -> FileDescriptor {
        guard let index = names.firstIndex(where: { $0.kind == kind }) else { throw SystemError("bind") }
        let socket = names[index].path
        let directory = try Directory.open(Paths.directory(of: socket), create: true)
        let listener: FileDescriptor
        if FileStatus(at: socket) == nil {
            listener = try Socket.listen(at: socket)
        } else {
            // Bound beside it and moved over: what is there now is replaced in one step.
            let beside = ".\(Paths.name(of: socket)).\(Environment.process)"
            try directory.removeSocket(beside)
            listener = try Socket.listen(at: directory.path(of: beside))
            try directory.rename(beside, to: Paths.name(of: socket))
        }
        names[index].bound = FileStatus(at: socket)
        watchNames()
        return listener
    }
}
