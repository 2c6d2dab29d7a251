import Authenticator
import Client
import Platform

/// What the command line asks for.
struct Options {
    /// The socket of the program that has /dev/uhid.
    var userHID: String?
    /// The socket of another agent for ssh, whose keys are offered behind fob's.
    var upstream = Environment.value(of: "FOB_UPSTREAM").flatMap { $0.isEmpty ? nil : $0 }
    /// What the security key says of itself; others than all of it in builds for tests, by `--test-profile`.
    var profile = TestProfile.full
    #if FOB_TESTING
    var escape: Sandbox.Escape?
    #endif

    static let usage = """
        usage: fob-authenticator [--uhid PATH] [--upstream PATH]
               fob-authenticator --help | --version

          --uhid PATH       the socket of fob-uhid, /run/fob-uhid.sock by default
          --upstream PATH   the socket of another ssh-agent, whose keys are offered too

        See fob-authenticator(1).

        """

    init(_ command: inout Command) {
        while let option = command.next() {
            switch option {
            case "--uhid":
                guard let path = command.value(), !path.isEmpty else { fallthrough }
                userHID = path
            case "--upstream":
                guard let path = command.value(), !path.isEmpty else { fallthrough }
                upstream = path
            #if FOB_TESTING
            case "--test-profile":
                guard let name = command.value(), let profile = TestProfile(rawValue: name) else {
                    command.refuse("no such profile")
                }
                self.profile = profile
            case "--test-escape": escape = command.value().flatMap { Sandbox.Escape(rawValue: $0) }
            #endif
            default: command.unknown(option)
            }
        }
    }
}

/// Why it could not start.
struct StartError: Error {
    /// The exit status, as fob-authenticator(1) lists them.
    let status: Int32
    /// What and why.
    let message: String
    /// What to do.
    let remedy: String

    init(_ status: Int32, _ message: String, _ remedy: String) {
        self.status = status
        self.message = message
        self.remedy = remedy
    }
}

/// Gives up everything but what listeners need: their sockets' directory.
func confine(_ options: Options) throws(StartError) -> Sandbox.Mechanisms {
    do throws(SystemError) {
        // It starts the agent where it may, and that is no work for a confined process.
        let isConfined = !(Environment.value(of: "FOB_NO_START") ?? "").isEmpty
        try Broker.start(patience: nil, isQuiet: false, confined: isConfined ? .connecting : nil) { number in
            switch number {
            case Connection.brokerNumber: Connection.openForBroker()
            case ReportLink.brokerNumber: ReportLink.connect(to: options.userHID)
            case _ where SSHFile.isOne(number):
                SSHFile.openForBroker(number, upstream: options.upstream, own: Paths.socket(beside: "ssh.sock"))
            // A process, by its number with a sign.
            case ..<0 where number > .min: ClientProcess.start(of: -number)
            default: Broker.Answer(bytes: [])
            }
        }
    } catch { throw StartError(error) }
    var places: [Sandbox.Place] = [.using("/dev/null")]
    if let path = Paths.socket { places.append(.changing(Paths.directory(of: path))) }
    return Sandbox.confine(to: places, .threads)
}

Hardening.apply()
Hardening.fillStandardDescriptors()
var command = Command("fob-authenticator", usage: Options.usage)
do throws(StartError) {
    let options = Options(&command)
    let listeners = try Listeners(options)
    let held = try confine(options)
    #if FOB_TESTING
    if let escape = options.escape { command.answer(escape.report(under: held)) }
    #endif
    if held != .all {
        command.say("warning: this kernel lacks a part of the sandbox (Landlock or seccomp); see fob-authenticator(1)")
    }
    try listeners.serve()
    Daemon.exit(0)
} catch {
    command.fail(error.message, error.remedy, status: error.status)
}
