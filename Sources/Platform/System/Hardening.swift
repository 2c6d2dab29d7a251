import CLinux

/// What a process does to itself before it touches a secret.
package enum Hardening {
    /// Not dumpable (so no core, no ptrace, no /proc/PID/mem by others of the same user), no core file, no crash
    /// report, no new privileges, files private by default.
    ///
    /// - Parameters:
    ///   - stayDumpable: for tests that read the process's memory without being root; of no effect in releases.
    ///   - asksRoot: it runs sudo(8), which takes new privileges.
    package static func apply(stayDumpable: Bool = false, asksRoot: Bool = false) {
        #if FOB_TESTING
        if !stayDumpable { _ = fob_prctl(PR_SET_DUMPABLE, 0) }
        #else
        _ = fob_prctl(PR_SET_DUMPABLE, 0)
        #endif
        if !asksRoot { _ = fob_prctl(PR_SET_NO_NEW_PRIVS, 1) }
        _ = fob_no_core()
        fob_default_crashes()
        umask(0o077)
    }

    /// Closes every inherited descriptor but the standard ones and the first `kept` after them.
    package static func closeInherited(keeping kept: Int = 0) { _ = fob_close_range(UInt32(3 + kept), UInt32.max) }

    /// Opens /dev/null for those of the three standard descriptors that are closed, so that no later file takes
    /// their place. A closed standard output stays one that cannot be written to: a result is not lost without a word.
    ///
    /// - Parameter isBrief: the process ends soon or becomes another program, and spares a call to the kernel.
    package static func fillStandardDescriptors(isBrief: Bool = false) {
        while true {
            var number = unsafe fob_open("/dev/null", O_RDWR | O_CLOEXEC, 0)
            guard number >= 0 else { return }
            if number == 1 {
                close(number)
                number = unsafe fob_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
            }
            if number > 2 {
                if !isBrief { close(number) }
                return
            }
            _ = fob_fcntl(number, F_SETFD, 0)
        }
    }
}
