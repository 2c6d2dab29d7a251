import Agent
import Platform

/// Runs an agent and returns the exit status.
func serve(_ options: Options, _ command: Command) -> Int32 {
    Memory.shareHeap()
    let activation = ServiceManager.activation()
    if activation == .unusable {
        command.fail(
            "one listening stream socket can be handed over, and beside it one that is called forward",
            "see fob-agent(1)", status: 78)
    }
    Hardening.closeInherited(keeping: activation.count)
    let manager = ServiceManager()
    var parent: FileDescriptor?
    do {
        if options.background, activation == .none { parent = try Daemon.detach() }
        try Broker.start(patience: AgentLimits.brokerMilliseconds, isQuiet: true, confined: .readingLinks) { process in
            #if FOB_TESTING
            if process < 0 {
                return Broker.Answer(bytes: Array(Sandbox.Escape(numbered: process).report(under: .filter).utf8))
            }
            #endif
            return Broker.Answer(bytes: Array(ProcessDescription.executable(of: process).utf8))
        }
        try Memory.prepare(allowUnlocked: options.allowUnlockedMemory, least: AgentLimits.leastLocked)
        Signals.ignoreFileLimits()
        let signals = try SignalQueue(Signals.end + [Signals.lock])
        let agent = try Agent.start(options.configuration, activation, manager: manager)
        #if FOB_TESTING
        if let escape = options.escape { command.answer(escape.report(under: agent.sandbox)) }
        if let escape = options.brokerEscape {
            guard let answer = Broker.current?.ask(escape.number) else { command.answer("the broker has ended\n") }
            command.answer(String(decoding: answer.bytes, as: UTF8.self))
        }
        #endif
        if let waiting = parent.take() { Daemon.report(0, to: waiting) }
        try agent.run(signals: signals)
        // While the vault's lock is still ours: the next agent's socket must not be taken for our own.
        withExtendedLifetime(agent) { Agent.removeSockets(besides: activation) }
        return 0
    } catch {
        let (status, message, remedy) = explain(error)
        command.say("\(message)\nhint: \(remedy)")
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

var command = Command("fob-agent", usage: Options.usage)
let options = Options(&command)
#if FOB_TESTING
options.checkTests(command)
Hardening.apply(stayDumpable: options.stayDumpable)
#else
Hardening.apply()
#endif
Hardening.fillStandardDescriptors()
Daemon.exit(serve(options, command))
