import Glibc
import Platform

/// A private directory that is removed with this.
final class ScratchDirectory: Sendable {
    private let path: String

    init() throws {
        path = "/tmp/fob-agent-tests-\(Environment.process)-\(UInt64.random(in: 0 ... .max))"
        _ = try Directory.open(path, create: true)
    }

    func open() throws -> Directory { try Directory.open(path, create: true) }

    func makeLink(_ name: String, to target: String) throws {
        guard unsafe symlink(target, path + "/" + name) == 0 else {
            throw SystemError("symlink", code: errno, on: name)
        }
    }

    /// A file system in memory of its own, until it is unmounted.
    func mount(bytes: Int) throws {
        let result = unsafe "size=\(bytes),mode=0700".withCString { options in
            unsafe Glibc.mount("none", path, "tmpfs", 0, options)
        }
        guard result == 0 else { throw SystemError("mount", code: errno, on: path) }
    }

    func unmount() { _ = unsafe umount2(path, Int32(MNT_DETACH)) }

    /// Whether this process may mount file systems.
    static let canMount: Bool = {
        guard geteuid() == 0, let scratch = try? ScratchDirectory() else { return false }
        guard (try? scratch.mount(bytes: 65536)) != nil else { return false }
        scratch.unmount()
        return true
    }()

    deinit {
        for name in (try? open().names()) ?? [] { try? open().remove(name) }
        unsafe rmdir(path)
    }
}
