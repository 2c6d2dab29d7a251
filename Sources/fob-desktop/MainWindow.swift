import Desktop
import Gtk
import Platform
import Wire

/// The window: pages for an open vault, and a page for each state without one.
final class MainWindow {
    static let pageNames = ["codes", "account", "backup", "security"]

    private let program: DesktopProgram
    let window: Window
    let pages = Pages()
    private let stack = Stack()
    let toasts: Toasts
    private let codes: CodesPage
    private let account: AccountPage
    private let backup: BackupPage
    private let security: SecurityPage
    private var dots: [String: PageTab] = [:]
    private let dot = Button(icon: "emblem-important-symbolic", tr("Something needs you"), {})
    private let addButton: MenuButton
    private let tabs: (header: Widget, below: Widget)
    /// The tabs, or without pages the name.
    private let heading = Stack(isFitted: true)
    /// What the agent warns of, such as a wrong clock or secrets that may be written to the disk.
    private let bar = TextLabel("").style("fob-bar")
    private var screen: Screen?
    private let unlockButton: Button
    /// The vault has just been made here: the first steps follow.
    private var isNew = false

    init(_ program: DesktopProgram) {
        self.program = program
        codes = CodesPage(program)
        account = AccountPage(program)
        backup = BackupPage(program)
        security = SecurityPage(program)
        toasts = Toasts(stack)
        tabs = pages.tabs(title: "fob")
        addButton = MenuButton(
            icon: "list-add-symbolic", tr("Add accounts"),
            Menu([
                [
                    (tr("From files: exports, pictures, PDF…"), "app.open"), (tr("Scan the screen"), "app.scan-screen"),
                    (tr("Paste a picture or text"), "app.paste"), (tr("Type the key…"), "app.add"),
                ]
            ]))
        unlockButton = Button(tr("_Unlock"), { program.unlock() }).pill(isSuggested: true)
        let menu = MenuButton(
            icon: "open-menu-symbolic", tr("Menu"),
            Menu([
                [(tr("Lock"), "app.lock")], [(tr("First steps"), "app.steps"), (tr("Settings"), "app.settings")],
                [(tr("Keyboard shortcuts"), "app.keys"), (tr("Manual page"), "app.help"), (tr("Quit"), "app.quit")],
            ]), isPrimary: true)
        dot.style("fob-bad", "flat")
        heading.add(TextLabel(tr("fob"), .plain).style("title").align(.center), "name")
        heading.add(tabs.header, "tabs")
        let header = HeaderBar(title: heading, start: [addButton], end: [menu, dot])
        let content = Box(spacing: 0, [header, bar, toasts.expand(vertically: true), tabs.below])
        window = Window(program.application, content, title: tr("fob"), width: 640, height: 640)
        dots["codes"] = pages.add(codes.widget, "codes", title: tr("Codes"), icon: "dialog-password-symbolic")
        dots["account"] = pages.add(account.widget, "account", title: tr("Account"), icon: "avatar-default-symbolic")
        dots["backup"] = pages.add(backup.widget, "backup", title: tr("Backup"), icon: "drive-harddisk-symbolic")
        dots["security"] = pages.add(security.widget, "security", title: tr("Security"), icon: "security-high-symbolic")
        stack.add(pages, "list")
        dot.on("clicked") { [unowned self] in
            pages.shown = program.desk.standing.securityNeedsSomebody ? "security" : "backup"
        }
        codes.focusBySlash(in: window)
        window.onDrop { [unowned self] paths in open(paths) }
        pages.on("notify::visible-child") { [unowned self] in
            switch pages.shown {
            case "backup": backup.refresh()
            case "security": security.refresh()
            case "codes": return codes.focus()
            default: break
            }
            // Else GTK looks for somewhere else, such as a message.
            pages.focusShown()
        }
        window.keep(self)
        program.desk.onBackup = { [weak self] in self?.backup.refresh() }
    }

    // MARK: - States

