import Authenticator
import Platform

/// What the command line asks for.
struct Options {
    /// The socket of the program that has /dev/uhid.
    var userHID: String?
    /// What the security key says of itself; others than all of it in builds for tests, by `--test-profile`.
    var profile = TestProfile.full

    static let release = "0.1.0"
    static let usage = """
        usage: fob-authenticator [--uhid PATH]
               fob-authenticator --help | --version

          --uhid PATH   the socket of fob-uhid, /run/fob-uhid.sock by default

        See fob-authenticator(1).

        """
    static let releaseLine = "fob-authenticator \(release)\n"

    init(_ arguments: [String]) {
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--uhid":
                guard let path = rest.popFirst(), !path.isEmpty else { fallthrough }
                userHID = path
            #if FOB_TESTING
            case "--test-profile":
                guard let name = rest.popFirst(), let profile = TestProfile(rawValue: name) else {
                    end(StartError(64, "no such profile", "see 'fob-authenticator --help'"))
                }
                self.profile = profile
            #endif
            case "--help", "-h": Self.print(Self.usage)
            case "--version": Self.print(Self.releaseLine)
            default:
                end(StartError(64, "unknown option \(argument)", "see 'fob-authenticator --help'"))
            }
        }
    }

    private static func print(_ text: String) -> Never {
        let standardOutput = FileDescriptor(owning: 1)
        try? standardOutput.writeAll(text.utf8Span.span)
        Daemon.exit(0)
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

func end(_ error: StartError) -> Never {
    let standardError = FileDescriptor(owning: 2)
    try? standardError.writeAll("fob-authenticator: \(error.message)\nhint: \(error.remedy)\n".utf8Span.span)
    Daemon.exit(error.status)
}

Hardening.apply()
Hardening.fillStandardDescriptors()
let options = Options(CommandLine.arguments)
do throws(StartError) {
    let listeners = try Listeners(options)
    try listeners.serve()
    Daemon.exit(0)
} catch {
    end(error)
}
