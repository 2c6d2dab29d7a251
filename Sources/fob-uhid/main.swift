import Platform
import UserHID

/// The one part of fob that root runs: it owns /dev/uhid and nothing else, and gives each user who connects a security
/// key to be played by that user's own programs.
enum Service {
    static let usage = """
        usage: fob-uhid [--allow-system-users]
               fob-uhid --help | --version

          --allow-system-users   give keys to root and the users of services, too

        The service manager starts it; see fob-uhid(8).

        """
    private static let device = "/dev/uhid"
    static let systemFailed: Int32 = 71
    static let nothingHandedOver: Int32 = 78

    static func run() -> Never {
        var command = Command("fob-uhid", usage: usage)
        var admission = Bridge.Admission()
        var double: String?
        #if FOB_TESTING
        var escape: Sandbox.Escape?
        #endif
        while let option = command.next() {
            switch option {
            case "--allow-system-users": admission.systemUsers = true
            #if FOB_TESTING
            case "--test-escape": escape = command.value().flatMap { Sandbox.Escape(rawValue: $0) }
            case "--test-most-keys":
                guard let most = command.value().flatMap({ Int($0) }) else { fallthrough }
                admission.mostKeys = most
            // A socket of packets behind which a test plays the kernel.
            case "--test-device":
                guard let path = command.value() else { fallthrough }
                double = path
            #endif
            default: command.unknown(option)
            }
        }
        guard let listener = handedOver() else {
            command.fail(
                "one listening socket of packets is to be handed over", "systemctl enable --now fob-uhid.socket",
                status: nothingHandedOver)
        }
        let held = Sandbox.confine(to: [.using(device)], double == nil ? [] : .connecting)
        #if FOB_TESTING
        if let escape { command.answer(escape.report(under: held)) }
        #endif
        if held != .all {
            command.say("warning: this kernel lacks a part of the sandbox (Landlock or seccomp); see fob-uhid(8)")
        }
        do throws(SystemError) {
            let bridge = try Bridge(
                listener: listener, admission: admission,
                openDevice: { () throws(SystemError) in
                    guard let double else { return try FileDescriptor.openDevice(device) }
                    let device = try Socket.connect(to: double, kind: .packets)
                    Socket.prepare(device.number)
                    return device
                }, say: command.say)
            try bridge.run()
        } catch {
            command.fail("\(error.call): \(error.reason)", "check the system's limits", status: systemFailed)
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
}

Hardening.apply()
Hardening.fillStandardDescriptors()
Hardening.closeInherited(keeping: 1)
Service.run()
