import CScan
import Platform

/// Finds the QR codes in the picture on standard input and writes the text of each as a line to standard output. It
/// gives up everything else before it reads: `fob scan` starts it for each picture.
enum Scanner {
    static let release = "0.1.0"
    static let usage = """
        usage: fob-scan < picture
               fob-scan --help | --version

        fob scan runs it; see fob-scan(1).

        """
    /// Address space: a file, a picture with its opacity, and what libpng, libjpeg and zbar need for the largest.
    static let memory = 1 << 30
    static let processorSeconds: UInt32 = 20
    /// No picture was looked at: wrong usage, or a system without seccomp.
    static let wrongUsage: Int32 = 64
    static let noSandbox: Int32 = 71

    static func run(_ arguments: [String]) -> Int32 {
        var escape: Sandbox.Escape?
        var mechanisms = Sandbox.Mechanisms.all
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h":
                say(usage, to: 1)
                return 0
            case "--version":
                say("fob-scan \(release)\n", to: 1)
                return 0
            #if FOB_TESTING
            case "--test-escape": escape = rest.popFirst().flatMap { Sandbox.Escape(rawValue: $0) }
            case "--test-landlock-only": mechanisms = .landlock
            #endif
            default:
                say("fob-scan: unknown option \(argument)\nhint: see 'fob-scan --help'\n", to: 2)
                return wrongUsage
            }
        }
        do throws(SystemError) {
            let held = try Sandbox.enter(memory: memory, processorSeconds: processorSeconds, wanted: mechanisms)
            if let escape {
                say(escape.report(under: held), to: 1)
                return 0
            }
        } catch {
            say("fob-scan: no sandbox: \(error.call): \(error.reason)\nhint: no picture is read without one\n", to: 2)
            return noSandbox
        }
        return fob_scan(0, 1)
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
Daemon.exit(Scanner.run(CommandLine.arguments))
