import CLinux

/// The process's environment. It never carries secrets.
package enum Environment {
    /// The value of a variable, nil when it is unset or not valid UTF-8.
    package static func value(of name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(validatingCString: value)
    }

    /// Whether a variable has a value, also one that is not UTF-8.
    package static func has(_ name: String) -> Bool { unsafe getenv(name).map { unsafe $0.pointee != 0 } ?? false }

    /// Sets a variable, for code of others that looks at it.
    package static func set(_ name: String, to value: String) { unsafe setenv(name, value, 1) }

    /// Forgets a variable, so that children and later code do not see it.
    package static func remove(_ name: String) { unsafe unsetenv(name) }

    /// The names of the variables that begin with `prefix`.
    package static func names(startingWith prefix: String) -> [String] {
        var names: [String] = []
        var index = 0
        while let entry = unsafe fob_environment(index) {
            index += 1
            guard let entry = unsafe String(validatingCString: entry), entry.hasPrefix(prefix) else { continue }
            if let name = entry.split(separator: "=", maxSplits: 1).first { names.append(String(name)) }
        }
        return names
    }

    /// The machine's name, for people.
    package static var machine: String {
        var name: [64 of CChar] = .init(repeating: 0)
        var span = name.mutableSpan
        let result = unsafe span.withUnsafeMutableBufferPointer { buffer in
            // The last byte stays zero.
            guard let base = buffer.baseAddress else { return Int32(-1) }
            return unsafe gethostname(base, buffer.count - 1)
        }
        guard result == 0 else { return "" }
        let bytes = name.indices.map { UInt8(bitPattern: name[$0]) }.prefix { $0 != 0 }
        return String(validating: bytes, as: UTF8.self) ?? ""
    }

    /// The real user's id.
    package static var user: UInt32 { getuid() }

    /// This process's id.
    package static var process: Int32 { getpid() }

    /// The id of the process that has started this one.
    package static var parent: Int32 { getppid() }

    /// Whether a process is stopped, as SIGSTOP and debuggers do it; false where that cannot be seen.
    package static func isStopped(_ process: Int32) -> Bool {
        let number = process > 0 ? unsafe fob_open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC, 0) : -1
        guard number >= 0 else { return false }
        let file = FileDescriptor(owning: number)
        var stat: [UInt8] = []
        do throws(SystemError) {
            try stat.append(addingCapacity: 128) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                _ = try file.read(into: &output)
            }
        } catch { return false }
        // The program's name may contain anything, but it ends at the last ")".
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")), end + 2 < stat.count else { return false }
        return stat[end + 2] | 0x20 == UInt8(ascii: "t")
    }
}
