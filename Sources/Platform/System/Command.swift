import CLinux

/// The command line of a small program: a few options, read one by one, and how the program ends when they are wrong.
package struct Command {
    /// The release of all programs.
    package static let release = "0.2.0"
    /// 1 November 2026, seconds (UTC), before this release was made: a clock that says less is wrong.
    package static let released: UInt64 = 1_793_491_200
    /// Exit status for a wrong command line (sysexits.h).
    package static let wrongUsage: Int32 = 64

    private let name: String
    private let usage: String
    private var rest = Self.arguments.dropFirst()

    /// What the program was started with. Swift's own list is found by a walk through the process's memory map.
    private static var arguments: [String] {
        (0..<fob_argument_count()).map { number in unsafe String(cString: fob_argument(number)) }
    }

    /// - Parameter usage: what `--help` prints, with its last line feed.
    package init(_ name: String, usage: String) { (self.name, self.usage) = (name, usage) }

    /// The next option; nil when all are read. `--help` and `--version` are answered, and end the program.
    package mutating func next() -> String? {
        switch rest.first {
        case "--help", "-h": answer(usage)
        case "--version": answer("\(name) \(Self.release)\n")
        default: return rest.popFirst()
        }
    }

    /// The value of the option that was read last; nil when nothing follows it.
    package mutating func value() -> String? { rest.popFirst() }

    /// Ends the program because of an option that it does not know, or one without its value.
    package func unknown(_ option: String) -> Never { refuse("unknown option \(option)") }

    /// Ends the program because of a wrong command line.
    package func refuse(_ message: String) -> Never {
        fail(message, "see '\(name) --help'", status: Self.wrongUsage)
    }

    /// Ends the program with a status, and says why and what to do.
    package func fail(_ message: String, _ remedy: String, status: Int32) -> Never {
        say("\(message)\nhint: \(remedy)")
        Daemon.exit(status)
    }

    /// Writes a line to standard error, the program's name in front.
    package func say(_ text: String) { Self.write("\(name): \(text)\n", to: 2) }

    /// Writes to standard output, and ends the program well.
    package func answer(_ text: String) -> Never {
        Self.write(text, to: 1)
        Daemon.exit(0)
    }

    /// Writes all of a text to a descriptor that is open; what cannot be written is lost.
    package static func write(_ text: String, to number: Int32) {
        let output = FileDescriptor(owning: number)
        try? output.writeAll(text.utf8.span)
        _ = output.release()
    }
}
