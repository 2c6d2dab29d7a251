import ForeignLibraries
import Interchange
import Platform
import Wire

/// Turns files of other authenticators into accounts and back: one task, told by `fob` over the socket on descriptors 0
/// and 1. Before it reads the first byte of a file it gives everything else up.
enum Program {
    static let usage = """
        usage: fob-convert --help | --version

        fob import and fob export run it; see fob-convert(1).

        """
    /// Address space: 1 GiB for the most expensive derivation, the rest for everything else.
    static let memory = 2 << 30
    static let processorSeconds: UInt32 = 600

    static func run() -> Int32 {
        var command = Command("fob-convert", usage: usage)
        var escape: Sandbox.Escape?
        while let option = command.next() {
            switch option {
            #if FOB_TESTING
            case "--test-escape": escape = command.value().flatMap { Sandbox.Escape(rawValue: $0) }
            #endif
            default: command.unknown(option)
            }
        }
        let input = FileDescriptor(owning: 0)
        do throws(ConversionError) {
            let start = try escape == nil ? Conversation.readStart(input) : nil
            let warning = try prepareMemory(for: start?.size ?? 0)
            Library.prepare()
            let held = try enterSandbox()
            guard let start else {
                guard let escape else { return Command.wrongUsage }
                command.answer(escape.report(under: held))
            }
            return Converter.run(start, try Conversation(input, FileDescriptor(owning: 1)), warning: warning)
        } catch {
            let failure = error.failure(format: "")
            command.fail(failure.message, failure.remedy, status: failure.code.exitStatus)
        }
    }

    /// Locks all memory where nothing limits that, else the arena where the limit is high enough. Returns a warning where
    /// it is not.
    private static func prepareMemory(for size: UInt64) throws(ConversionError) -> String {
        let limit = Memory.raiseLimit()
        do throws(MemoryError) {
            try Memory.prepare(allowUnlocked: true, least: Converter.lockedMemory(for: size))
            _ = Memory.lockProcess()
            guard try Memory.report().protection == .unlocked else { return "" }
        } catch {
            throw .memory(error)
        }
        return "the file is too large for the memory that may be locked (\(limit >> 10) KiB), so parts of it could "
            + "reach swap; to avoid that, raise the limit (ulimit -l, LimitMEMLOCK=)"
    }

    private static func enterSandbox() throws(ConversionError) -> Sandbox.Mechanisms {
        do throws(SystemError) {
            return try Sandbox.enter(memory: memory, processorSeconds: processorSeconds)
        } catch {
            throw .unsupported(
                "no sandbox: \(error.call): \(error.reason)", remedy: "no file is read without one")
        }
    }
}

Hardening.apply()
Hardening.fillStandardDescriptors()
Hardening.closeInherited()
Daemon.exit(Program.run())
