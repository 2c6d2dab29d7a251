import Client
import Platform
import Wire

/// A QR code on the terminal.
enum QRScreen {
    /// Shows the lines of a code in black and white, whatever the colours of the terminal are. Where it fits and somebody
    /// can press a key, it is on the other screen until then, and leaves nothing to scroll back to.
    static func show(_ code: Span<UInt8>, of label: String, mayAsk: Bool) throws(ClientError) {
        let lines = code.indices.reduce(0) { $0 + (code[$1] == UInt8(ascii: "\n") ? 1 : 0) }
        // Each line is as many characters wide as two lines are squares high, or one less.
        let width = lines * 2 - 1
        guard let terminal = try? Terminal() else { return write(code) }
        guard terminal.width >= width else {
            throw ClientError(
                .usage, Sentences.terminalTooNarrow(terminal.width, width), remedy: Sentences.enlargeTerminal)
        }
        guard mayAsk, terminal.height >= lines + 2 else {
            write(code)
            if terminal.height < lines { Output.note(Sentences.terminalTooLow(lines)) }
            return
        }
        var ending: Int32?
        do throws(TerminalError) {
            let keys = try terminal.keys(hidesCursor: false)
            loop: while true {
                Output.write("\u{1b}[2J\u{1b}[H")
                write(code)
                Output.write(Label.cut(tr("\(label): any key takes the code off the screen"), to: terminal.width))
                switch keys.next(milliseconds: -1) {
                case .timeout, .resized: continue
                case .signal(let signal):
                    ending = signal
                    break loop
                case .key, .ended: break loop
                }
            }
        } catch {
            throw ClientError(error)
        }
        if let ending { throw ClientError(.interrupted, "", details: ["\(ending)"]) }
    }

    private static func write(_ code: Span<UInt8>) {
        var start = 0
        for index in code.indices where code[index] == UInt8(ascii: "\n") {
            // White on black of the 256 colours, which themes leave alone.
            Output.write("\u{1b}[38;5;231;48;5;16m")
            Output.write(code.extracting(start..<index))
            Output.write("\u{1b}[0m\n")
            start = index + 1
        }
    }
}
