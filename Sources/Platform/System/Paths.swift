/// Where fob's files are (DESIGN: XDG base directories; `FOB_HOME` and `FOB_SOCKET` for tests and scripts). Where one of
/// these two is not UTF-8 they are nowhere: no other vault stands in for the one that was named.
package enum Paths {
    /// The vault's directory: `$FOB_HOME`, else `$XDG_DATA_HOME/fob`, else `~/.local/share/fob`. Nil without a home.
    package static var data: String? {
        if Environment.has("FOB_HOME") { return Environment.value(of: "FOB_HOME") }
        if let data = absolute("XDG_DATA_HOME") { return data + "/fob" }
        return absolute("HOME").map { $0 + "/.local/share/fob" }
    }

    /// The agent's socket: `$FOB_SOCKET`, else `$FOB_HOME/agent.sock`, else `$XDG_RUNTIME_DIR/fob/agent.sock`. Without
    /// that variable, as under cron(8) and su(1), it is in /run/user where that has a directory of this user, else in
    /// `$XDG_STATE_HOME/fob` or `~/.local/state/fob`. A shared directory such as /tmp is never used.
    package static var socket: String? {
        if Environment.has("FOB_SOCKET") { return Environment.value(of: "FOB_SOCKET") }
        if Environment.has("FOB_HOME") { return Environment.value(of: "FOB_HOME").map { $0 + "/agent.sock" } }
        if let directory = absolute("XDG_RUNTIME_DIR") { return directory + "/fob/agent.sock" }
        let usual = "/run/user/\(Environment.user)"
        if let status = FileStatus(at: usual), status.kind == .directory, status.owner == Environment.user,
            status.mode & 0o077 == 0
        {
            return usual + "/fob/agent.sock"
        }
        if let state = absolute("XDG_STATE_HOME") { return state + "/fob/agent.sock" }
        return absolute("HOME").map { $0 + "/.local/state/fob/agent.sock" }
    }

    /// Whether this path was named for this program alone.
    package static var isSocketNamed: Bool { !(Environment.value(of: "FOB_SOCKET") ?? "").isEmpty }

    /// A socket that lies beside the agent's; nil where that has no place.
    package static func socket(beside name: String) -> String? {
        socket.map { "\(directory(of: $0))/\(name)" }
    }

    /// What must be known before the vault is open, such as where backups go: `$FOB_HOME/config`, else
    /// `$XDG_CONFIG_HOME/fob/config`, else `~/.config/fob/config`. Nil without a home.
    package static var configuration: String? {
        if Environment.has("FOB_HOME") { return Environment.value(of: "FOB_HOME").map { $0 + "/config" } }
        if let directory = absolute("XDG_CONFIG_HOME") { return directory + "/fob/config" }
        return absolute("HOME").map { $0 + "/.config/fob/config" }
    }

    /// The directory part of a path.
    package static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    package static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    /// The XDG specification says that relative values are ignored.
    private static func absolute(_ name: String) -> String? {
        Environment.value(of: name).flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
    }
}
