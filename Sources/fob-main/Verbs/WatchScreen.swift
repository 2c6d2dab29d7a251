import Client
import Platform
import Wire

/// What `fob watch` shows: which of the rows, which of them is chosen, and what is searched for.
struct WatchScreen {
    let labels: [String]
    /// Said in the last line until the next key.
    var message = ""
    /// The labels as they are searched.
    private let searched: [String]
    /// The rows that fit what is searched for.
    private var found: [Int]
    /// What is searched for; nil while nothing is typed.
    private var search: String?
    /// The first bytes of a character that is being typed.
    private var partial: [UInt8] = []
    /// Places in `found`: of the row that is chosen, and of the first that is shown.
    private var chosen = 0
    private var top = 0
    private var width = 80
    private var height = 24

    /// What a key comes to.
    enum Action {
        case none
        case leave
        case end(Int32)
        /// The code of this row.
        case copy(Int)
    }

    init(labels: [String]) {
        self.labels = labels
        searched = labels.map(Searched.text)
        found = Array(labels.indices)
    }

    /// Lines for codes: the last line of the screen has the keys, and stays without a line end.
    private var lines: Int { max(height - 1, 1) }

    /// Takes note of the size of the terminal.
    mutating func fit(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        scroll()
    }

    /// The rows that are shown. What is not is not asked for.
    var visible: [Int] { Array(found.dropFirst(top).prefix(lines)) }

    private mutating func scroll() {
        chosen = min(max(chosen, 0), max(found.count - 1, 0))
        top = min(max(top, chosen - lines + 1), chosen)
        top = max(min(top, found.count - lines), 0)
    }

    /// The whole screen. It is written over the one before, and each line is cleared to its end.
    func text(_ rows: [Watch.Row], at now: UInt64) -> String {
        let codes = visible.map { rows[$0].reply?.code ?? "" }
        let codeWidth = codes.map { Label.width($0) }.max() ?? 0
        var text = "\u{1b}[H"
        if height > 1 {
            for ((index, code), place) in zip(zip(visible, codes), top...) {
                let end = rows[index].reply?.validUntil ?? now
                let seconds = "\(end > now ? end - now : 0)s"
                let life = String(repeating: " ", count: max(0, 4 - seconds.count)) + seconds
                let mark = place == chosen && found.count > 1 ? "> " : "  "
                let line = mark + Label.padded(code, to: codeWidth) + " " + life + "  " + labels[index]
                text += Label.fitted(line, to: width - 1) + "\u{1b}[K\r\n"
            }
        }
        return text + Label.fitted(footer, to: width - 1) + "\u{1b}[J"
    }

    private var footer: String {
        if let search { return "/" + search + "  " + Count.text(found.count, "account") }
        if !message.isEmpty { return message }
        let rest = found.count - visible.count
        return (rest > 0 ? tr("\(visible.count) of \(found.count)") + "  " : "") + tr("q leave  / search  c copy")
    }

    // MARK: Keys

    /// Takes what was typed.
    mutating func take(_ event: Terminal.Event, from keys: borrowing Terminal.Keys) -> Action {
        switch event {
        case .timeout, .resized: return .none
        case .ended: return .leave
        case .signal(let signal): return .end(signal)
        case .key(let key):
            message = ""
            defer { scroll() }
            if key == 27 { return takeEscape(keys) }
            return search == nil ? command(key) : searched(key)
        }
    }

    /// A key that sends several bytes, or Escape itself, behind which nothing comes.
    private mutating func takeEscape(_ keys: borrowing Terminal.Keys) -> Action {
        guard case .key(let next) = keys.next(milliseconds: 50) else {
            guard search != nil else { return .leave }
            look(for: nil)
            return .none
        }
        guard next == UInt8(ascii: "[") || next == UInt8(ascii: "O") else { return .none }
        var last: UInt8 = 0
        var digits = ""
        while case .key(let key) = keys.next(milliseconds: 50) {
            last = key
            // The last byte of a control sequence (ECMA-48).
            if key >= 0x40 { break }
            digits.append(Character(UnicodeScalar(key)))
        }
        switch last {
        case UInt8(ascii: "A"): chosen -= 1
        case UInt8(ascii: "B"): chosen += 1
        case UInt8(ascii: "H"): chosen = 0
        case UInt8(ascii: "F"): chosen = found.count - 1
        case UInt8(ascii: "~") where digits == "5": chosen -= lines
        case UInt8(ascii: "~") where digits == "6": chosen += lines
        default: break
        }
        return .none
    }

    private mutating func command(_ key: UInt8) -> Action {
        switch key {
        case UInt8(ascii: "q"), UInt8(ascii: "Q"), 4: return .leave
        case UInt8(ascii: "/"): search = ""
        case UInt8(ascii: "k"), 16: chosen -= 1
        case UInt8(ascii: "j"), 14: chosen += 1
        case UInt8(ascii: "g"): chosen = 0
        case UInt8(ascii: "G"): chosen = found.count - 1
        case UInt8(ascii: " "): chosen += lines
        case UInt8(ascii: "c"), 10, 13: if found.indices.contains(chosen) { return .copy(found[chosen]) }
        default: break
        }
        return .none
    }

    private mutating func searched(_ key: UInt8) -> Action {
        let typed = search ?? ""
        if key >= 0x20, key != 127 {
            partial.append(key)
            if let text = Characters.typed(partial.span) {
                look(for: typed + text)
            } else if partial.count < 4 {
                return .none
            }
        }
        partial = []
        switch key {
        case 4: return .leave
        case 10, 13: search = nil
        case 8, 127: look(for: typed.isEmpty ? nil : String(typed.dropLast()))
        case 21: look(for: "")
        default: break
        }
        return .none
    }

    /// Shows the rows in which all words of a text are; all rows for nil.
    private mutating func look(for text: String?) {
        search = text
        let words = Searched.words(text ?? "")
        found = labels.indices.filter { index in words.allSatisfy(searched[index].contains) }
        (chosen, top) = (0, 0)
    }
}
