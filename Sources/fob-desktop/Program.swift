import Client
import Desktop
import Gtk
import Platform
import Wire

/// The program: one of each session, with one window, and a window for each question.
final class DesktopProgram {
    static let id = "io.github.fob.Desktop"

    let application: Application
    let desk: Desk
    private let link: String?
    private(set) var window: MainWindow?
    private var questions: [Identifier: QuestionWindow] = [:]
    /// Small windows that are open, the front one last.
    var dialogs: [SmallWindow] = []
    private var search: SearchProvider?
    /// D-Bus has started it, without a window.
    private var isService = false
    /// What was copied last: only that is taken away again.
    private var copies = 0

    init(link: String?) {
        self.link = link
        application = Application(Self.id, isAlone: link != nil)
        desk = Desk { descriptor, run in EventLoop.watch(descriptor, run) }
    }

    /// - Parameter files: what to open.
    func run(isService: Bool, files: [String]) -> Int32 {
        self.isService = isService
        Language.start(domain: "fob-desktop", directory: Self.catalogues)
        // What fob and the agent say has a catalogue of its own.
        Translation.begin()
        Words.use(
            Words.Catalogue(
                text: { Language.text($0) }, number: { Language.text($0, $1, $2) },
                moment: { Language.moment($0, $1) }, folded: { Language.folded($0) }))
        let words = ["fob-desktop"] + (isService ? ["--gapplication-service"] : files)
        return application.run(
            start: { [self] in start() }, show: { [self] in show() }, open: { [self] in open($0) }, words)
    }

    /// Beside an installed program, or beside one that was built.
    private static var catalogues: String {
        if let directory = Environment.value(of: "FOB_LOCALE"), directory.hasPrefix("/") { return directory }
        let own = Companions.ownProgram.map { Paths.directory(of: Paths.directory(of: $0)) } ?? "/usr"
        return own + "/share/locale"
    }

    private func start() {
        Application.style(Self.sheet)
        desk.onChange = { [unowned self] in changed() }
        desk.onError = { [unowned self] in tell($0) }
        desk.onQuestion = { [unowned self] challenge in show(challenge) }
        guard link == nil else { return }
        addActions()
        search = SearchProvider(self)
        // At the next turn: a window that says so is there first where an agent has to be started. A search starts none.
        EventLoop.after(milliseconds: 1) { [unowned self] in desk.open(starting: !isService) }
    }

    func show() {
        // What D-Bus has started for a window starts an agent, too; it may not have looked for one yet.
        if isService, case .noAgent = desk.standing.screen { desk.open(starting: true) }
        isService = false
        if let link {
            let window = ImportWindow(self, over: nil, words: ["import", "-"], input: link) {}
            return window.show()
        }
        if window == nil {
            let new = MainWindow(self)
            new.window.onClose { [unowned self] in window = nil }
            window = new
        }
        window?.window.present()
        change()
    }

    /// Shows what files would bring. Any program of the session can have that done, and no more.
    private func open(_ paths: [String]) {
        show()
        window?.open(paths)
    }

    private var isChanged = false
    private var wasLocked = false

    /// Replies come many at a time, and are shown once.
    private func changed() {
        guard !isChanged else { return }
        isChanged = true
        EventLoop.after(milliseconds: 0) { [unowned self] in
            isChanged = false
            change()
        }
    }

    private func change() {
        if let wanted {
            switch desk.standing.screen {
            case .starting: break
            case .list, .locked: copy(wanted)
            case .empty, .noVault, .noAgent, .agentGone: self.wanted = nil
            }
        }
        let isLocked = desk.standing.screen == .locked
        if isLocked, !wasLocked {
            for dialog in dialogs where dialog.showsAccounts { dialog.window.close() }
        }
        wasLocked = isLocked
        window?.show(desk.standing)
        let open = Set(desk.standing.questions.map(\.id))
        for (id, question) in questions where !open.contains(id) {
            question.close()
            questions[id] = nil
        }
        for question in questions.values { question.show(count: open.count) }
    }

    func tell(_ error: ClientError) {
        // The window shows that by itself.
        if error.code == .locked, desk.standing.screen == .locked { return }
        if error.code == .lifetimeOver, let window {
            return window.tell(Words.heard(error.message), button: tr("Unlock")) { [unowned self] in unlock() }
        }
        tell([error.message, error.remedy].filter { !$0.isEmpty }.map(Words.heard).joined(separator: "\n"))
    }

    /// In the window that is in front: a link has no other one.
    func tell(_ text: String) { (dialogs.last?.toasts ?? window?.toasts)?.show(text) }

    /// Has `fob` do something, and tells how it has ended: where it was done, by the words for that.
    func run(_ words: [String], _ done: String? = nil, then: @escaping () -> Void = {}) {
        FobCommand.run(words) { [unowned self] outcome in
            if let told = outcome.isDone ? done : outcome.message { window?.tell(told) }
            desk.refresh()
            then()
        }
    }

