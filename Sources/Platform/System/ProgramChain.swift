/// The programs behind a request: a process, its parent, and so on. For people to read: whoever owns a process can forge
/// all of it, and it may be stale.
package enum ProgramChain {
    /// A link of it.
    package struct Program: Equatable, Sendable {
        /// Its process.
        package let process: Int32
        /// What it is called: a script by its file, else the program's file; what the process calls itself, in brackets,
        /// where the system keeps the file to itself.
        package let name: String
        /// Path of the program; empty where the system keeps that to itself.
        package let executable: String

        package init(process: Int32, name: String, executable: String) {
            (self.process, self.name, self.executable) = (process, name, executable)
        }
    }

    /// The process and those that have started it, at most `most` of them, without the first one of the system.
    package static func of(_ process: Int32, most: Int) -> [Program] {
        var chain: [Program] = []
        var next = process
        while next > 1, chain.count < most, let (program, parent) = program(next) {
            chain.append(program)
            next = parent
        }
        return chain
    }

    private static func program(_ process: Int32) -> (Program, parent: Int32)? {
        let stat = ProcessDescription.read("/proc/\(process)/stat")
        // The program's name may contain anything, but it ends at the last ")".
        guard let start = stat.utf8.firstIndex(of: UInt8(ascii: "(")),
            let end = stat.utf8.lastIndex(of: UInt8(ascii: ")")), start < end
        else { return nil }
        let ownName = String(stat[stat.utf8.index(after: start)..<end])
        let rest = stat[end...].split(separator: " ")
        let executable = ProcessDescription.executable(of: process)
        let arguments = ProcessDescription.read("/proc/\(process)/cmdline")
            .split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
        let name = name(ownName: ownName, executable: executable, arguments: arguments)
        return (
            Program(process: process, name: name, executable: executable),
            rest.count > 2 ? Int32(rest[2]) ?? 0 : 0
        )
    }

    /// What a process is called.
    ///
    /// - Parameters:
    ///   - ownName: what the kernel was told, at most 15 bytes: the file that was started, until the process says otherwise.
    ///   - executable: the path of the program; empty when it is not known.
    ///   - arguments: how it was started, as far as that was read.
    static func name(ownName: String, executable: String, arguments: [String]) -> String {
        let program = executable.isEmpty ? file(arguments.first ?? "") : file(executable)
        // A script is started by its own name, and the interpreter has it among its arguments.
        if isInterpreter(program), let script = script(ownName, arguments) { return script }
        if !executable.isEmpty, !program.isEmpty { return program }
        return "[\(ownName)]"
    }

    private static func script(_ ownName: String, _ arguments: [String]) -> String? {
        let rest = arguments.dropFirst()
        if let named = rest.first(where: { !$0.isEmpty && file($0).utf8.prefix(15).elementsEqual(ownName.utf8) }) {
            return file(named)
        }
        for argument in rest {
            // The program is in the arguments or in a module, and has no file.
            if ["-c", "-e", "-m"].contains(argument) { return nil }
            if !argument.hasPrefix("-"), !argument.isEmpty { return file(argument) }
        }
        return nil
    }

    private static let interpreters: Set<String> = [
        "ash", "awk", "bash", "busybox", "dash", "expect", "fish", "gawk", "java", "ksh", "lua", "luajit", "mawk",
        "mksh",
        "node", "nodejs", "perl", "php", "pwsh", "python", "ruby", "sh", "tclsh", "wish", "zsh",
    ]

    private static func isInterpreter(_ program: String) -> Bool {
        let version: (Character) -> Bool = { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
        return interpreters.contains(String(program.reversed().drop(while: version).reversed()))
    }

    /// The last part of a path.
    private static func file(_ path: String) -> String {
        String(path.split(separator: "/").last ?? "")
    }
}
