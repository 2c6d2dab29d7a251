import Desktop
import Gtk
import Platform
import Wire

/// A question to the owner, in a window of its own. Nothing is answered by default: not by a key that was meant for another
/// window, not by closing it, not by its end.
final class QuestionWindow {
    private let program: DesktopProgram
    private let challenge: Challenge
    let window: Window
    private let time = TextLabel("", .centred).style("dim-label")
    private let waiting = TextLabel("", .centred).style("caption", "dim-label")
    private var keys = KeyGuard(at: Clock.sinceBoot)
    /// Milliseconds since boot: the wall clock may be set meanwhile.
    private let end: UInt64
    /// The agent takes a mere yes from others only than who asks.
    private let isOwn: Bool

    init(_ program: DesktopProgram, _ challenge: Challenge) {
        self.program = program
        self.challenge = challenge
        let now = Clock.utc
        let left = challenge.deadline > now ? challenge.deadline - now : 0
        end = Clock.sinceBoot + 1000 * min(left, challenge.deadline - min(challenge.created, challenge.deadline))
        isOwn = challenge.programs.first?.processID == UInt32(Environment.process)
        let question = QuestionText(challenge)
        var parts: [Widget] = [
            TextLabel(Words.unbroken(question.title), .centred).style("title-2").called(question.title)
        ]
        if !question.site.isEmpty {
            parts.append(TextLabel(Words.brokenAtDots(question.site), .centred).style("fob-site").called(question.site))
        }
        let facts = Group(tr("Question"), nil, question.lines.map { Row($0.heading, $0.text).style("property") })
        parts += [time, waiting]
        if isOwn, !challenge.needsPassphrase {
            let text = tr("This window has asked. To allow it here takes your passphrase, in a window of its own.")
            parts.append(TextLabel(text, .centred))
        }
        parts.append(facts)
        let deny = Button(tr("_Deny"), {})
        let allow = Button(tr("_Allow"), {}).style("suggested-action")
        let more = MenuButton(
            icon: "view-more-symbolic", tr("More answers"),
            Menu([
                [
                    (tr("Allow for 15 minutes"), "question.allow"),
                    (tr("Deny, and nothing more from there for 10 minutes"), "question.mute"),
                ]
            ]))
        let buttons = Box(vertical: false, spacing: 12, [deny.expand(), allow.expand(), more])
        let content = Box(
            spacing: 0,
            [
                HeaderBar(), Scroll(Clamp(Box(spacing: 12, parts).margin(18))), buttons.margin(12),
            ])
        window = Window(program.application, content, title: question.title, width: 480, height: 520)
        window.described(question.sentence)
        window.standsApart()
        deny.on("clicked") { [unowned self] in answer { self.deny(mute: 0) } }
        allow.on("clicked") { [unowned self] in answer { self.allow(remember: 0) } }
        window.actions(
            "question",
            [
                ("allow", { [weak self] in self?.answer { self?.allow(remember: 900) } }),
                ("mute", { [weak self] in self?.answer { self?.deny(mute: 600) } }),
            ])
        window.keep(self)
        window.onKey { [unowned self] key in
            if key.number == Key.escape {
                close()
                return true
            }
            return !keys.isOpen(at: Clock.sinceBoot)
        }
        window.on("notify::is-active") { [unowned self] in if window.isActive { keys.focused(at: Clock.sinceBoot) } }
        deny.focus()
        tick()
    }

    func present() {
        keys.focused(at: Clock.sinceBoot)
        window.present()
    }

    func close() { window.close() }

    func show(count: Int) {
        waiting.isVisible = count > 1
        waiting.text = trn("%1 question waits", "%1 questions wait", count)
    }

    private func tick() {
        let show = { [weak self] in
            guard let self, !window.isClosed else { return false }
            let now = Clock.sinceBoot
            let left = end > now ? (end - now + 999) / 1000 : 0
            // At its end the agent tells of it.
            time.text = trn("%1 second left", "%1 seconds left", Int(left))
            return left > 0
        }
        if show() { EventLoop.every(milliseconds: 1000, show) }
    }

    // MARK: - Answering

    /// By click as by key: only when the window was there long enough to be read.
    private func answer(_ give: () -> Void) { if keys.isOpen(at: Clock.sinceBoot) { give() } }

    private func allow(remember: UInt32) {
        if challenge.needsPassphrase || isOwn {
            var words = ["confirm", challenge.id.description, "--yes", "--passphrase"]
            if remember > 0 { words += ["--remember", "\(remember)s"] }
            return program.run(words)
        }
        program.desk.approve(challenge.id, rememberSeconds: remember)
    }

    private func deny(mute: UInt32) { program.desk.ask(DenyRequest(challenge.id, muteSeconds: mute)) }
}