    func show(_ standing: Standing) {
        let isOpen = standing.screen == .list || standing.screen == .empty
        if standing.screen != screen {
            screen = standing.screen
            enter(standing.screen)
        }
        heading.show(isOpen ? "tabs" : "name")
        // Elsewhere somebody may take the window for the one that asks for the passphrase.
        codes.takeKeys(of: standing.screen == .list ? window : nil)
        for widget in [addButton, tabs.below] as [Widget] { widget.isVisible = isOpen }
        dots["backup"]?.dot(standing.backupNeedsSomebody)
        dots["security"]?.dot(standing.securityNeedsSomebody)
        dot.isVisible = standing.backupNeedsSomebody || standing.securityNeedsSomebody
        bar.isVisible = !standing.warnings.isEmpty
        bar.text = standing.warnings.map(Words.heard).joined(separator: "\n")
        steps?.show(standing)
        guard isOpen else { return }
        codes.show(standing.codes)
        account.show(standing)
        backup.show(standing)
        security.show(standing)
    }

    private func enter(_ screen: Screen) {
        // They have names in them, and are of what cannot be done now.
        if screen != .list, screen != .empty { toasts.end() }
        switch screen {
        case .list:
            stack.show("list")
            codes.focus()
            backup.refresh()
        case .empty:
            stack.add(emptyPage, screen.name)
            stack.show(screen.name)
            backup.refresh()
        case .locked:
            stack.add(lockedPage, screen.name)
            stack.show(screen.name)
            unlockButton.focus()
        case .noVault:
            stack.add(noVaultPage, screen.name)
            stack.show(screen.name)
            firstButton?.focus()
        case .starting, .agentGone, .noAgent:
            let name = "\(screen.name)-\(lastState)"
            lastState += 1
            stack.add(statePage(screen), name)
            stack.show(name)
        }
    }

    /// Nobody waits longer without being told why.
    private static let lateMilliseconds: UInt32 = 5000

    private weak var steps: StepsWindow?
    private var lastState = 0
    private var firstButton: Button?

    private func statePage(_ screen: Screen) -> Widget {
        let again = Button(tr("_Start it again"), { [unowned self] in program.desk.open(starting: true) })
            .pill(isSuggested: true)
        switch screen {
        case .noAgent(let message, let remedy):
            return StatusPage(
                icon: "dialog-error-symbolic", title: tr("No agent"),
                text: [message, remedy].filter { !$0.isEmpty }.map(Words.heard).joined(separator: "\n"),
                again)
        case .agentGone:
            return StatusPage(
                icon: "dialog-warning-symbolic", title: tr("The agent has ended"),
                text: tr("Nothing is lost: the vault is sealed on the disk. Started again, it is locked."), again)
        default:
            let late = TextLabel(tr("The agent does not answer yet."), .centred)
            late.isVisible = false
            EventLoop.after(milliseconds: Self.lateMilliseconds) { late.isVisible = true }
            return StatusPage(
                icon: "dialog-password-symbolic", title: tr("Starting…"), text: "", Box([Spinner(), late]))
        }
    }

    private lazy var lockedPage = StatusPage(
        icon: "changes-prevent-symbolic", title: tr("The vault is locked"),
        text: tr("The passphrase is asked for in a window of its own."), unlockButton)

    /// On an empty machine most people have a backup somewhere: that comes first.
    private lazy var noVaultPage: Widget = {
        let restore = Button(tr("_Restore from a backup…"), { [unowned self] in backup.restore() })
            .pill(isSuggested: true)
        let new = Button(tr("_Make a new vault"), { [unowned self] in makeVault() }).pill()
        firstButton = restore
        return StatusPage(
            icon: "dialog-password-symbolic", title: tr("Welcome"),
            text: tr("There is no vault on this machine.\nDid you have one elsewhere? Bring it back."),
            Box(spacing: 12, [restore, new]))
    }()

