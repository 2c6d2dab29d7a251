import CLinux

/// Becomes readable when something happens to names in a directory, or to the directory itself (inotify(7)).
package struct NameWatch: ~Copyable {
    /// What to wait for.
    package let descriptor: FileDescriptor

    /// A watch of nothing.
    package init() throws(SystemError) {
        let number = fob_inotify()
        guard number >= 0 else { throw SystemError("inotify_init1") }
        descriptor = FileDescriptor(owning: number)
    }

    /// Watches a directory; its end only, or all names in it.
    package func add(_ directory: String, names: Bool) throws(SystemError) {
        guard unsafe fob_inotify_add(descriptor.number, directory, names ? 1 : 0) >= 0 else {
            throw SystemError("inotify_add_watch", on: directory)
        }
    }

    /// Makes it unreadable until something happens again.
    package func drain() {
        var bytes: [4096 of UInt8] = .init(repeating: 0)
        var span = bytes.mutableSpan
        unsafe span.withUnsafeMutableBufferPointer {
            while unsafe CLinux.read(descriptor.number, $0.baseAddress, $0.count) > 0 {}
        }
    }
}
