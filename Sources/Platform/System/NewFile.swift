import CLinux

/// A file that the user named and that must not exist yet: mode 0600, and nothing of it is left unless it is kept. It
/// gets its name only then, where the file system allows that.
package final class NewFile {
    /// To write to.
    package let file: FileDescriptor
    private let path: String
    /// Its name until it is kept, on file systems that have no files without names.
    private var temporary: String?

    /// Starts a file for `path`; its directory must exist.
    package init(_ path: String) throws(SystemError) {
        self.path = path
        let parent = NewFile.parent(of: path)
        let number = unsafe fob_open_unnamed(parent)
        if number >= 0 {
            file = FileDescriptor(owning: number)
            return
        }
        guard [EOPNOTSUPP, EISDIR, EINVAL].contains(fob_errno()) else { throw SystemError("open", on: parent) }
        let name = NewFile.temporaryName(beside: path)
        file = try FileDescriptor.creating(name)
        temporary = name
    }

    deinit { if let temporary { FileDescriptor.remove(temporary) } }

    /// Brings what was written onto the device and gives it its name.
    ///
    /// - Throws: `isExisting` when the name was taken meanwhile.
    package func keep() throws(SystemError) {
        try file.sync()
        if let temporary {
            try NewFile.rename(temporary, to: path)
            self.temporary = nil
        } else if unsafe fob_name(file.number, path) != 0 {
            throw SystemError("link", on: path)
        }
        NewFile.sync(NewFile.parent(of: path))
    }

    /// Whether anything has that name, be it a link that leads nowhere.
    package static func isTaken(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        let parent = path[..<slash]
        return parent.isEmpty ? "/" : String(parent)
    }

    /// A hidden name in the same directory that nobody else has.
    static func temporaryName(beside path: String) -> String {
        let random = Sodium.randomIdentifier()
        var text = ".fob-"
        for index in 0..<8 { text += String(UInt16(random[index]) | 0x100, radix: 16).dropFirst() }
        let parent = parent(of: path)
        return parent == "/" ? "/\(text)" : "\(parent)/\(text)"
    }

    /// Gives a file or directory a name that nothing has.
    static func rename(_ old: String, to new: String) throws(SystemError) {
        if unsafe fob_rename_new(old, new) == 0 { return }
        guard [EINVAL, ENOSYS].contains(fob_errno()) else { throw SystemError("rename", on: new) }
        // A file system that cannot do it in one step: between the two, somebody could still take the name.
        guard !isTaken(new) else { throw SystemError("rename", code: EEXIST, on: new) }
        guard unsafe CLinux.rename(old, new) == 0 else { throw SystemError("rename", on: new) }
    }

    /// Waits until the names in a directory are on the device, where it may be read.
    static func sync(_ directory: String) {
        let number = unsafe fob_open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        if number >= 0 { try? FileDescriptor(owning: number).sync() }
    }
}

/// A directory that the user named and that must not exist yet, with all that is put into it: modes 0700 and 0600, and
/// nothing of it is left unless it is kept.
package final class NewDirectory {
    private let path: String
    private let temporary: String
    private var isKept = false
    /// What was made, in that order, as it has to be removed from behind.
    private var directories: [String] = []
    private var files: [String] = []

    /// Starts a directory for `path`; the one that it is in must exist.
    package init(_ path: String) throws(SystemError) {
        var path = path[...]
        while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
        self.path = String(path)
        temporary = NewFile.temporaryName(beside: self.path)
        guard unsafe mkdir(temporary, 0o700) == 0 else { throw SystemError("mkdir", on: NewFile.parent(of: self.path)) }
    }

    deinit {
        guard !isKept else { return }
        for file in files { _ = unsafe unlink("\(temporary)/\(file)") }
        for directory in directories.reversed() { _ = unsafe rmdir("\(temporary)/\(directory)") }
        _ = unsafe rmdir(temporary)
    }

    /// Makes a file, and the directories above it.
    ///
    /// - Parameter name: a path below the directory; anything that would lead out of it is refused with EINVAL.
    package func file(_ name: String) throws(SystemError) -> FileDescriptor {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !["", ".", ".."].contains($0) && !$0.utf8.contains(0) }) else {
            throw SystemError("open", code: EINVAL, on: path)
        }
        var directory = ""
        for part in parts.dropLast() {
            directory += directory.isEmpty ? part : "/\(part)"
            if directories.contains(directory) { continue }
            guard unsafe mkdir("\(temporary)/\(directory)", 0o700) == 0 else { throw SystemError("mkdir", on: path) }
            directories.append(directory)
        }
        let file = try FileDescriptor.creating("\(temporary)/\(name)")
        files.append(name)
        return file
    }

    /// Brings the names onto the device and gives the directory its own.
    ///
    /// - Throws: `isExisting` when the name was taken meanwhile.
    package func keep() throws(SystemError) {
        for directory in directories { NewFile.sync("\(temporary)/\(directory)") }
        NewFile.sync(temporary)
        try NewFile.rename(temporary, to: path)
        isKept = true
        NewFile.sync(NewFile.parent(of: path))
    }
}