    private lazy var emptyPage: Widget = {
        let files = Button(tr("Choose _files…"), { [unowned self] in chooseFiles() })
            .pill(isSuggested: true)
        let screen = Button(tr("_Scan the screen"), { [unowned self] in scanScreen() }).pill()
        let key = Button(tr("_Type the key…"), { [unowned self] in add() }).pill()
        let steps = Button(tr("First steps"), { [unowned self] in showSteps() }).style("flat").align(.center)
        return StatusPage(
            icon: "list-add-symbolic", title: tr("No accounts yet"),
            text: tr("Drop a picture of a QR code, or another authenticator's export, anywhere here."),
            Box(spacing: 12, [files, screen, key, steps]))
    }()

    /// Makes a vault; the passphrase is asked for by `fob`.
    private func makeVault() {
        isNew = true
        FobCommand.run(["init"]) { [weak self] outcome in
            guard let self else { return }
            guard outcome.isDone else {
                isNew = false
                tell(outcome.message)
                return
            }
            unlocked()
        }
    }

    /// The vault is open by what was done here.
    func unlocked() {
        program.desk.refresh()
        window.present()
        if isNew { showSteps() }
        isNew = false
    }

    // MARK: - Saying

    func tell(_ text: String) { program.tell(text) }

    func tell(_ text: String, button: String, _ run: @escaping () -> Void) { toasts.show(text, button: button, run) }

    // MARK: - Bringing in

    /// Shows an account on its page, when it is chosen there.
    func choose(_ chosen: Account?) { account.choose(chosen, program.desk.standing) }

    private static let pictures: Set<String> = [
        "png", "jpg", "jpeg", "gif", "webp", "tif", "tiff", "bmp", "pdf", "heic", "heif", "avif", "svg",
    ]

    /// Shows what files would bring, and of a backup what a restore would.
    func open(_ paths: [String]) {
        let backups = paths.filter { $0.hasPrefix("/") && $0.hasSuffix(".age") }
        // Each asks for its passphrase: one at a time.
        if let path = backups.first { RestoreWindow(program, over: window, source: path).show() }
        let files = paths.filter { !backups.contains($0) }
        if !files.isEmpty { importFiles(files) }
    }

    /// Shows what files would bring: pictures are scanned, all else is read as other authenticators' files. What is on a telephone
    /// or a server has an address and no path.
    func importFiles(_ paths: [String]) {
        if let other = paths.first(where: { !$0.hasPrefix("/") }) {
            return tell(tr("%1 is not on this machine: copy it here first.", Text.shown(other)))
        }
        let pictures = paths.filter { path in
            Self.pictures.contains(String(path.split(separator: ".").last ?? "").lowercased())
        }
        let files = paths.filter { !pictures.contains($0) }
        if !pictures.isEmpty { bringIn(["scan"] + pictures) }
        if !files.isEmpty { bringIn(["import"] + files) }
    }

    private func bringIn(_ words: [String]) {
        ImportWindow(program, over: front, words: words, input: nil) { [program] in program.desk.refresh() }.show()
    }

    func chooseFiles() {
        front.choose(
            .files, title: tr("Files to bring in"), accept: tr("_Open"), cancel: tr("_Cancel")
        ) { [weak self] in self?.importFiles($0) }
    }

    func scanScreen() { bringIn(["scan", "--screen"]) }

    func paste() { bringIn(["scan", "--clipboard"]) }

    func add() { AddWindow(program, over: window).show() }

    func setUpAgain(_ account: Account) {
        program.run(["verify", "id:\(account.id)", "--pinentry"])
    }

    /// The window for the first steps stays until it is closed, and follows what is done.
    func showSteps() {
        let new = StepsWindow(program, over: window) { [weak self] in self?.begin($0) }
        steps = new
        new.show()
    }

    private func begin(_ step: FirstSteps.Kind) {
        switch step {
        case .accounts: chooseFiles()
        case .kit: backup.makeKit()
        case .backup: backup.addFolder()
        }
    }

    /// In front of which a window for a step belongs.
    var front: Window { steps.flatMap { $0.window.isClosed ? nil : $0.window } ?? window }

    func showKeys() { KeysWindow(program, over: window).show() }
}
