import Desktop
import Gtk
import Platform
import Wire

/// A window over another, with a heading and one column.
class SmallWindow {
    let window: Window
    let column = Box(spacing: 18)
    /// Below what scrolls: what is to be done with it is in sight.
    private let foot = Box(spacing: 6)
    let toasts: Toasts
    /// It has names or a code in it, which go with the vault's lock.
    final private(set) var showsAccounts = false

    init(_ program: DesktopProgram, over: Window?, title: String, width: Int32 = 480, height: Int32 = 480) {
        toasts = Toasts(Scroll(Clamp(column.margin(18))))
        foot.isVisible = false
        let content = Box(spacing: 0, [HeaderBar(), toasts.expand(vertically: true), foot.margin(12)])
        window = Window(program.application, content, title: title, width: width, height: height)
        if let over { window.belongs(to: over, isModal: true) }
        window.keep(self)
        program.dialogs.append(self)
        window.onClose { [unowned self, unowned program] in program.dialogs.removeAll { $0 === self } }
        window.onKey { [unowned self] key in
            guard key.number == Key.escape else { return false }
            window.close()
            return true
        }
    }

    func show() { window.present() }

    /// Something is under way.
    final func wait(_ text: String) {
        showsAccounts = false
        put([Spinner().called(text), TextLabel(text, .centred)], nil)
    }

    /// Shows what is of the vault, and the button below it.
    final func fill(_ parts: [Widget], _ button: Button) {
        showsAccounts = true
        put(parts, button)
    }

    /// - Parameter button: has the keyboard.
    final func put(_ parts: [Widget], _ button: Button?) {
        column.fill(parts)
        foot.fill(button.map { [$0] } ?? [])
        foot.isVisible = button != nil
        button?.focus()
    }

    /// Rows of accounts. Of very many some are left out: each is several widgets.
    final func rows(_ title: String, _ text: String? = nil, _ all: [(title: String, text: String)]) -> Group {
        let rows = all.prefix(Self.mostRows).map { Row(Text.shown($0.title.isEmpty ? "—" : $0.title), $0.text) }
        let more = all.count - rows.count
        return Group(title, text, more == 0 ? rows : rows + [Row(tr("and %1 more", "\(more)"))])
    }

    private static let mostRows = 200

    final func fail(_ title: String, _ message: String) {
        // A page for a status scrolls by itself, in less room than its text needs.
        let icon = Icon("dialog-warning-symbolic").style("fob-warning")
        put([icon, TextLabel(title, .centred).style("title-2"), TextLabel(message, .centred)], closing(tr("_Close")))
    }

    final func closing(_ words: String) -> Button { Button(words, { [unowned self] in window.close() }).pill() }

    /// Runs `fob` for as long as the window is open: what it asks for in a window of its own goes with this one.
    final func run(_ words: [String], input: String? = nil, _ take: @escaping (Process.Outcome) -> Void) {
        let end = FobCommand.run(words, input: input) { [window] outcome in if !window.isClosed { take(outcome) } }
        if let end { window.onClose(end) }
    }
}

/// What files, a picture or a link would bring, and what they have brought.
final class ImportWindow: SmallWindow {
    private let words: [String]
    private let input: String?
    private let done: () -> Void
    private let over: Window?
    private let desk: Desk

    /// - Parameters:
    ///   - words: the verb of `fob`, and its arguments.
    ///   - input: what it reads from its standard input.
    init(
        _ program: DesktopProgram, over: Window?, words: [String], input: String?, done: @escaping () -> Void
    ) {
        (self.words, self.input, self.done, self.over, desk) = (words, input, done, over, program.desk)
        super.init(program, over: over, title: tr("Add accounts"))
    }

    override func show() {
        wait(tr("Reading…"))
        super.show()
        read("--dry-run") { [self] outcome in
            guard let preview = ImportPreview(outcome.output), !preview.entries.isEmpty else {
                return fail(tr("Nothing to add"), ImportPreview(outcome.output), outcome)
            }
            show(preview)
        }
    }

    /// Reads the source. Where that is the screen, these windows do not cover it.
    private func read(_ option: String, _ take: @escaping (Process.Outcome) -> Void) {
        guard words.contains("--screen") else { return start(option, take) }
        let windows = [over, window].compactMap(\.self)
        for window in windows { window.isVisible = false }
        EventLoop.after(milliseconds: Self.hidingMilliseconds) { [self] in
            start(option) { outcome in
                for window in windows { window.present() }
                take(outcome)
            }
        }
    }

