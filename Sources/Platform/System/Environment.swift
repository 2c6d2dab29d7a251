import CLinux

/// The process's environment. It never carries secrets.
package enum Environment {
    /// The value of a variable, nil when it is unset or not valid UTF-8.
    package static func value(of name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(validatingCString: value)
    }

    /// Forgets a variable, so that children and later code do not see it.
    package static func remove(_ name: String) { unsafe unsetenv(name) }

    /// The real user's id.
    package static var user: UInt32 { getuid() }

    /// This process's id.
    package static var process: Int32 { getpid() }
}
