import Authenticator
import Platform

/// What the command line asks for.
struct Options {
    /// The socket of the program that has /dev/uhid.
    var userHID: String?
    /// What the security key says of itself; others than all of it in builds for tests, by `--test-profile`.
    var profile = TestProfile.full

    static let usage = """
        usage: fob-authenticator [--uhid PATH]
               fob-authenticator --help | --version

          --uhid PATH   the socket of fob-uhid, /run/fob-uhid.sock by default

        See fob-authenticator(1).

        """

    init(_ command: inout Command) {
        while let option = command.next() {
            switch option {
            case "--uhid":
                guard let path = command.value(), !path.isEmpty else { fallthrough }
                userHID = path
            #if FOB_TESTING
            case "--test-profile":
                guard let name = command.value(), let profile = TestProfile(rawValue: name) else {
                    command.refuse("no such profile")
                }
                self.profile = profile
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

Hardening.apply()
Hardening.fillStandardDescriptors()
var command = Command("fob-authenticator", usage: Options.usage)
do throws(StartError) {
    let listeners = try Listeners(Options(&command))
    try listeners.serve()
    Daemon.exit(0)
} catch {
    command.fail(error.message, error.remedy, status: error.status)
}
