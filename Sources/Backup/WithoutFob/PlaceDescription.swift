package import Model
import Platform

/// A place of backups in words that are enough to find it again, or to set it up anew, on a machine that knows nothing:
/// for the emergency kit. It never has a password.
package struct PlaceDescription: Equatable, Sendable {
    /// The owner's word for it.
    package let name: String
    /// What and where it is.
    package let lines: [String]
    /// What is given to `fob restore`; nil when the files have to be fetched by other means.
    package let source: String?
    /// The first half of a SHA-256 of what is configured.
    package let configured: Identifier

    /// The first half of a SHA-256 of all that.
    package var described: Identifier { Self.digest([name] + lines) }

    /// - Parameter looks: whether rclone and the kernel are asked for details; without them only `configured` is of use.
    package init(_ entry: BackupConfiguration.Entry, looks: Bool = true) {
        name = entry.name
        switch entry.kind {
        case .folder(let path):
            source = path
            configured = Self.digest(["folder", path])
            lines = ["the folder \(path)"] + (looks ? Self.disk(of: path) : [])
        case .rclone(let remote):
            source = remote
            configured = Self.digest(["rclone", remote])
            lines = ["\(remote), a remote of the program rclone (rclone.org)"] + (looks ? Self.remote(remote) : [])
        case .command(let put, let get, let list, let delete):
            source = nil
            configured = Self.digest(["command", put, get, list, delete ?? ""])
            // The commands may hold what is not for paper.
            lines = ["a place that commands of yours bring them to. Write down here where that is:", Self.blank]
        }
    }

    private static let blank = String(repeating: "_", count: 64)

    private static func digest(_ texts: [String]) -> Identifier {
        let text = (["fob/kit-place/1"] + texts).joined(separator: "\n")
        return Identifier(firstOf: Sodium.sha256(text.utf8.span).span)
    }

    private static func disk(of path: String) -> [String] {
        guard let disk = MountedFileSystem(of: path) else { return [] }
        let network = ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph", "davfs"]
        if network.contains(disk.type) {
            return ["on the server \(Redaction.redacted(disk.source)) (\(disk.type)), mounted at \(disk.mountPoint)"]
        }
        if let label = disk.label, disk.mountPoint != "/" {
            return ["on the disk labelled \"\(label)\" (\(disk.type)), mounted at \(disk.mountPoint)"]
        }
        guard disk.mountPoint == "/" else { return ["on a disk (\(disk.type)) mounted at \(disk.mountPoint)"] }
        return ["on the disk of the machine \(Environment.machine) itself: it is lost with that machine"]
    }

    private static func remote(_ remote: String) -> [String] {
        var lines: [String] = []
        for (name, settings) in RcloneChain(remote).remotes {
            let type = settings["type"] ?? ""
            let rest = settings.settings.filter { $0.name != "type" }.map { "\($0.name) \($0.value)" }
            lines.append("rclone has to be installed and set up: rclone config, name \(name), type \(type)")
            if !rest.isEmpty { lines.append("with " + rest.joined(separator: ", ")) }
            if type == "crypt" {
                lines.append("its passwords are in rclone's configuration only: without them nothing can be read")
                lines.append("write them down apart from this page")
            }
        }
        return lines.isEmpty ? ["rclone has to be installed and set up: rclone config, with the same name"] : lines
    }
}
