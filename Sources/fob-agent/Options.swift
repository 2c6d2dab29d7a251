import Agent
import Platform

/// What the command line asks for. There are few options, and a daemon's start should cost nothing, so they are read
/// by hand.
struct Options {
    var background = false
    var allowUnlockedMemory = false
    #if FOB_TESTING
    var stayDumpable = false
    var escape: Sandbox.Escape?
    var brokerEscape: Sandbox.Escape?
    #endif
    var configuration = Configuration(release: Command.release)

    static let usage = """
        usage: fob-agent [--daemon] [--allow-unlocked-memory]
               fob-agent --help | --version

          --daemon                  go into the background once requests are answered
          --allow-unlocked-memory   go on, with a warning, when no memory can be locked

        See fob-agent(1).

        """

    init(_ command: inout Command) {
        while let option = command.next() {
            switch option {
            case "--daemon": background = true
            case "--foreground": background = false
            case "--allow-unlocked-memory": allowUnlockedMemory = true
            #if FOB_TESTING
            case "--test-time":
                guard let time = command.value().flatMap({ UInt64($0) }) else { fallthrough }
                configuration.fixedTime = time
            case "--test-cheap-derivation": configuration.cheapDerivation = true
            case "--test-backup-quiet":
                guard let time = command.value().flatMap({ UInt64($0) }) else { fallthrough }
                configuration.backupQuiet = time
            case "--test-hello":
                guard let time = command.value().flatMap({ UInt64($0) }) else { fallthrough }
                configuration.helloMilliseconds = time
            case "--test-challenge":
                guard let time = command.value().flatMap({ UInt64($0) }) else { fallthrough }
                configuration.challengeMilliseconds = time
            case "--test-messages":
                guard let time = command.value().flatMap({ UInt64($0) }) else { fallthrough }
                (configuration.messageMilliseconds, configuration.takesAnyMessages) = (time, true)
            case "--test-authenticator": configuration.testAuthenticator = true
            case "--test-confirm": configuration.testConfirm = true
            case "--test-stay-dumpable": stayDumpable = true
            case "--test-escape": escape = command.value().flatMap { Sandbox.Escape(rawValue: $0) }
            case "--test-broker-escape":
                brokerEscape = command.value().flatMap { Sandbox.Escape(rawValue: $0) }
            case "--test-landlock-only": configuration.sandbox = .landlock
            case "--test-filter-only": configuration.sandbox = .filter
            #endif
            default: command.unknown(option)
            }
        }
    }

    #if FOB_TESTING
    /// Security keys that are as lax as tests want them are for scratch homes only, and nobody is to overlook them.
    func checkTests(_ command: Command) {
        guard configuration.testAuthenticator || configuration.testConfirm else { return }
        guard Environment.value(of: "FOB_HOME") != nil else {
            command.fail(
                "--test-authenticator and --test-confirm are for tests: they need a vault of their own",
                "set FOB_HOME to a scratch directory", status: Command.wrongUsage)
        }
        command.say(
            configuration.testConfirm
                ? "warning: security keys sign without asking anybody, for tests (--test-confirm)"
                : "warning: security keys can be reset without a passphrase, for tests (--test-authenticator)"
        )
    }
    #endif
}
