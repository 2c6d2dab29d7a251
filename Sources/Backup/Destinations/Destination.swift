import Encodings
import Model
package import Platform

/// A place where backups are kept. It sees ciphertext only. Every method may block for as long as its time limits say.
package protocol Destination {
    /// The files there whose names fob gives, with their bytes.
    ///
    /// - Parameter cleans: also removes what runs of this machine have left unfinished there.
    func list(cleaning cleans: Bool) throws(DestinationError) -> [StoredFile]
    /// Puts a file there under a name that is not taken; it has that name only when it is whole, where the place can
    /// do that.
    func put(_ file: LocalFile) throws(DestinationError)
    /// Puts a file there in place of the one that has its name.
    func replace(_ file: LocalFile) throws(DestinationError)
    /// What the file of that name holds now; nil when there is none.
    func get(_ name: StoredName) throws(DestinationError) -> [UInt8]?
    /// Removes a file.
    func delete(_ name: StoredName) throws(DestinationError)
    /// Whether it can remove files.
    var canDelete: Bool { get }
    /// Which directory of which file system it is; nil where that cannot be told.
    var identity: String? { get }
}

extension Destination {
    /// Most can.
    package var canDelete: Bool { true }
    /// Most cannot be told.
    package var identity: String? { nil }
    /// The files there whose names fob gives, with their bytes.
    package func list() throws(DestinationError) -> [StoredFile] { try list(cleaning: false) }
}

/// A file at a destination.
package struct StoredFile: Equatable, Sendable {
    /// Its name.
    package let name: StoredName
    /// Bytes; nil when the place does not tell.
    package let size: UInt64?
}

/// A file of this machine's that goes to destinations, such as a finished backup.
package struct LocalFile: Sendable {
    /// Its name at destinations.
    package let name: StoredName
    /// Its name here.
    package let localName: String
    /// The file.
    package let bytes: [UInt8]
    /// Where it is.
    package let directory: Directory

    /// The file, to give it to another program.
    func open() throws(DestinationError) -> FileDescriptor {
        do { return try directory.openFile(localName, for: .reading) } catch {
            throw DestinationError(.other, error.message.text)
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

    /// What follows the name of an unfinished file: another machine's, even of the same name, has another.
    private static func partial(_ scratch: Directory) -> String {
        let place = Environment.machine + ":" + scratch.path(of: "")
        return "." + BaseEncoding.base16.text(Sodium.sha256(place.utf8.span).span).prefix(8) + ".partial"
    }

    /// The destination itself.
    ///
    /// - Parameters:
    ///   - scratch: a private directory for what programs say.
    ///   - seconds: after which a program is ended, with each call.
    package func open(_ scratch: Directory, within seconds: UInt64 = 600) throws(DestinationError) -> any Destination {
        SlowDestination(try opened(scratch, seconds), place: place)
    }

    private func opened(_ scratch: Directory, _ seconds: UInt64) throws(DestinationError) -> any Destination {
        switch self {
        case .folder(let path): return try FolderDestination(path, partial: Self.partial(scratch))
        case .rclone(let remote):
            return try RcloneDestination(remote, scratch, partial: Self.partial(scratch), seconds: seconds)
        case .command(let put, let get, let list, let delete):
            return CommandDestination(
                CommandDestination.Templates(put: put, get: get, list: list, delete: delete), scratch, seconds: seconds)
        }
    }
}
