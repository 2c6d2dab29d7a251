import Platform
import UserHID

/// The one part of fob that root runs: it owns /dev/uhid and nothing else, and gives each user who connects a security
/// key to be played by that user's own programs.
enum Service {
    static let release = "0.1.0"
    static let usage = """
        usage: fob-uhid [--allow-system-users]
               fob-uhid --help | --version

          --allow-system-users   give keys to root and the users of services, too

        The service manager starts it; see fob-uhid(8).

        """
    static let wrongUsage: Int32 = 64
    static let systemFailed: Int32 = 71
    static let nothingHandedOver: Int32 = 78

    static func run(_ arguments: [String]) -> Int32 {
        var admission = Bridge.Admission()
        var double: String?
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h":
                write(usage, to: 1)
                return 0
            case "--version":
                write("fob-uhid \(release)\n", to: 1)
                return 0
            case "--allow-system-users": admission.systemUsers = true
            #if FOB_TESTING
            case "--test-most-keys":
                guard let most = rest.popFirst().flatMap({ Int($0) }) else { fallthrough }
                admission.mostKeys = most
            // A socket of packets behind which a test plays the kernel.
            case "--test-device":
                guard let path = rest.popFirst() else { fallthrough }
                double = path
            #endif
            default:
                say("unknown option \(argument)\nhint: see 'fob-uhid --help'")
                return wrongUsage
            }
        }
        guard let listener = handedOver() else {
            say("one listening socket of packets is to be handed over\nhint: systemctl enable --now fob-uhid.socket")
            return nothingHandedOver
        }
        do throws(SystemError) {
            let bridge = try Bridge(
                listener: listener, admission: admission,
                openDevice: { () throws(SystemError) in
                    guard let double else { return try FileDescriptor.openDevice("/dev/uhid") }
                    let device = try Socket.connect(to: double, kind: .packets)
                    Socket.prepare(device.number)
                    return device
                }, say: say)
            try bridge.run()
        } catch {
            say("\(error.call): \(error.reason)\nhint: check the system's limits")
            return systemFailed
        }
    }

    /// The socket that the service manager listens on (sd_listen_fds(3)).
    private static func handedOver() -> FileDescriptor? {
        guard Environment.value(of: "LISTEN_PID") == String(Environment.process),
            Environment.value(of: "LISTEN_FDS") == "1", Socket.kind(ofListener: 3) == .packets
        else { return nil }
        Socket.prepare(3)
        return FileDescriptor(owning: 3)
    }

    private static func say(_ text: String) { write("fob-uhid: \(text)\n", to: 2) }

    private static func write(_ text: String, to number: Int32) {
        let output = FileDescriptor(owning: number)
        try? output.writeAll(text.utf8.span)
        _ = output.release()
    }
}

Hardening.apply()
Hardening.fillStandardDescriptors()
Hardening.closeInherited(keeping: 1)
Daemon.exit(Service.run(CommandLine.arguments))
