package import Glibc

/// A directory of its own for a test, removed with everything in it, and what tests do to files from outside.
package final class Scratch: Sendable {
    /// Where it is; mode 0700.
    package let path: String

    /// Makes it.
    package init() throws {
        var template = Array("/tmp/fob-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failure(call: "mkdtemp", code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Scratch.removeAll(path) }

    /// A call that failed.
    package struct Failure: Error {
        package let call: String
        package let code: Int32
    }

    /// Whether tests may do what only root may.
    package static var isRoot: Bool { geteuid() == 0 }

    /// Whether this process may mount file systems.
    package static let canMount: Bool = {
        guard isRoot, let scratch = try? Scratch() else { return false }
        guard (try? scratch.mount("", bytes: 65536)) != nil else { return false }
        scratch.unmount("")
        return true
    }()

    package func path(_ name: String) -> String { name.isEmpty ? path : path + "/" + name }

    package func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws {
        let number = unsafe open(path(name), O_WRONLY | O_CREAT | O_TRUNC, mode)
        guard number >= 0 else { throw Failure(call: "open", code: errno) }
        defer { close(number) }
        let bytes = Array(text.utf8)
        guard unsafe Glibc.write(number, bytes, bytes.count) == bytes.count else {
            throw Failure(call: "write", code: errno)
        }
        try chmod(name, mode)
    }

    package func chmod(_ name: String, _ mode: mode_t) throws {
        try check("chmod", unsafe Glibc.chmod(path(name), mode))
    }

    package func give(_ name: String, to user: uid_t) throws {
        try check("chown", unsafe chown(path(name), user, gid_t.max))
    }

    package func makeDirectory(_ name: String, mode: mode_t = 0o700) throws {
        try check("mkdir", unsafe mkdir(path(name), mode))
        try chmod(name, mode)
    }

    package func makeLink(_ name: String, to target: String) throws {
        try check("symlink", unsafe symlink(target, path(name)))
    }

    package func makePipe(_ name: String) throws { try check("mkfifo", unsafe mkfifo(path(name), 0o600)) }

    package func mode(_ name: String) throws -> mode_t {
        var status = stat()
        try check("stat", unsafe lstat(path(name), &status))
        return status.st_mode & 0o7777
    }

    /// A file system in memory, on a directory that exists.
    package func mount(_ name: String, bytes: Int, readOnly: Bool = false) throws {
        let flags = readOnly ? UInt(MS_RDONLY | MS_REMOUNT) : 0
        let result = unsafe "size=\(bytes),mode=0700".withCString { options in
            unsafe Glibc.mount("none", path(name), "tmpfs", flags, options)
        }
        try check("mount", result)
    }

    package func unmount(_ name: String) { _ = unsafe umount2(path(name), Int32(MNT_DETACH)) }

    private func check(_ call: String, _ result: Int32) throws {
        guard result == 0 else { throw Failure(call: call, code: errno) }
    }

    private static func removeAll(_ path: String) {
        _ = unsafe Glibc.chmod(path, 0o700)
        if let stream = unsafe opendir(path) {
            while let entry = unsafe readdir(stream) {
                let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                let inner = path + "/" + name
                if unsafe unlink(inner) != 0 { removeAll(inner) }
            }
            unsafe closedir(stream)
        }
        _ = unsafe rmdir(path)
    }
}
