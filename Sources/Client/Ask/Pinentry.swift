import Encodings
package import Platform
import Wire

/// Asks for a passphrase in a window, through pinentry (the Assuan protocol over two sockets).
package enum Pinentry {
    private static let programs = [
        "pinentry", "pinentry-gnome3", "pinentry-qt", "pinentry-qt5", "pinentry-gtk-2", "pinentry-x11",
    ]

    /// Everything that a window needs, and nothing else.
    private static let environment = [
        "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP",
        "DBUS_SESSION_BUS_ADDRESS", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES",
    ]

    /// The longest line of Assuan, and of what is read at once.
    private static let line = 1024

    /// Whether this session has a display and a pinentry.
    package static var isThere: Bool {
        let display = Environment.value(of: "WAYLAND_DISPLAY") ?? Environment.value(of: "DISPLAY") ?? ""
        return !display.isEmpty && programs.contains { Programs.path(of: $0) != nil }
    }

    /// The passphrase that was typed; nil when this session has no display or no pinentry. A window elsewhere than in
    /// the caller's own session is never opened.
    ///
    /// - Parameter mistake: why the last answer would not do.
    /// - Throws: `interrupted` when the person cancelled.
    package static func read(
        _ prompt: String, explanation: String, mistake: String? = nil
    ) throws(ClientError) -> LockedBuffer? {
        guard var child = try start() else { return nil }
        var conversation = Conversation(incoming: try ClientError.locked(2 * line))
        var answer = try ClientError.locked(Limits.passphrase)
        try conversation.expectOK(from: child)
        var commands = ["SETTITLE fob", "SETDESC \(escaped(explanation + asker))", "SETPROMPT \(escaped(prompt))"]
        if let mistake { commands.append("SETERROR \(escaped(mistake))") }
        for command in commands {
            try conversation.send(command, to: &child)
            try conversation.expectOK(from: child)
        }
        try conversation.send("GETPIN", to: &child)
        try conversation.expectOK(from: child, data: &answer)
        try conversation.send("BYE", to: &child)
        _ = child.wait()
        guard answer.count > 0 else { throw ClientError(.badInput, Sentences.secretEmpty) }
        return answer
    }

    /// What a person says to a question in a window; nil where there can be none. To close the window is a no.
    package static func confirm(_ question: String, yes: String, no: String) throws(ClientError) -> Bool? {
        guard var child = try start() else { return nil }
        var conversation = Conversation(incoming: try ClientError.locked(2 * line))
        try conversation.expectOK(from: child)
        for command in [
            "SETTITLE fob", "SETDESC \(escaped(question))", "SETOK \(escaped(yes))", "SETCANCEL \(escaped(no))",
        ] {
            try conversation.send(command, to: &child)
            try conversation.expectOK(from: child)
        }
        try conversation.send("CONFIRM", to: &child)
        var isConfirmed = true
        do throws(ClientError) { try conversation.expectOK(from: child) } catch {
            guard error.code == .interrupted else { throw error }
            isConfirmed = false
        }
        try? conversation.send("BYE", to: &child)
        _ = child.wait()
        return isConfirmed
    }

    /// Who asks, and what has started it: whoever sees a window appear has not seen a command.
    private static var asker: String {
        var lines = ["\n\n\(Sentences.askedBy): " + shown(CommandLine.arguments)]
        var process = ProcessDescription(of: Environment.parent)
        while lines.count < 4, process.process > 1, process.identity.isKnown {
            // What else a program was given is nobody's business here; of an interpreter, the script tells more.
            let words = process.arguments
            let script = words.dropFirst().first.flatMap { $0.hasPrefix("-") ? nil : $0 }
            lines.append(
                "\(Sentences.startedBy): "
                    + (words.isEmpty ? Label.shown(process.name) : shown([words[0]] + [script].compactMap(\.self))))
            process = ProcessDescription(of: process.parent)
        }
        return lines.joined(separator: "\n")
    }

    private static func shown(_ words: [String]) -> String {
        let name = Paths.name(of: words.first ?? "")
        return Label.fitted(Label.shown(([name] + words.dropFirst()).joined(separator: " ")), to: 72)
    }

    private static func start() throws(ClientError) -> Child? {
        let display = Environment.value(of: "WAYLAND_DISPLAY") ?? Environment.value(of: "DISPLAY") ?? ""
        guard !display.isEmpty, let program = programs.lazy.compactMap(Programs.path).first else { return nil }
        do throws(SystemError) {
            return try Child.start(
                program, [], environment: Child.environment(keeping: environment) + [Programs.searchPath],
                input: .connected, output: .connected)
        } catch { return nil }
    }

    /// Percent signs, line ends and other controls as %XX.
    static func escaped(_ text: String) -> String {
        Percent.text(text) { byte in byte >= 0x20 && byte != UInt8(ascii: "%") && byte != 0x7F }
    }

    /// Lines to and from the program. What comes may be the passphrase: it stays in locked memory.
    struct Conversation: ~Copyable {
        var incoming: LockedBuffer

        func send(_ command: String, to child: inout Child) throws(ClientError) {
            do throws(SystemError) { try child.send((command + "\n").utf8.span) } catch { throw Self.gone }
        }

        mutating func expectOK(from child: borrowing Child) throws(ClientError) {
            var none = try ClientError.locked(0)
            try expectOK(from: child, data: &none)
        }

        mutating func expectOK(from child: borrowing Child, data: inout LockedBuffer) throws(ClientError) {
            while true {
                let end = try nextLine(from: child)
                let reply = Self.reply(incoming.bytes.extracting(0..<end), data: &data)
                incoming.removeFirst(end + 1)
                switch reply {
                case .ok: return
                case .other: continue
                case .error: throw ClientError(.interrupted, Sentences.cancelled)
                case .tooLong: throw ClientError(.badInput, Sentences.secretTooLong)
                }
            }
        }

        enum Reply {
            case ok
            case error
            case other
            case tooLong
        }

        /// Reads a line, and decodes what a D line carries into `data`.
        static func reply(_ line: Span<UInt8>, data: inout LockedBuffer) -> Reply {
            if starts(line, "OK") { return .ok }
            if starts(line, "ERR") { return .error }
            guard starts(line, "D ") else { return .other }
            var index = 2
            while index < line.count {
                let byte = (try? Percent.next(line, &index)) ?? UInt8(ascii: "%")
                guard data.free > 0 else { return .tooLong }
                data.append { output in output.append(byte) }
            }
            return .other
        }

        private static func starts(_ line: Span<UInt8>, _ text: StaticString) -> Bool {
            let text = "\(text)".utf8
            guard line.count >= text.count else { return false }
            return zip(line.indices, text).allSatisfy { line[$0] == $1 }
        }

        private mutating func nextLine(from child: borrowing Child) throws(ClientError) -> Int {
            var searched = 0
            while true {
                for index in searched..<incoming.count where incoming.bytes[index] == UInt8(ascii: "\n") {
                    return index
                }
                searched = incoming.count
                guard incoming.free > 0 else { throw Self.gone }
                switch child.output {
                case .some(let output):
                    guard ((try? output.read(into: &incoming)) ?? 0) > 0 else { throw Self.gone }
                case nil: throw Self.gone
                }
            }
        }

        private static var gone: ClientError {
            ClientError(.locked, Sentences.pinentryGone, remedy: Sentences.unlockFirst)
        }
    }
}