    /// What adds something is heard to its end, although the window is closed.
    private func start(_ option: String, _ take: @escaping (Process.Outcome) -> Void) {
        let words = words + [option, "--json"]
        if option == "--dry-run" { run(words, input: input, take) } else { FobCommand.run(words, input: input, take) }
    }

    /// Until a compositor has taken a window off the screen: GNOME's animation takes a quarter of a second.
    private static let hidingMilliseconds: UInt32 = 500

    private func fail(_ title: String, _ told: ImportPreview?, _ outcome: Process.Outcome) {
        let reason = told?.failure ?? ""
        fail(title, reason.isEmpty ? outcome.message : reason)
    }

    private func rows(_ preview: ImportPreview) -> Group {
        rows(tr("Accounts"), nil, preview.entries.map { ($0.label, ([$0.told] + $0.remarks).joined(separator: "\n")) })
    }

    private func show(_ preview: ImportPreview) {
        let notes = (preview.warnings + [preview.failure]).filter { !$0.isEmpty }.map {
            TextLabel($0).style("dim-label")
        }
        guard preview.incoming > 0 else {
            let words = TextLabel(tr("There is nothing new to add."), .centred)
            return fill([rows(preview)] + notes + [words], closing(tr("_Close")))
        }
        let add = Button(
            trn("_Add %1 account", "_Add %1 accounts", preview.incoming), { [unowned self] in bringIn(preview) }
        ).pill(isSuggested: true)
        fill([rows(preview)] + notes, add)
    }

    private func bringIn(_ preview: ImportPreview) {
        wait(tr("Adding…"))
        read("--yes") { [self] outcome in
            let told = ImportPreview(outcome.output)
            guard let told, told.isImported else { return fail(tr("Nothing was added"), told, outcome) }
            self.done()
            guard told.brings(what: preview) else { return takeBack() }
            show(done: told)
        }
    }

    /// The source has changed since it was shown: nobody has agreed to what came in.
    private func takeBack() {
        FobCommand.run(["import", "--undo", "--yes"]) { [self] outcome in
            done()
            guard outcome.isDone else { return fail(tr("Other accounts than those shown were added"), outcome.message) }
            fail(
                tr("Nothing was added"),
                tr("The source has changed since it was shown, and what came in was taken out again. Look at it again.")
            )
        }
    }

    /// A service wants to see a code of a new account: it is shown at once, where there is one account.
    private func show(done: ImportPreview) {
        let added = done.entries.filter { $0.status != "same" && $0.id != nil }
        let close = closing(tr("_Done"))
        let heading = TextLabel(trn("%1 account added", "%1 accounts added", added.count), .centred).style("title-2")
        guard added.count == 1, let id = added.first?.id else {
            return fill([heading, rows(done)], close)
        }
        let code = TextLabel("", .centred, isLive: true).style("fob-code", "large")
        let hint = TextLabel(tr("Type this code at the service to finish the setup."), .centred)
        hint.isVisible = false
        fill([heading, TextLabel(Text.shown(added[0].label), .centred), code, hint], close)
        ask(id) { shown in
            code.text = shown.map(\.grouped) ?? ""
            if shown != nil { hint.isVisible = true }
        }
    }

    /// Asks for the code, and for the next when that is over. nil: there is none any more, as when the vault is locked by then.
    private func ask(_ id: Identifier, _ take: @escaping (ShownCode?) -> Void) {
        var account = Account()
        account.id = id
        desk.code(of: account, isLook: true) { [window, weak self] reply in
            guard !window.isClosed else { return }
            let shown = ShownCode(reply, at: Clock.utc)
            take(shown)
            let left = shown.left(at: Clock.utc)
            guard left > 0 else { return }
            EventLoop.after(milliseconds: UInt32(clamping: left * 1000)) {
                guard !window.isClosed else { return }
                take(nil)
                self?.ask(id, take)
            }
        }
    }
}

