import ArgumentParser
import Client
import Platform
import Wire

/// `fob pick`.
struct PickVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pick", abstract: Help.pickCode, discussion: Help.pickDiscussion)

    @Flag(name: .long, help: Help.pickType) var type = false
    @Option(name: .long, help: .init(tr("Use this menu."), valueName: "program")) var menu: String?
    @Option(name: .customLong("clear-after"), help: Help.clearAfter) var clearAfter: TimeSpan?
    @OptionGroup var common: Common

    func validate() throws {
        if type, clearAfter != nil { throw ValidationError(tr("--type types the code; nothing is on the clipboard.")) }
    }

    func run() throws {
        let menu = try MenuProgram.find(self.menu)
        let typist = type ? try TypingProgram.find() : nil
        let clipboard = type ? nil : try Clipboard.find()
        let accounts = try common.unlocked { (connection) throws(ClientError) in
            try connection.accounts().filter { $0.credential.kind != nil && $0.credential.kind != .ocra }
        }
        guard !accounts.isEmpty else { throw ClientError(.notFound, tr("there is no account that gives codes")) }
        // Two may have one name: the number tells them apart.
        let lines = accounts.enumerated().map { "\($0 + 1) \(Label.shown(AccountLabel.text($1.issuer, $1.name)))" }
        guard let line = try menu.choose(lines), let number = Int(line.prefix { $0.isNumber }),
            accounts.indices.contains(number - 1)
        else { throw ClientError(.interrupted, tr("nothing was chosen")) }
        let reply = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(CodeRequest(.id(accounts[number - 1].id)))
        }
        guard let typist else {
            let seconds = clearAfter?.seconds ?? CodeOptions.usualClearAfter
            return try Codes.hand(out: reply, to: clipboard, clearAfter: seconds, json: common.json)
        }
        try typist.type(reply.code)
        if common.json { Output.line(JSON(reply, shown: false).text) }
    }
}

/// Chooses one of some lines: a menu of the desktop, or fzf on the terminal.
struct MenuProgram {
    private let program: String
    private let arguments: [String]

    private static let known: [(name: String, arguments: [String], isForTerminal: Bool)] = [
        ("fuzzel", ["--dmenu"], false), ("wofi", ["--dmenu", "--insensitive"], false),
        ("rofi", ["-dmenu", "-i"], false),
        ("bemenu", ["-i"], false), ("dmenu", ["-i"], false), ("fzf", [], true),
    ]

    /// The one of this name, or the first that is installed: of the desktop where there is one.
    static func find(_ name: String?) throws(ClientError) -> MenuProgram {
        let display = Environment.value(of: "WAYLAND_DISPLAY") ?? Environment.value(of: "DISPLAY") ?? ""
        for entry in known where name == nil || name == entry.name {
            if name == nil, entry.isForTerminal ? !Terminal.exists : display.isEmpty { continue }
            guard let path = Programs.path(of: entry.name) else { continue }
            return MenuProgram(program: path, arguments: entry.arguments)
        }
        throw ClientError(.configuration, Sentences.noMenu(name), remedy: Sentences.installMenu)
    }

    /// The line that was chosen; nil for none.
    func choose(_ lines: [String]) throws(ClientError) -> String? {
        do throws(SystemError) {
            var child = try Child.start(
                program, arguments, environment: DesktopPrograms.environment, input: .connected, output: .connected,
                errors: .inherited)
            // A menu that was closed reads no more.
            try? child.send((lines.joined(separator: "\n") + "\n").utf8.span)
            child.input = nil
            var chosen: [UInt8] = []
            var taken = 1
            while taken > 0 {
                taken = 0
                try chosen.append(addingCapacity: 1024) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    taken = try child.read(into: &output)
                }
            }
            return child.wait() == 0 ? String(decoding: chosen, as: UTF8.self) : nil
        } catch { throw ClientError(error) }
    }
}

/// Types into the window that has the keyboard.
struct TypingProgram {
    private let program: String
    private let arguments: [String]

    static func find() throws(ClientError) -> TypingProgram {
        let isWayland = Environment.value(of: "WAYLAND_DISPLAY") ?? "" != ""
        // By standard input: everybody can read arguments.
        let known: [(String, [String])] =
            isWayland
            ? [("wtype", ["-"]), ("ydotool", ["type", "--file", "-"])]
            : [("xdotool", ["type", "--clearmodifiers", "--file", "-"]), ("ydotool", ["type", "--file", "-"])]
        for (name, arguments) in known {
            if let path = Programs.path(of: name) { return TypingProgram(program: path, arguments: arguments) }
        }
        throw ClientError(.configuration, Sentences.noTyping, remedy: Sentences.installTyping)
    }

    func type(_ text: String) throws(ClientError) {
        do throws(SystemError) {
            var child = try Child.start(
                program, arguments, environment: DesktopPrograms.environment, input: .connected)
            try child.send(text.utf8.span)
            child.input = nil
            guard child.wait() == 0 else { throw SystemError(program, code: 5) }
        } catch { throw ClientError(error) }
    }
}

/// What programs of the desktop are given.
enum DesktopPrograms {
    static var environment: [String] {
        Child.environment(keeping: [
            "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "HOME", "LANG", "LC_ALL",
            "LC_CTYPE", "TERM", "YDOTOOL_SOCKET", "FZF_DEFAULT_OPTS",
        ]) + [Programs.searchPath]
    }
}