    // MARK: - Questions

    /// Shows a question in a window of its own, in front of others.
    func show(_ challenge: Challenge) {
        if let question = questions[challenge.id] { return question.present() }
        let question = QuestionWindow(self, challenge)
        questions[challenge.id] = question
        question.window.onClose { [unowned self] in questions[challenge.id] = nil }
        question.show(count: max(desk.standing.questions.count, 1))
        question.present()
    }

    // MARK: - Codes

    /// For how long a copied code stays on the clipboard.
    static let clearSeconds: UInt32 = 30

    /// Copies a code, and takes it away again; the program stays for as long although its window is closed.
    func copy(_ code: String, of title: String) {
        Clipboard.copy(code)
        copies += 1
        let copy = copies
        application.hold()
        EventLoop.after(milliseconds: Self.clearSeconds * 1000) { [unowned self] in
            if copy == copies { Clipboard.clearOwn() }
            application.release()
        }
        window?.tell(tr("Code of %1 copied; cleared in %2 s", title, "\(Self.clearSeconds)"))
    }

    /// Whose code is to be copied as soon as it can be; the program stays for as long.
    private var wanted: Identifier? {
        didSet {
            if wanted != nil, oldValue == nil { application.hold() }
            if wanted == nil, oldValue != nil { application.release() }
        }
    }

    /// Copies the code of an account. The bus may have started this program for it just now, and the vault may be locked.
    func copy(_ id: Identifier) {
        guard let account = desk.standing.codes.accounts.first(where: { $0.id == id }) else {
            // Among others it is not there any more.
            guard desk.standing.codes.accounts.isEmpty else { return wanted = nil }
            wanted = id
            if desk.standing.screen == .locked { unlock() }
            return
        }
        wanted = nil
        desk.code(of: account, isLook: false) { [unowned self] in
            copy($0.code, of: Text.shown(account.issuer.isEmpty ? account.name : account.issuer))
        }
    }

    // MARK: - What has a key

    private func addActions() {
        application.action("lock", keys: "<Control>l") { [unowned self] in desk.ask(LockRequest()) }
        application.action("add", keys: "<Control>n") { [unowned self] in window?.add() }
        application.action("paste", keys: "<Control>v") { [unowned self] in
            if !application.pasteText() { window?.paste() }
        }
        application.action("scan-screen") { [unowned self] in window?.scanScreen() }
        application.action("open", keys: "<Control>o") { [unowned self] in window?.chooseFiles() }
        application.action("steps") { [unowned self] in window?.showSteps() }
        application.action("settings", keys: "<Control>comma") { [unowned self] in window?.pages.shown = "security" }
        application.action("keys", keys: "<Control>question") { [unowned self] in window?.showKeys() }
        application.action("help", keys: "F1") { Self.help() }
        application.action("close", keys: "<Control>w") { [unowned self] in window?.window.close() }
        application.action("quit", keys: "<Control>q") { [unowned self] in application.quit() }
        for (number, page) in MainWindow.pageNames.enumerated() {
            application.action("page-\(number + 1)", keys: "<Alt>\(number + 1)") { [unowned self] in
                window?.pages.shown = page
            }
        }
    }

    private static func help() {
        guard let open = Programs.path(of: "xdg-open") else { return }
        Process.run([open, "man:fob-desktop(1)"]) { _ in }
    }

    // MARK: - What asks for the passphrase, elsewhere

    private var isUnlocking = false

    /// Has the passphrase asked for, by `fob`.
    func unlock() {
        guard !isUnlocking else { return }
        isUnlocking = true
        FobCommand.run(["unlock"]) { [unowned self] outcome in
            isUnlocking = false
            guard !outcome.isDone else { return window?.unlocked() ?? () }
            wanted = nil
            window?.tell(outcome.message)
        }
    }

    private static let sheet = """
        .fob-code { font-family: monospace; font-size: 1.25em; font-feature-settings: "tnum"; }
        .fob-code.large { font-size: 2.2em; font-weight: bold; }
        .fob-site { font-size: 1.8em; font-weight: bold; }
        .fob-good { color: @success_color; }
        .fob-fair { color: @warning_color; }
        .fob-bad { color: @error_color; }
        .fob-warning { -gtk-icon-size: 64px; opacity: 0.5; }
        .fob-used { text-decoration: line-through; opacity: 0.6; }
        .fob-spoken { opacity: 0; font-size: 1px; }
        toast { border-radius: 24px; }
        indicatorbin.needs-attention > indicator { background: @error_bg_color; }
        .fob-bar { background: @warning_bg_color; color: @warning_fg_color; padding: 6px 12px; }
        """
}
