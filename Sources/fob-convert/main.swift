import ForeignLibraries
import Interchange
import Platform
import Wire

/// Turns files of other authenticators into accounts and back: one task, told by `fob` over the socket on descriptors 0
/// and 1. Before it reads the first byte of a file it gives everything else up.
enum Program {
    static let release = "0.1.0"
    static let usage = """
        usage: fob-convert --help | --version

        fob import and fob export run it; see fob-convert(1).

        """
    /// Address space: 1 GiB for the most expensive derivation, the rest for everything else.
    static let memory = 2 << 30
    static let processorSeconds: UInt32 = 600
    static let wrongUsage: Int32 = 64

    static func run(_ arguments: [String]) -> Int32 {
        var escape: Sandbox.Escape?
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h":
                say(usage, to: 1)
                return 0
            case "--version":
                say("fob-convert \(release)\n", to: 1)
                return 0
            #if FOB_TESTING
            case "--test-escape": escape = rest.popFirst().flatMap { Sandbox.Escape(rawValue: $0) }
            #endif
            default:
                say("fob-convert: unknown option \(argument)\nhint: see 'fob-convert --help'\n", to: 2)
                return wrongUsage
            }
        }
        let input = FileDescriptor(owning: 0)
        do throws(ConversionError) {
            let start = try escape == nil ? Conversation.readStart(input) : nil
            let warning = try prepareMemory(for: start?.size ?? 0)
            Library.prepare()
            let held = try enterSandbox()
            guard let start else {
                guard let escape else { return wrongUsage }
                say(escape.report(under: held), to: 1)
                return 0
            }
            return Converter.run(start, try Conversation(input, FileDescriptor(owning: 1)), warning: warning)
        } catch {
            let failure = error.failure(format: "")
            say("fob-convert: \(failure.message)\nhint: \(failure.remedy)\n", to: 2)
            return failure.code.exitStatus
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

    private static func say(_ text: String, to number: Int32) {
        let output = FileDescriptor(owning: number)
        try? output.writeAll(text.utf8.span)
        _ = output.release()
    }
}

Hardening.apply()
Hardening.fillStandardDescriptors()
Hardening.closeInherited()
Daemon.exit(Program.run(CommandLine.arguments))
