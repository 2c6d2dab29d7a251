import Model
import Platform

/// A directory: of this disk, of a removable one, or one that another program synchronises.
package struct FolderDestination: Destination {
    private let folder: Folder
    private let suffix: String

    /// The directory must exist: making a missing one would fill the place below a disk that is not mounted.
    ///
    /// - Parameter partial: what follows the name of an unfinished file.
    package init(_ path: String, partial: String) throws(DestinationError) {
        suffix = partial
        do throws(SystemError) { folder = try Folder(path) } catch {
            guard error.isMissing else { throw DestinationError(error) }
            throw DestinationError(.unreachable, Sentences.isNotThere(path))
        }
    }

    package var identity: String? { (try? folder.identity()).map(Self.text) }

    /// As the state of a destination keeps it.
    static func text(_ identity: FileStatus.Identity) -> String { "\(identity.device):\(identity.inode)" }

    package func list(cleaning cleans: Bool) throws(DestinationError) -> [StoredFile] {
        do throws(SystemError) {
            return try folder.files().compactMap { file in
                if cleans, file.name.hasPrefix("."), file.name.hasSuffix(suffix) { try? folder.remove(file.name) }
                return StoredName(file.name).map { StoredFile(name: $0, size: file.size) }
            }
        } catch { throw DestinationError(error) }
    }

    package func put(_ file: LocalFile) throws(DestinationError) {
        try put(file) { (partial, name) throws(SystemError) in try folder.publish(partial, as: name) }
    }

    package func replace(_ file: LocalFile) throws(DestinationError) {
        try put(file) { (partial, name) throws(SystemError) in try folder.rename(partial, over: name) }
    }

    private func put(
        _ file: LocalFile, publishing publish: (String, String) throws(SystemError) -> Void
    ) throws(DestinationError) {
        let name = file.name.description
        let partial = "." + name + suffix
        do throws(SystemError) {
            try? folder.remove(partial)
            try write(file.bytes, as: partial)
            try publish(partial, name)
            try folder.sync()
        } catch {
            try? folder.remove(partial)
            throw DestinationError(error)
        }
    }

    private func write(_ bytes: [UInt8], as name: String) throws(SystemError) {
        let file = try folder.creating(name)
        try file.writeAll(bytes.span)
        try file.sync()
    }

    package func get(_ name: StoredName) throws(DestinationError) -> [UInt8]? {
        do throws(SystemError) { return try folder.read(name.description, limit: Limits.sealed) } catch {
            throw DestinationError(error)
        }
    }

    package func delete(_ name: StoredName) throws(DestinationError) {
        do throws(SystemError) {
            try folder.remove(name.description)
            try folder.sync()
        } catch { throw DestinationError(error) }
    }
}
