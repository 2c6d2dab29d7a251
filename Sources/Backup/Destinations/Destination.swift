package import Platform

/// A place where backups are kept. It sees ciphertext only. Every method may block for as long as its time limits say.
package protocol Destination {
    /// The files there whose names are those of backups, with their octets.
    func list() throws(DestinationError) -> [StoredBackup]
    /// Puts a file there under a name that is not taken; it has that name only when it is whole, where the place can
    /// do that.
    func put(_ name: BackupName, _ file: LocalBackup) throws(DestinationError)
    /// What the file of that name holds now; nil when there is none.
    func get(_ name: BackupName) throws(DestinationError) -> [UInt8]?
    /// Removes a file.
    func delete(_ name: BackupName) throws(DestinationError)
    /// Whether it can remove files.
    var canDelete: Bool { get }
}

extension Destination {
    /// Most can.
    package var canDelete: Bool { true }
}

/// A backup at a destination.
package struct StoredBackup: Equatable, Sendable {
    /// Its name.
    package let name: BackupName
    /// Octets; nil when the place does not tell.
    package let size: UInt64?
}

/// A finished backup on this machine.
package struct LocalBackup: Sendable {
    /// Its name.
    package let name: BackupName
    /// The file.
    package let bytes: [UInt8]
    /// Where it is.
    package let directory: Directory

    /// Octets that a backup has at most.
    package static let limit = 64 << 20

    /// The file, to give it to another program.
    func open() throws(DestinationError) -> FileDescriptor {
        do { return try directory.openFile(name.description, for: .reading) } catch {
            throw DestinationError(.other, error.message)
        }
    }
}

/// What the owner has chosen.
package enum DestinationKind: Equatable, Sendable {
    /// A directory.
    case folder(String)
    /// `REMOTE:PATH` of rclone.
    case rclone(String)
    /// Commands for the shell.
    case command(put: String, get: String, list: String, delete: String?)

    /// The word for it.
    package var word: String {
        switch self {
        case .folder: "folder"
        case .rclone: "rclone"
        case .command: "command"
        }
    }

    /// Where it leads, for people.
    package var place: String {
        switch self {
        case .folder(let path): path
        case .rclone(let remote): remote
        case .command(let put, _, _, _): put
        }
    }

    /// The destination itself.
    ///
    /// - Parameter scratch: a private directory for what programs say.
    package func open(_ scratch: Directory) throws(DestinationError) -> any Destination {
        switch self {
        case .folder(let path): return try FolderDestination(path)
        case .rclone(let remote): return try RcloneDestination(remote, scratch)
        case .command(let put, let get, let list, let delete):
            return CommandDestination(
                CommandDestination.Templates(put: put, get: get, list: list, delete: delete), scratch)
        }
    }
}
