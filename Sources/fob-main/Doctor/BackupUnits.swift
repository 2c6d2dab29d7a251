import Platform

/// The user units that have backups get to their places by themselves.
enum BackupUnits {
    /// Their names.
    static let names = ["fob-backup.path", "fob-backup.timer"]
    /// What a person types to have them.
    static let command = "systemctl --user enable --now " + names.joined(separator: " ")

    /// systemctl, where this user has a systemd and the vault is the everyday one.
    private static var program: String? {
        guard Environment.value(of: "FOB_HOME") == nil, let runtime = Environment.value(of: "XDG_RUNTIME_DIR"),
            Child.isReadable(runtime + "/systemd/private")
        else { return nil }
        return Programs.path(of: "systemctl")
    }

    /// Whether each of them runs; nil where there is no systemd for it.
    static var areActive: [(name: String, isActive: Bool)]? {
        guard let program else { return nil }
        return names.map { ($0, run(program, ["--quiet", "is-active", $0])) }
    }

    /// Enables and starts them; false when that failed.
    static func enable() -> Bool {
        guard let program else { return false }
        return run(program, ["--quiet", "enable", "--now"] + names)
    }

    private static func run(_ program: String, _ arguments: [String]) -> Bool {
        let child = try? Child.start(
            program, ["--user"] + arguments,
            environment: Child.environment(keeping: ["XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "HOME"]))
        return child?.wait() == 0
    }
}
