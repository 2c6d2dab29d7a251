import CLinux

/// For programs that live for one task: their memory outside the arena may hold parts of secrets too.
extension Memory {
    /// Raises RLIMIT_MEMLOCK as far as this process may, and returns it in bytes; `UInt64.max` for none.
    package static func raiseLimit() -> UInt64 {
        fob_raise_memlock_limit()
        return fob_memlock_limit()
    }

    /// Locks all memory that the process has and will have, where nothing limits that: at a limit, later allocations
    /// would fail instead. True when it is locked.
    package static func lockProcess() -> Bool {
        fob_memlock_limit() == .max && mlockall(Int32(MCL_CURRENT) | Int32(MCL_FUTURE)) == 0
    }
}
