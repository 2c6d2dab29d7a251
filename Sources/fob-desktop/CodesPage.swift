import Desktop
import Gtk
import Platform
import Wire

/// The list of accounts: search, choose, copy.
final class CodesPage {
    /// A row's widgets.
    private final class Cell {
        let title = TextLabel("", .line).style("heading")
        let subtitle = TextLabel("", .line).style("dim-label", "caption")
        let code = TextLabel("", .plain).style("fob-code")
        let ring = Ring()
        let content: Box

        init() {
            let names = Box(spacing: 2, [title, subtitle]).expand().align(.fill, .center)
            content = Box(vertical: false, [names, code.align(.end, .center), ring]).margin(10)
        }
    }

    private let program: DesktopProgram
    private let search = SearchField(tr("Search accounts"))
    private let tags = Box(vertical: false, spacing: 6)
    private let list: List<Cell>
    private let stack = Stack()
    /// What is read aloud when a code comes or was copied.
    private let live = TextLabel("", isLive: true).style("fob-spoken")
    let widget: Widget
    private var rows: [CodeRow] = []
    private var shownTags: [String] = []
    private var isTicking = false
    /// Rows are chosen anew by the list itself when it is filled.
    private var isFilling = false

    private final class Owner { weak var page: CodesPage? }

    init(_ program: DesktopProgram) {
        self.program = program
        let owner = Owner()
        list = List(
            make: {
                let cell = Cell()
                return (cell.content, cell)
            }, fill: { cell, number in owner.page?.fill(cell, number) ?? "" },
            choose: { number in owner.page?.copy(number, next: false) })
        let found = Box(spacing: 0, [Scroll(list.widget.style("navigation-sidebar").called(tr("Accounts")))])
        let none = StatusPage(
            icon: "edit-find-symbolic", title: tr("No account found"), text: tr("Try fewer letters, or another tag."))
        stack.add(found, "found")
        stack.add(none, "none")
        let top = Box(spacing: 6, [search, tags]).margin(10)
        widget = Clamp(Box(spacing: 0, [top, stack.expand(vertically: true), live]), width: 760)
        owner.page = self
        search.on("search-changed") { [unowned self] in
            program.desk.standing.codes.query = search.text
            refresh()
            lookAtOnly()
        }
        search.on("activate") { [unowned self] in copy(list.selected ?? 0, next: false) }
        search.onKey { [unowned self] key, control, _ in take(key, control) }
        list.onSelection { [unowned self] in if !isFilling { look() } }
        list.widget.onKey { [unowned self] key, control, _ in
            guard control else { return false }
            return take(key, control)
        }
    }

    /// Keys go to the search wherever they are typed in the window.
    func takeKeys(of window: Window) {
        search.takesKeys(of: window)
        window.onKey { [unowned self] _, control, character in
            guard !control, character == "/", !search.hasFocus, program.window?.pages.shown == "codes" else {
                return false
            }
            search.focus()
            return true
        }
    }

    func focus() { search.focus() }

    private enum Key {
        static let up: UInt32 = 0xff52
        static let down: UInt32 = 0xff54
        static let enter: Set<UInt32> = [0xff0d, 0xff8d]
        static let type: UInt32 = 0x74
    }

    /// Keys of the search field and of the list: arrows choose, Control and Enter copies the next code, Control and T types.
    private func take(_ key: UInt32, _ control: Bool) -> Bool {
        switch key {
        case Key.down where !control: list.selected = min((list.selected ?? -1) + 1, max(rows.count - 1, 0))
        case Key.up where !control: list.selected = max((list.selected ?? 0) - 1, 0)
        case _ where control && Key.enter.contains(key): copy(list.selected ?? 0, next: true)
        case Key.type where control: type(list.selected ?? 0)
        default: return false
        }
        return true
    }

    // MARK: - Showing

    func show(_ codes: CodeList) {
        if search.text != codes.query { search.text = codes.query }
        showTags(codes)
        refresh()
        tick()
    }

