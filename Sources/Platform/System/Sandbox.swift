import CLinux

/// What a process gives up before it reads the first byte of something that a stranger wrote: from then on it can
/// compute, use locked memory, and read and write what it has open. Nothing of it can be taken back.
///
/// Two mechanisms overlap. Landlock (landlock(7)) takes away files, network and signals as the kernel understands
/// them; the filter of system calls (seccomp(2)) lets only those of a list through, whatever they are about.
package enum Sandbox {
    /// What holds the process.
    package struct Mechanisms: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Landlock, where the kernel has it.
        package static let landlock = Mechanisms(rawValue: 1)
        /// The filter of system calls.
        package static let filter = Mechanisms(rawValue: 2)
        /// Both.
        package static let all: Mechanisms = [.landlock, .filter]
    }

    /// Enters the sandbox. Called while the process has one thread, after libraries were initialised (`Memory.prepare`
    /// among them, where secrets are held) and everything that is needed was opened. Afterwards:
    ///
    /// - no file can be opened, no socket made, no program or process or thread started, no memory made executable:
    ///   each gives `EPERM`. What only an attacker tries (ptrace(2) and the like) ends the process with `SIGSYS`;
    /// - descriptors that are open stay usable: read, write, send without an address, poll, seek, close;
    /// - `LockedBuffer` and `Secret` work as before.
    ///
    /// - Parameters:
    ///   - memory: bytes of address space beyond what the process has now.
    ///   - processorSeconds: how long it may compute in all, in seconds; then the kernel kills it.
    ///   - mayThread: it may start threads, for a library that cannot do without.
    ///   - wanted: fewer mechanisms, for tests of one of them.
    /// - Returns: what holds now: the filter always, Landlock where the kernel has it.
    @discardableResult
    package static func enter(
        memory: Int, processorSeconds: UInt32, mayThread: Bool = false, wanted: Mechanisms = .all
    ) throws(SystemError) -> Mechanisms {
        Hardening.apply()
        // The arena opens a descriptor for each block, and gives the block its size, which counts as a file's.
        try limit(FOB_LIMIT_DESCRIPTORS, UInt64(try lowestFreeDescriptor() + 1))
        try limit(FOB_LIMIT_FILE_SIZE, UInt64(Pages.blockBytes))
        if !mayThread { try limit(FOB_LIMIT_PROCESSES, 0) }
        try limit(FOB_LIMIT_PROCESSOR, UInt64(processorSeconds))
        try limit(FOB_LIMIT_MEMORY, try addressSpace() + UInt64(max(memory, 0)))

        var held = Mechanisms()
        if wanted.contains(.landlock) {
            let version = fob_sandbox_landlock(nil, 0, 1)
            guard version >= 0 else { throw SystemError("landlock_restrict_self") }
            if version > 0 { held.insert(.landlock) }
        }
        if wanted.contains(.filter) {
            guard fob_sandbox_filter(mayThread ? Int32(FOB_MAY_THREAD) : 0) == 0 else { throw SystemError("seccomp") }
            held.insert(.filter)
        }
        return held
    }

    static func limit(_ resource: some BinaryInteger, _ value: UInt64) throws(SystemError) {
        guard fob_sandbox_limit(Int32(resource), value) == 0 else { throw SystemError("setrlimit") }
    }

    private static func lowestFreeDescriptor() throws(SystemError) -> Int32 {
        try FileDescriptor.reading("/dev/null").number
    }

    /// Bytes of address space in use: the first field of /proc/self/statm, in pages (proc(5)).
    private static func addressSpace() throws(SystemError) -> UInt64 {
        let file = try FileDescriptor.reading("/proc/self/statm")
        var text: [UInt8] = []
        try text.append(addingCapacity: 128) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
            _ = try file.read(into: &output)
        }
        let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let pages = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
        guard pages > 0 else { throw SystemError("read", code: ENODATA, on: "/proc/self/statm") }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
}

extension Sandbox {
    /// Something that the sandbox has to refuse, for tests of programs that enter it.
    package enum Escape: String, CaseIterable, Sendable {
        /// To make a network socket.
        case socket
        /// To read a file that everybody may read.
        case open
        /// To become another program.
        case exec
        /// To start a process.
        case fork
        /// To take part in tracing; the filter ends the process.
        case ptrace
        /// To connect to a socket of the Unix domain, behind which something starts programs.
        case connect
        /// To make a file where everybody may make one.
        case create
        /// To send a signal to another process.
        case signal
        /// To get memory that can be run.
        case run
        /// To read a file where ssh keeps its keys.
        case identity

        /// What a broker is told to have it tried there: less than any process's number.
        package var number: Int32 { -1 - Int32(Self.allCases.firstIndex(of: self) ?? 0) }

        /// The one of that number.
        package init(numbered number: Int32) { self = Self.allCases[Int(-1 - number) % Self.allCases.count] }

        /// Tries it, and says how that went, for tests: "escaped", or the kernel's refusal and what holds.
        package func report(under held: Mechanisms) -> String {
            do throws(SystemError) {
                try attempt()
                return "\(rawValue): escaped\n"
            } catch {
                return "\(rawValue): refused: \(error.reason); mechanisms \(held.rawValue)\n"
            }
        }

        /// Tries it.
        ///
        /// - Throws: `SystemError` with the kernel's refusal; to return is to have escaped.
        func attempt() throws(SystemError) {
            let code =
                switch self {
                case .socket: fob_escape_socket()
                case .open: unsafe fob_escape_open("/etc/passwd")
                case .exec: unsafe fob_escape_execute("/bin/true")
                case .fork: fob_escape_fork()
                case .ptrace: fob_escape_ptrace()
                case .connect: unsafe fob_escape_connect("/run/systemd/private")
                case .create: unsafe fob_escape_create("/tmp/fob-escape-\(Environment.process)")
                case .signal: fob_escape_signal()
                case .run: fob_escape_run()
                case .identity: unsafe fob_escape_open((Environment.value(of: "HOME") ?? "") + "/.ssh/id_test")
                }
            guard code == 0 else { throw SystemError(rawValue, code: code) }
        }
    }
}
