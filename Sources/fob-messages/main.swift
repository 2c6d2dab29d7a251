import Client
import Inbox
import Platform

let usage = """
    usage: fob-messages [--notifications] [--patience SECONDS]
           fob-messages --help | --version

      --notifications     read what a paired telephone notifies of, too
      --patience SECONDS  how long a line may look for a network, 300 by default

    See fob-messages(1).

    """

/// Gives up everything but the buses, the connection to the agent, and a broker that makes another one.
func confine() throws(SystemError) -> Sandbox.Mechanisms {
    // An agent that does not run has no vault open: it is not started for a message.
    try Broker.start(patience: nil, isQuiet: false, confined: .connecting) { number in
        number == Connection.brokerNumber ? Connection.openForBroker(starting: false) : Broker.Answer(bytes: [])
    }
    return Sandbox.confine(to: [.using("/dev/null")], .sending)
}

Hardening.apply()
Hardening.fillStandardDescriptors()
var command = Command("fob-messages", usage: usage)
var options = InboxOptions()
#if FOB_TESTING
var escape: Sandbox.Escape?
#endif
while let option = command.next() {
    switch option {
    case "--notifications": options.readsNotifications = true
    case "--patience":
        guard let seconds = command.value().flatMap({ UInt32($0) }) else { fallthrough }
        options.patience = seconds
    #if FOB_TESTING
    case "--test-escape": escape = command.value().flatMap { Sandbox.Escape(rawValue: $0) }
    #endif
    default: command.unknown(option)
    }
}
let journal = command
do {
    let signals = try SignalQueue(Signals.interrupting)
    // A code goes to the agent at once; without memory that can be locked it goes all the same.
    try? Memory.prepare(allowUnlocked: true)
    let inbox = try Inbox(options) { journal.say($0) }
    let held = try confine()
    #if FOB_TESTING
    if let escape { command.answer(escape.report(under: held)) }
    #endif
    if held != .all {
        command.say("warning: this kernel lacks a part of the sandbox (Landlock or seccomp); see fob-messages(1)")
    }
    try inbox.run(signals: signals)
    Daemon.exit(0)
} catch let error as InboxError {
    // sysexits.h: EX_UNAVAILABLE.
    command.fail(error.message, error.remedy, status: 69)
} catch {
    command.fail("\(error)", "try again", status: 70)
}
