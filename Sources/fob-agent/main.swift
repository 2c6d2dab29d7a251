import Agent
import Platform

/// What the command line asks for. There are few options, and a daemon's start should cost nothing, so they are read
/// by hand.
struct Options {
    var background = false
    var allowUnlockedMemory = false
    #if FOB_TESTING
    var stayDumpable = false
    #endif
    var configuration = Configuration(release: release)

    static let release = "0.1.0"
    static let usage = """
        usage: fob-agent [--daemon] [--allow-unlocked-memory]
               fob-agent --help | --version

          --daemon                  go into the background once requests are answered
          --allow-unlocked-memory   go on, with a warning, when no memory can be locked

        See fob-agent(1).

        """
    static let releaseLine = "fob-agent \(release)\n"

    init(_ arguments: [String]) {
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--daemon": background = true
            case "--foreground": background = false
            case "--allow-unlocked-memory": allowUnlockedMemory = true
            case "--help", "-h": Self.print(Self.usage, status: 0)
            case "--version": Self.print(Self.releaseLine, status: 0)
            #if FOB_TESTING
            case "--test-time":
                guard let time = rest.popFirst().flatMap({ UInt64($0) }) else { fallthrough }
                configuration.fixedTime = time
            case "--test-cheap-derivation": configuration.cheapDerivation = true
            case "--test-backup-quiet":
                guard let time = rest.popFirst().flatMap({ UInt64($0) }) else { fallthrough }
                configuration.backupQuiet = time
            case "--test-authenticator": configuration.testAuthenticator = true
            case "--test-confirm": configuration.testConfirm = true
            case "--test-stay-dumpable": stayDumpable = true
            #endif
            default: Self.fail("unknown option \(argument)", "see 'fob-agent --help'", status: 64)
            }
        }
    }

    #if FOB_TESTING
    /// Security keys that are as lax as tests want them are for scratch homes only, and nobody is to overlook them.
    func checkTests() {
        guard configuration.testAuthenticator || configuration.testConfirm else { return }
        guard Environment.value(of: "FOB_HOME") != nil else {
            Self.fail(
                "--test-authenticator and --test-confirm are for tests: they need a vault of their own",
                "set FOB_HOME to a scratch directory", status: 64)
        }
        Self.say(
            configuration.testConfirm
                ? "fob-agent: warning: security keys sign without asking anybody, for tests (--test-confirm)\n"
                : "fob-agent: warning: security keys can be reset without a passphrase, for tests (--test-authenticator)\n"
        )
    }
    #endif

    static func print(_ text: String, status: Int32) -> Never {
        let standardOutput = FileDescriptor(owning: 1)
        try? standardOutput.writeAll(text.utf8Span.span)
        Daemon.exit(status)
    }

    static func fail(_ message: String, _ remedy: String, status: Int32) -> Never {
        say("fob-agent: \(message)\nhint: \(remedy)\n")
        Daemon.exit(status)
    }

    static func say(_ text: String) {
        let standardError = FileDescriptor(owning: 2)
        try? standardError.writeAll(text.utf8Span.span)
        _ = standardError.release()
    }
}

/// Runs an agent and returns the exit status.
func serve(_ options: Options) -> Int32 {
    let activation = ServiceManager.activation()
    if activation == .unusable {
        Options.say("fob-agent: exactly one listening stream socket can be handed over\nhint: see fob-agent(1)\n")
        return 78
    }
    Hardening.closeInherited(keeping: activation == .socket ? 1 : 0)
    let manager = ServiceManager()
    var parent: FileDescriptor?
    do {
        if options.background, activation == .none { parent = try Daemon.detach() }
        try Memory.prepare(allowUnlocked: options.allowUnlockedMemory, least: AgentLimits.leastLocked)
        let signals = try SignalQueue(Signals.end + [Signals.lock])
        var adopted: FileDescriptor?
        if activation == .socket {
            Socket.prepare(3)
            adopted = FileDescriptor(owning: 3)
        }
        let agent = try Agent.start(options.configuration, adopted: adopted.take(), manager: manager)
        if let waiting = parent.take() { Daemon.report(0, to: waiting) }
        try agent.run(signals: signals)
        // While the vault's lock is still ours: the next agent's socket must not be taken for our own.
        withExtendedLifetime(agent) { if activation == .none { Agent.removeSocket() } }
        return 0
    } catch {
        let (status, message, remedy) = explain(error)
        Options.say("fob-agent: \(message)\nhint: \(remedy)\n")
        if let waiting = parent.take() { Daemon.report(UInt8(clamping: status), to: waiting) }
        return status
    }
}

func explain(_ error: any Error) -> (Int32, String, String) {
    switch error {
    case let error as StartError: (error.status, error.message, error.remedy)
    case MemoryError.cannotLock(let code):
        (
            71, "no memory can be locked: \(SystemError("mlock", code: code).reason)",
            "raise the limit with 'ulimit -l' or LimitMEMLOCK, or start with --allow-unlocked-memory"
        )
    case let error as SystemError: (71, "\(error.call): \(error.reason)", "check the system's limits")
    default: (70, "the agent met an error that it does not know", "please report this")
    }
}

let options = Options(CommandLine.arguments)
#if FOB_TESTING
options.checkTests()
Hardening.apply(stayDumpable: options.stayDumpable)
#else
Hardening.apply()
#endif
Hardening.fillStandardDescriptors()
Daemon.exit(serve(options))