    private func refresh() {
        let chosen = selected?.id
        rows = program.desk.standing.codes.rows
        isFilling = true
        list.show(rows.map(\.key))
        if let chosen { list.selected = rows.firstIndex { $0.account.id == chosen } }
        isFilling = false
        stack.show(rows.isEmpty ? "none" : "found")
    }

    private func showTags(_ codes: CodeList) {
        guard codes.tags != shownTags else { return }
        shownTags = codes.tags
        tags.isVisible = !shownTags.isEmpty
        let words = [tr("All tags")] + shownTags
        tags.fill([
            Choice(words, tr("Tag")) { [unowned self] number in
                program.desk.standing.codes.tag = number == 0 || number > shownTags.count ? nil : shownTags[number - 1]
                refresh()
            }
        ])
    }

    private func fill(_ cell: Cell, _ number: Int) -> String {
        guard rows.indices.contains(number) else { return "" }
        let row = rows[number]
        cell.title.text = row.title
        cell.subtitle.text = row.subtitle
        cell.subtitle.isVisible = !row.subtitle.isEmpty
        cell.ring.isVisible = false
        cell.code.style("fob-dots", row.mark == .hidden)
        cell.code.style("fob-fair", row.mark == .needsVerification || row.mark == .waiting)
        switch row.mark {
        case .hidden: cell.code.text = "••••••"
        case .shown(let code):
            cell.code.text = code.grouped
            if let part = code.ring(at: Clock.utc) {
                cell.ring.isVisible = true
                cell.ring.part = part
            }
        case .waiting: cell.code.text = tr("waiting for your yes")
        case .needsVerification: cell.code.text = tr("Set up again")
        case .takesQuestion: cell.code.text = tr("fob code --question")
        }
        return row.spoken
    }

    // MARK: - Choosing

    private var selected: Account? {
        guard let number = list.selected, rows.indices.contains(number) else { return nil }
        return rows[number].account
    }

    /// The chosen row's code is shown; not one that takes a yes or is for one use: those on Enter only.
    private func look() {
        program.window?.choose(selected)
        guard let account = selected, account.consent == .none, account.credential.kind != .hotp,
            account.credential.kind != .ocra, account.state == .ok
        else { return }
        if program.desk.standing.codes.shown?.account == account.id { return }
        program.desk.code(of: account, isLook: true) { _ in }
    }

    private func lookAtOnly() {
        guard let account = program.desk.standing.codes.only else { return }
        isFilling = true
        list.selected = 0
        isFilling = false
        program.window?.choose(account)
        program.desk.code(of: account, isLook: true) { _ in }
    }

    private func copy(_ number: Int, next: Bool) {
        guard rows.indices.contains(number) else { return }
        let row = rows[number]
        switch row.mark {
        case .needsVerification: program.window?.setUpAgain(row.account)
        case .takesQuestion, .waiting: break
        case .hidden, .shown:
            program.desk.code(of: row.account, next: next, isLook: false) { [unowned self] reply in
                program.copy(reply.code)
                live.text = tr("Code of %1 copied", row.title)
            }
        }
    }

    /// Types the code into the window that comes to the front when this one is out of the way.
    private func type(_ number: Int) {
        guard rows.indices.contains(number), rows[number].mark != .needsVerification else { return }
        program.desk.code(of: rows[number].account, isLook: false) { [unowned self] reply in
            Typing.type(reply.code, hiding: program.window?.window) { [unowned self] in program.window?.tell($0) }
        }
    }

    /// Runs while a code is shown, and no longer.
    private func tick() {
        guard !isTicking, program.desk.standing.codes.shown?.validUntil ?? 0 > 0 else { return }
        isTicking = true
        EventLoop.every(milliseconds: 1000) { [weak self] in
            guard let self, program.desk.standing.codes.shown != nil else {
                self?.isTicking = false
                return false
            }
            if program.desk.expire(at: Clock.utc) {
                isTicking = false
                refresh()
                // Whoever looks at the window goes on looking.
                if program.window?.window.isActive == true { look() }
                return false
            }
            list.refresh()
            return true
        }
    }
}
