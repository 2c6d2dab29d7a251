import Desktop
import Gtk
import Platform
import Wire

/// The list of accounts: search, choose, copy.
final class CodesPage {
    /// What a row shows.
    private struct Shown: Equatable {
        let row: CodeRow
        /// The part of the time that is left.
        let ring: Double?
    }

    private let program: DesktopProgram
    private let search = SearchField(tr("Search accounts"))
    private let tags = Box(vertical: false, spacing: 6)
    private let list: List<Shown>
    private let stack = Stack()
    /// What is read aloud when a code comes or was copied.
    private let live = TextLabel("", isLive: true).style("fob-spoken")
    let widget: Widget
    /// The accounts of the rows, each of which is read when it is needed.
    private var ids: [Identifier] = []
    private var dragged: Identifier?
    /// nil before any were shown.
    private var shownTags: [String]?
    /// What was typed when the rows were chosen.
    private var filtered = ""
    private var isTicking = false
    /// Rows are chosen anew by the list itself when it is filled.
    private var isFilling = false

    private final class Owner { weak var page: CodesPage? }

    init(_ program: DesktopProgram) {
        self.program = program
        let owner = Owner()
        list = List(
            row: { number in owner.page?.shown(number) }, face: { Self.face(of: $0) },
            choose: { number in owner.page?.copy(number, next: false) },
            grab: { number in owner.page?.grab(number) }, drop: { number in owner.page?.drop(on: number) })
        let found = Box(spacing: 0, [Scroll(list.widget.style("navigation-sidebar").called(tr("Accounts")))])
        let none = StatusPage(
            icon: "edit-find-symbolic", title: tr("No account found"), text: tr("Try fewer letters, or another tag."))
        stack.add(found, "found")
        stack.add(none, "none")
        let top = Box(spacing: 6, [search, tags]).margin(10)
        widget = Clamp(Box(spacing: 0, [top, stack.expand(vertically: true), live]), width: 760)
        owner.page = self
        search.on("search-changed") { [unowned self] in
            filter()
            lookAtOnly()
        }
        search.on("activate") { [unowned self] in
            filter()
            copy(list.selected ?? 0, next: false)
        }
        search.on("search-started") { [unowned self] in search.focusBehind() }
        search.onKey { [unowned self] key in take(key) }
        list.onSelection { [unowned self] in if !isFilling { look() } }
        list.widget.onKey { [unowned self] key in key.hasControl || key.hasAlt ? take(key) : false }
    }

    /// Keys go to the search wherever they are typed in the window; nil: they do not.
    func takeKeys(of window: Window?) { search.takesKeys(of: window) }

    func focusBySlash(in window: Window) {
        window.onKey { [unowned self] key in
            guard !key.hasControl, !key.hasAlt, key.character == "/", !search.hasFocus,
                program.window?.pages.shown == "codes"
            else { return false }
            search.focus()
            return true
        }
    }

    func focus() { search.focus() }

    private static let t: UInt32 = 0x74

    /// Keys of the search field and of the list: arrows choose, and with Alt they move the account; Control and Enter copies the
    /// next code, Control and T types.
    private func take(_ key: Key) -> Bool {
        guard !key.hasAlt else {
            guard [Key.up, Key.down].contains(key.number), let selected, let number = list.selected else {
                return false
            }
            move(selected.id, to: number + (key.number == Key.up ? -1 : 1))
            return true
        }
        filter()
        switch key.number {
        case Key.down where !key.hasControl: list.selected = min((list.selected ?? -1) + 1, max(ids.count - 1, 0))
        case Key.up where !key.hasControl: list.selected = max((list.selected ?? 0) - 1, 0)
        case _ where key.hasControl && Key.enter.contains(key.number): copy(list.selected ?? 0, next: true)
        case Self.t where key.hasControl: type(list.selected ?? 0)
        default: return false
        }
        return true
    }

    // MARK: - Showing

    func show(_ codes: CodeList) {
        // Changed by others, as by locking: not by letters that the rows do not follow yet.
        if filtered != codes.query { (filtered, search.text) = (codes.query, codes.query) }
        showTags(codes)
        refresh()
        tick()
    }

