import Client
import Hardware
import Platform

/// Speaks to a hardware security key for `fob`: one task, told over the socket on descriptors 0 and 1. Once it has the device
/// open, and before that has said anything, it gives everything else up.
enum Program {
    static let usage = """
        usage: fob-hardware --help | --version

        fob access add --security-key and fob unlock --security-key run it; see fob-hardware(1).

        """
    /// Address space.
    static let memory = 256 << 20
    static let processorSeconds: UInt32 = 60

    static func run() -> Int32 {
        var command = Command("fob-hardware", usage: usage)
        var escape: Sandbox.Escape?
        while let option = command.next() {
            switch option {
            #if FOB_TESTING
            case "--test-escape": escape = command.value().flatMap { Sandbox.Escape(rawValue: $0) }
            #endif
            default: command.unknown(option)
            }
        }
        do throws(ClientError) {
            try prepareMemory()
            if let escape {
                do throws(SystemError) { command.answer(escape.report(under: try confine())) } catch {
                    throw ClientError(error)
                }
            }
            var session = try HardwareSession(FileDescriptor(owning: 0), FileDescriptor(owning: 1))
            try session.run(session.start()) { () throws(SystemError) in try confine() }
            return 0
        } catch {
            command.fail(error.message, error.remedy, status: error.exitStatus)
        }
    }

    private static func prepareMemory() throws(ClientError) {
        _ = Memory.raiseLimit()
        do throws(MemoryError) { try Memory.prepare(allowUnlocked: true) } catch { throw ClientError(error) }
        // libfido2 has a PIN and the secret in its own memory for a moment.
        _ = Memory.lockProcess()
    }

    @discardableResult
    private static func confine() throws(SystemError) -> Sandbox.Mechanisms {
        SecurityDevice.prepare()
        return try Sandbox.enter(memory: memory, processorSeconds: processorSeconds)
    }
}

Hardening.apply()
Hardening.fillStandardDescriptors()
Hardening.closeInherited()
Daemon.exit(Program.run())
