import Client
import Encodings
import Platform
import Wire

/// The clipboard of this session, which a program puts text on that gets it through its standard input; or else that of
/// the terminal, which may be far away.
enum Clipboard {
    case session(ClipboardProgram)
    case terminal

    /// The session's, else the terminal's.
    ///
    /// - Parameter once: it gives the text to the first who pastes, and to nobody after that; a terminal's cannot.
    static func find(once: Bool = false) throws(ClientError) -> Clipboard {
        do throws(ClientError) { return .session(try ClipboardProgram.find(once: once)) } catch {
            if once, error.message == Sentences.noClipboard {
                throw ClientError(.configuration, Sentences.noPasteOnce, remedy: Sentences.installClipboard)
            }
            guard Terminal.canMove, Terminal.exists else { throw error }
            return .terminal
        }
    }

    /// Puts `text` there.
    ///
    /// - Parameter seconds: after them the session's clipboard is cleared, unless it has something else by then; 0 for
    ///   never. Nobody can look at a terminal's.
    func copy(_ text: Span<UInt8>, clearAfter seconds: UInt32) throws(ClientError) {
        switch self {
        case .session(let program): try program.copy(text, clearAfter: seconds)
        case .terminal: try TerminalClipboard.copy(text)
        }
    }

    /// The same for a code.
    func copy(_ text: String, clearAfter seconds: UInt32) throws(ClientError) {
        try copy(text.utf8.span, clearAfter: seconds)
    }

    /// What has been done, for people.
    func told(clearAfter seconds: UInt32) -> String {
        switch self {
        case .session: Sentences.copied(clearAfter: seconds)
        case .terminal: Sentences.copiedToTerminal
        }
    }
}

/// The clipboard of the terminal that this process has, by its control sequence OSC 52 (xterm, "Manipulate Selection Data").
/// It goes over ssh, and through tmux and screen where those let it.
enum TerminalClipboard {
    static func copy(_ text: Span<UInt8>) throws(ClientError) {
        guard let terminal = try? Terminal() else {
            throw ClientError(.configuration, Sentences.noClipboard, remedy: Sentences.installClipboard)
        }
        let isInside = !(Environment.value(of: "TMUX") ?? "").isEmpty
        let isScreen = !isInside && !(Environment.value(of: "STY") ?? "").isEmpty
        var bytes = try ClientError.locked(2 * (text.count / 3 * 4 + 64))
        // The multiplexer hands this on to its own terminal, or takes the plain one for it.
        if isInside { append("\u{1b}Ptmux;\u{1b}\u{1b}]52;c;", text, "\u{7}\u{1b}\\", to: &bytes) }
        if isScreen {
            append("\u{1b}P\u{1b}]52;c;", text, "\u{7}\u{1b}\\", to: &bytes)
        } else {
            append("\u{1b}]52;c;", text, "\u{7}", to: &bytes)
        }
        terminal.write(bytes.bytes)
    }

    private static func append(
        _ start: String, _ text: Span<UInt8>, _ end: String, to bytes: inout LockedBuffer
    ) {
        bytes.append(copying: start.utf8.span)
        bytes.append { (output: inout OutputSpan<UInt8>) in
            BaseEncoding.base64.encode(text, isPadded: true, into: &output)
        }
        bytes.append(copying: end.utf8.span)
    }
}

/// A program that can put text on the clipboard of this session. The text goes through its standard input.
struct ClipboardProgram {
    private let program: String
    private let setting: [String]
    private let reading: [String]
    private let reader: String
    private let clearing: [String]

    private static let environment =
        Child.environment(keeping: [
            "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "HOME", "LANG",
        ]) + [Programs.searchPath]