/// A new account by its key: names here, the key in a window of pinentry.
final class AddWindow: SmallWindow {
    init(_ program: DesktopProgram, over: Window) {
        super.init(program, over: over, title: tr("Type the key"))
        let issuer = Entry(tr("Service"))
        let name = Entry(tr("Login"))
        let go = Button(tr("_Ask for the key"), {}).pill(isSuggested: true)
        go.on("clicked") { [unowned self] in
            let words = ["add", "--issuer", issuer.text, "--name", name.text, "--pinentry", "--json"]
            run(words) { [unowned self] outcome in
                guard outcome.isDone else {
                    program.window?.tell(outcome.message)
                    return
                }
                program.desk.refresh()
                window.close()
            }
        }
        let text = TextLabel(
            tr("The key itself is typed into a window of its own, which no other program reads along with."))
        put([Group(tr("New account"), nil, [issuer, name]), text.style("dim-label")], go)
        issuer.focus()
    }
}

/// The keys.
final class KeysWindow: SmallWindow {
    init(_ program: DesktopProgram, over: Window) {
        super.init(program, over: over, title: tr("Keyboard shortcuts"))
        let keys: [(String, String)] = [
            ("/", tr("Search")), ("↑ ↓", tr("Choose")), ("Enter", tr("Copy the code")),
            ("Ctrl+Enter", tr("Copy the next code")), ("Ctrl+T", tr("Type the code into the window before")),
            ("Ctrl+N", tr("Type a key")), ("Ctrl+O", tr("Add from files")), ("Ctrl+V", tr("Paste a picture or text")),
            ("Alt+↑ Alt+↓", tr("Move the account")), ("Ctrl+L", tr("Lock")), ("Alt+1 … Alt+4", tr("Pages")),
            ("Ctrl+,", tr("Settings")),
            ("F1", tr("Manual page")),
            ("F10", tr("Menu")), ("Ctrl+Q", tr("Quit")),
        ]
        column.fill([
            Group(
                tr("Keyboard shortcuts"), nil,
                keys.map { Row($0.1, "", after: [TextLabel($0.0, .plain).style("dim-label")]) }, isTitled: false)
        ])
    }
}

/// The first ten minutes: a vault without a kit and a backup is a loss that waits.
final class StepsWindow: SmallWindow {
    private let program: DesktopProgram
    private let run: (FirstSteps.Kind) -> Void
    private var shown: FirstSteps?

    /// - Parameter run: begins a step.
    init(_ program: DesktopProgram, over: Window, _ run: @escaping (FirstSteps.Kind) -> Void) {
        (self.program, self.run) = (program, run)
        super.init(program, over: over, title: tr("First steps"), width: 520, height: 560)
        show(program.desk.standing)
    }

    /// Shows what is done by now.
    func show(_ standing: Standing) {
        let steps = FirstSteps(standing)
        guard steps != shown else { return }
        shown = steps
        let next = steps.all.first { !$0.isDone }?.kind
        var nextButton: Button?
        let rows = steps.all.map { step in
            let button = Button(Self.button(step.kind), { [unowned self] in run(step.kind) })
                .called(Self.title(step.kind))
            if step.kind == next { nextButton = button.style("suggested-action") }
            let icon = Icon(step.isDone ? "emblem-ok-symbolic" : "radio-symbolic").style(
                step.isDone ? "fob-good" : "dim-label")
            return Row(Self.title(step.kind), Self.text(step.kind), after: step.isDone ? [] : [button], before: icon)
        }
        let words =
            steps.isDone
            ? tr("All is done.") : tr("Until these are done, a broken disk or a forgotten passphrase loses everything.")
        put([Group(tr("First steps"), words, rows, isTitled: false)], closing(tr("_Close")))
        nextButton?.focus()
    }

    private static func title(_ step: FirstSteps.Kind) -> String {
        switch step {
        case .accounts: tr("Bring your accounts")
        case .kit: tr("Print the emergency kit")
        case .backup: tr("Make a backup elsewhere")
        }
    }

    private static func text(_ step: FirstSteps.Kind) -> String {
        switch step {
        case .accounts: tr("From another authenticator's export, or from the QR codes of services.")
        case .kit: tr("Codes on paper that open the vault without the passphrase.")
        case .backup: tr("To another disk, or a folder that is kept elsewhere.")
        }
    }

    private static func button(_ step: FirstSteps.Kind) -> String {
        switch step {
        case .accounts: tr("Bring…")
        case .kit: tr("Print…")
        case .backup: tr("Choose…")
        }
    }
}
