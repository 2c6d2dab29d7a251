import Platform

/// What of a place is lost with this machine, as far as that can be told: what commands of the owner's do cannot.
package struct GoesWithMachine: Equatable, Sendable {
    /// The backups themselves: a disk of this machine has them, or its memory.
    package private(set) var backups = false
    /// Passwords without which nobody reads them, and which rclone keeps on this machine.
    package private(set) var passwords = false

    /// Nothing.
    package init() {}

    package init(_ kind: DestinationKind) {
        switch kind {
        case .folder(let path): backups = Self.isHere(path)
        case .rclone(let remote):
            let chain = RcloneChain(remote)
            backups = !chain.isElsewhere && !chain.folders.isEmpty && chain.folders.allSatisfy(Self.isHere)
            passwords = chain.remotes.contains { $0.settings["type"] == "crypt" }
        case .command: break
        }
    }

    /// Whether a folder that is there is on the file system of the vault.
    private static func isHere(_ path: String) -> Bool {
        guard let device = FileTree.device(of: path) else { return false }
        guard let home = Paths.data, let own = FileTree.device(of: home), own != device else { return true }
        guard let disk = MountedFileSystem(of: path) else { return false }
        return isLost(disk.type, disk.source, with: MountedFileSystem(of: home)?.source)
    }

    /// Whether a file system goes with the vault's: memory does, and another volume of the same device (as btrfs has them).
    static func isLost(_ type: String, _ source: String, with own: String?) -> Bool {
        ["tmpfs", "ramfs"].contains(type) || source.hasPrefix("/dev/") && source == own
    }
}

/// A remote of rclone and those that it is built on, each once, as rclone's configuration has them.
package struct RcloneChain {
    /// How many are looked at.
    private static let deepest = 4
    /// Types that keep nothing themselves.
    private static let wrappers: Set<String> = [
        "alias", "cache", "chunker", "combine", "compress", "crypt", "hasher", "union",
    ]

    /// The remotes that rclone knows, the outermost first.
    package private(set) var remotes: [(name: String, settings: RcloneSettings)] = []
    /// Folders of this machine's that the files lie in.
    private(set) var folders: [String] = []
    /// Some of them may lie elsewhere.
    private(set) var isElsewhere = false

    package init(_ remote: String) {
        var waiting = [remote]
        while let next = waiting.first {
            waiting.removeFirst()
            guard !next.hasPrefix("/"), let colon = next.firstIndex(of: ":") else {
                // Union says behind a path what may be done there: `/path:ro`.
                folders.append(String(next.prefix { $0 != ":" }))
                continue
            }
            let (name, path) = (String(next[..<colon]), String(next[next.index(after: colon)...]))
            guard !remotes.contains(where: { $0.name == name }) else { continue }
            let settings = remotes.count < Self.deepest ? RcloneSettings(of: name) : nil
            guard let settings, let type = settings["type"] else {
                isElsewhere = true
                continue
            }
            remotes.append((name, settings))
            if type == "local" { folders.append(path) }
            let below = [settings["remote"], settings["upstreams"]].compactMap(\.self).flatMap { value in
                value.split(separator: " ").map { part in
                    String(part.split(separator: "=", maxSplits: 1).last ?? part)
                }
            }
            if !Self.wrappers.contains(type) ? type != "local" : below.isEmpty { isElsewhere = true }
            waiting += below
        }
    }
}
