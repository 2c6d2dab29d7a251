import CScan
import Platform

/// Finds the QR codes in the picture on standard input and writes the text of each as a line to standard output. It
/// gives up everything else before it reads: `fob scan` starts it for each picture.
enum Scanner {
    static let usage = """
        usage: fob-scan < picture
               fob-scan --heif < picture
               fob-scan --paint PROGRAM [ARGUMENT ...] < file > picture
               fob-scan --help | --version

        fob scan runs it; see fob-scan(1).

        """
    /// Address space: a file, a picture with its opacity, and what libpng, libjpeg and zbar need for the largest.
    static let memory = 1 << 30
    static let processorSeconds: UInt32 = 20
    /// No picture was looked at, on a system without seccomp.
    static let noSandbox: Int32 = 71

    static func run() -> Int32 {
        var command = Command("fob-scan", usage: usage)
        var escape: Sandbox.Escape?
        var mechanisms = Sandbox.Mechanisms.all
        var isHEIF = false
        while let option = command.next() {
            switch option {
            case "--paint":
                guard let program = command.value(), program.hasPrefix("/") else { command.unknown(option) }
                var arguments: [String] = []
                while let argument = command.value() { arguments.append(argument) }
                paint(program, arguments, command)
            // Where the library is missing, the picture is named as what it is.
            case "--heif": isHEIF = fob_heif_load() != 0
            #if FOB_TESTING
            case "--test-escape": escape = command.value().flatMap { Sandbox.Escape(rawValue: $0) }
            case "--test-landlock-only": mechanisms = .landlock
            #endif
            default: command.unknown(option)
            }
        }
        do throws(SystemError) {
            let held = try Sandbox.enter(
                memory: memory, processorSeconds: processorSeconds, mayThread: isHEIF, wanted: mechanisms)
            if let escape { command.answer(escape.report(under: held)) }
        } catch {
            command.fail(
                "no sandbox: \(error.call): \(error.reason)", "no picture is read without one", status: noSandbox)
        }
        return fob_scan(0, 1)
    }

    /// Address space of a program that paints: fonts are mapped, and large pages are drawn in memory.
    private static let painterMemory: UInt64 = 4 << 30

    /// Becomes the program that makes pictures of a document.
    private static func paint(_ program: String, _ arguments: [String], _ command: Command) -> Never {
        do throws(SystemError) {
            try Sandbox.become(
                program, arguments, memory: painterMemory, processorSeconds: processorSeconds)
        } catch {
            command.fail(
                "no sandbox for \(program): \(error.call): \(error.reason)",
                "make a picture (PNG, JPEG) of the document", status: noSandbox)
        }
    }
}

Hardening.apply()
Hardening.fillStandardDescriptors()
Hardening.closeInherited()
Daemon.exit(Scanner.run())