    /// wl-copy under Wayland, xclip under X.
    static func find(once: Bool = false) throws(ClientError) -> ClipboardProgram {
        if Environment.value(of: "WAYLAND_DISPLAY") ?? "" != "", let copy = Programs.path(of: "wl-copy"),
            let paste = Programs.path(of: "wl-paste")
        {
            // Recent versions can mark a text so that clipboard histories leave it alone.
            let sensitive = output(of: copy, ["--help"]).contains("--sensitive") ? ["--sensitive"] : []
            return ClipboardProgram(
                program: copy, setting: sensitive + (once ? ["--paste-once"] : []), reading: ["--no-newline"],
                reader: paste, clearing: ["--clear"])
        }
        if Environment.value(of: "DISPLAY") ?? "" != "", let xclip = Programs.path(of: "xclip") {
            return ClipboardProgram(
                program: xclip, setting: ["-selection", "clipboard", "-in"] + (once ? ["-loops", "1"] : []),
                reading: ["-selection", "clipboard", "-out"], reader: xclip,
                clearing: ["-selection", "clipboard", "-in"])
        }
        throw ClientError(.configuration, Sentences.noClipboard, remedy: Sentences.installClipboard)
    }

    /// Puts `text` on the clipboard and leaves a child behind that takes it off again. A secret goes from locked memory into
    /// the pipe.
    func copy(_ text: Span<UInt8>, clearAfter seconds: UInt32) throws(ClientError) {
        do throws(SystemError) {
            let child = try Child.start(program, setting, environment: Self.environment, input: .connected)
            try child.send(text)
            guard child.wait() == 0 else { throw SystemError(program, code: 5) }
            guard seconds > 0, let own = Companions.ownProgram else { return }
            var cleaner = try Child.start(
                own, [Self.cleanerVerb, "\(seconds)"], environment: Self.environment, input: .connected,
                newSession: true)
            try cleaner.send(Sodium.sha256(text).span)
            cleaner.input = nil
        } catch {
            throw ClientError(.system, tr("the clipboard did not take the code: \(error.told)"))
        }
    }

    /// The hidden verb of the child that takes a code off the clipboard.
    static let cleanerVerb = "clear-clipboard"

    /// Waits, and clears the clipboard if it still holds the text whose hash is on standard input.
    static func clear(after seconds: UInt32) throws(ClientError) {
        let standardInput = FileDescriptor(owning: 0)
        var hash: [UInt8] = []
        var taken = 1
        while hash.count < 32, taken > 0 {
            taken = 0
            do throws(SystemError) {
                try hash.append(addingCapacity: 32) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    taken = try standardInput.read(into: &output)
                }
            } catch { return }
        }
        let clipboard = try find()
        Environment.sleep(milliseconds: Int(seconds) * 1000)
        guard try holds(hash.span, clipboard) else { return }
        guard let child = try? Child.start(clipboard.program, clipboard.clearing, environment: environment) else {
            return
        }
        _ = child.wait()
    }

    /// Whether the clipboard still holds the text of that hash. It may be a secret, or another one by now.
    private static func holds(_ hash: Span<UInt8>, _ clipboard: ClipboardProgram) throws(ClientError) -> Bool {
        var present = try ClientError.locked(8192)
        do throws(SystemError) {
            let child = try Child.start(
                clipboard.reader, clipboard.reading, environment: environment, output: .connected)
            switch child.output {
            case .some(let output): while present.free > 0, try output.read(into: &present) > 0 {}
            case nil: break
            }
            _ = child.wait()
        } catch { return false }
        return Sodium.equal(Sodium.sha256(present.bytes).span, hash)
    }

    /// What a program writes, up to some kilobytes.
    private static func output(of program: String, _ arguments: [String]) -> String {
        guard let child = try? Child.start(program, arguments, environment: environment, output: .connected) else {
            return ""
        }
        var bytes: [UInt8] = []
        while bytes.count < 8192 {
            var taken = 0
            do throws(SystemError) {
                try bytes.append(addingCapacity: 4096) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    taken = try child.read(into: &output)
                }
            } catch { break }
            if taken == 0 { break }
        }
        _ = child.wait()
        return String(decoding: bytes, as: UTF8.self)
    }
}
