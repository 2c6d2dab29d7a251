import CLinux

// What a daemon gives up once it has what it needs, however it was started. Where systemd starts it, the unit takes away
// much of this before; nothing here relies on that.
extension Sandbox {
    /// A place in the file system that a daemon keeps, with all below it.
    package struct Place: Sendable {
        let path: String
        let rights: Int32

        /// To read what is there.
        package static func reading(_ path: String) -> Place { Place(path, FOB_MAY_READ) }
        /// To read and write a file that is there, such as a device.
        package static func using(_ path: String) -> Place { Place(path, FOB_MAY_USE) }
        /// To make directories and sockets.
        package static func making(_ path: String) -> Place { Place(path, FOB_MAY_MAKE) }
        /// To read, write, make, move and remove.
        package static func changing(_ path: String) -> Place { Place(path, FOB_MAY_CHANGE) }

        /// To read and run what is there.
        package static func running(_ path: String) -> Place { Place(path, FOB_MAY_RUN) }

        private init(_ path: String, _ rights: some BinaryInteger) { (self.path, self.rights) = (path, Int32(rights)) }
    }

    /// What a daemon may do besides using what it has.
    package struct Abilities: OptionSet, Sendable {
        package let rawValue: Int32

        package init(rawValue: Int32) { self.rawValue = rawValue }

        private init(_ value: some BinaryInteger) { rawValue = Int32(value) }

        /// Start threads.
        package static let threads = Abilities(FOB_MAY_THREAD)
        /// Make sockets of the Unix domain and listen there.
        package static let listening = Abilities(FOB_MAY_LISTEN)
        /// Both of these.
        package static let serving = Abilities(rawValue: threads.rawValue | listening.rawValue)
        /// Connect to such. Behind some of them programs are started on request, so that whoever may connect has no
        /// sandbox to speak of: in releases no daemon may, and a ``Broker`` does it.
        package static let connecting = Abilities(FOB_MAY_CONNECT)
        /// Send messages over sockets that are connected, as sd-bus does.
        package static let sending = Abilities(FOB_MAY_SEND)
    }

    /// The first version of Landlock that lets files be moved between directories, as each save does.
    private static let landlockForDaemons: Int32 = 2

    /// Confines a daemon. Called while the process has one thread. Afterwards no program or process can be started, no
    /// socket made but of the Unix domain, no signal sent, no memory made executable, and no file reached outside the
    /// places; each gives `EPERM` or `EACCES`, and what only an attacker tries ends the process. For what else the
    /// kernel takes away with it, see ``Broker``.
    ///
    /// - Parameters:
    ///   - places: those that are missing are left out.
    ///   - wanted: fewer mechanisms, for tests of one of them.
    /// - Returns: what holds now; less than all on a kernel that has less.
    package static func confine(
        to places: [Place], _ abilities: Abilities, wanted: Mechanisms = .all
    ) -> Mechanisms {
        var held = Mechanisms()
        if wanted.contains(.landlock), restrict(to: places) { held.insert(.landlock) }
        if wanted.contains(.filter), fob_sandbox_daemon(abilities.rawValue) == 0 { held.insert(.filter) }
        return held
    }

    /// Leaves this process these places and no other files, by Landlock; false where the kernel cannot.
    private static func restrict(to places: [Place]) -> Bool {
        var opened = places.map { place in
            fob_place(descriptor: unsafe fob_open_place(place.path), rights: place.rights)
        }
        opened.removeAll { $0.descriptor < 0 }
        defer { for place in opened { close(place.descriptor) } }
        return unsafe opened.withUnsafeBufferPointer { opened in
            unsafe fob_sandbox_landlock(opened.baseAddress, Int32(opened.count), landlockForDaemons) > 0
        }
    }

    /// Becomes a program of the system that reads on its standard input what a stranger has made, and writes to its
    /// standard output. It can read the system's files, and has no other files, no sockets, and nothing of other processes.
    ///
    /// - Parameters:
    ///   - program: an absolute path.
    ///   - memory: bytes of address space.
    ///   - processorSeconds: how long it may compute.
    /// - Throws: what is missing for it; without Landlock nothing is run.
    package static func become(
        _ program: String, _ arguments: [String], memory: UInt64, processorSeconds: UInt32
    ) throws(SystemError) -> Never {
        Hardening.apply()
        try limit(FOB_LIMIT_PROCESSOR, UInt64(processorSeconds))
        try limit(FOB_LIMIT_MEMORY, memory)
        let system = ["/usr", "/lib", "/lib64", "/bin"].map { Place.running($0) }
        let settings = ["/etc/ld.so.cache", "/etc/fonts", "/etc/poppler", "/etc/papersize", "/dev/urandom"]
            .map { Place.reading($0) }
        guard restrict(to: system + settings + [.using("/dev/null")]) else {
            throw SystemError("landlock_restrict_self", code: ENOSYS)
        }
        guard fob_sandbox_painter() == 0 else { throw SystemError("seccomp") }
        let code = unsafe withPointers([program] + arguments) { arguments in
            unsafe withPointers([Programs.searchPath]) { environment in
                unsafe fob_sandbox_become(program, arguments, environment)
            }
        }
        throw SystemError("execve", code: code, on: program)
    }
}