    /// The field tells of what was typed 150 ms later: until then the rows are those of other letters.
    private func filter() {
        guard filtered != search.text else { return }
        filtered = search.text
        program.desk.standing.codes.query = filtered
        refresh()
    }

    private func refresh() {
        let chosen = selected?.id
        let new = program.desk.standing.codes.ids
        guard new != ids else { return list.refresh() }
        ids = new
        isFilling = true
        list.show(ids.count)
        if let chosen { list.selected = ids.firstIndex(of: chosen) }
        isFilling = false
        stack.show(ids.isEmpty ? "none" : "found")
    }

    private func showTags(_ codes: CodeList) {
        tags.isVisible = codes.accounts.count > 1
        guard codes.tags != shownTags else { return }
        let all = codes.tags
        shownTags = all
        let chosen = codes.tag.flatMap(all.firstIndex(of:)).map { $0 + 1 } ?? 0
        if chosen == 0 { program.desk.standing.codes.tag = nil }
        let tag = Choice([tr("All tags")] + all, tr("Tag"), chosen: chosen) { [unowned self] number in
            program.desk.standing.codes.tag = number == 0 || number > all.count ? nil : all[number - 1]
            refresh()
        }
        let order = Choice([tr("Own order"), tr("By name")], tr("Order"), chosen: codes.isByName ? 1 : 0) {
            [unowned self] number in
            program.desk.standing.codes.isByName = number == 1
            refresh()
        }
        tags.fill(all.isEmpty ? [order] : [tag, order])
    }

    private func shown(_ number: Int) -> Shown? {
        row(number).map { row in
            let ring: Double? = if case .shown(let code) = row.mark { code.ring(at: Clock.utc) } else { nil }
            return Shown(row: row, ring: ring)
        }
    }

    private static func face(of shown: Shown) -> RowFace {
        let row = shown.row
        let side: RowFace.Side =
            switch row.mark {
            case .hidden: .dots
            case .shown(let code): .code(code.grouped)
            case .waiting: .words(tr("waiting for your yes"))
            case .needsVerification: .words(tr("Set up again"))
            case .takesQuestion: .words(tr("fob code --question"))
            }
        return RowFace(row.title, row.subtitle, side, ring: shown.ring, spoken: row.spoken)
    }

    // MARK: - Moving

    private func grab(_ number: Int) { dragged = ids.indices.contains(number) ? ids[number] : nil }

    private func drop(on number: Int) { if let dragged { move(dragged, to: number) } }

    /// Moves an account to where a row is.
    private func move(_ id: Identifier, to number: Int) {
        guard ids.indices.contains(number) else { return }
        let codes = program.desk.standing.codes
        guard !codes.isByName else {
            program.window?.tell(tr("They are sorted by name: choose their own order to move accounts."))
            return
        }
        guard let place = codes.place(of: id, on: ids[number]) else { return }
        program.desk.move(id, to: place)
    }

    // MARK: - Choosing

    private var selected: Account? {
        list.selected.flatMap(row)?.account
    }

    /// What the row of a number shows.
    private func row(_ number: Int) -> CodeRow? {
        ids.indices.contains(number) ? program.desk.standing.codes.row(of: ids[number], at: number) : nil
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
        guard let row = row(number) else { return }
        program.window?.choose(row.account)
        switch row.mark {
        case .needsVerification: program.window?.setUpAgain(row.account)
        case .takesQuestion, .waiting: break
        case .hidden, .shown:
            program.desk.code(of: row.account, next: next, isLook: false) { [program, weak self] reply in
                program.copy(reply.code, of: row.title)
                self?.live.text = tr("Code of %1 copied", row.title)
            }
        }
    }

    /// Types the code into the window that comes to the front when this one is out of the way.
    private func type(_ number: Int) {
        guard let row = row(number), row.mark != .needsVerification else { return }
        program.desk.code(of: row.account, isLook: false) { [program] reply in
            Typing.type(reply.code, hiding: program.window?.window) { program.window?.tell($0) }
        }
    }

    /// Runs while a code is shown, and no longer.
    private func tick() {
        guard !isTicking, program.desk.standing.codes.shown != nil else { return }
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
