import CLinux

/// The programs that are installed with the running one.
package enum Companions {
    /// Where they may be: the running one is in PREFIX/bin or PREFIX/libexec/fob.
    package static func paths(_ name: String) -> [String] {
        guard let own = ownProgram else { return [] }
        let directory = Paths.directory(of: own)
        let above = Paths.directory(of: directory)
        return [
            "\(directory)/\(name)", "\(above)/libexec/fob/\(name)", "\(Paths.directory(of: above))/bin/\(name)",
        ]
    }

    /// The path of the running program, nil when /proc does not tell.
    package static var ownProgram: String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { path in
            guard let start = path.baseAddress else { return nil }
            let count = unsafe readlink("/proc/self/exe", start, path.count - 1)
            guard count > 0 else { return nil }
            unsafe path[count] = 0
            return unsafe String(validatingCString: start)
        }
    }
}
