import Client
import Desktop
import Gtk
import Platform
import Wire

/// Questions that wait, what was granted, what has happened, and when the vault locks itself.
final class SecurityPage {
    private let program: DesktopProgram
    private let questions = Box(spacing: 18)
    private let rest = Box(spacing: 18)
    private let log = Box(spacing: 18)
    let widget: Widget
    private var shown: [String] = ["?"]

    init(_ program: DesktopProgram) {
        self.program = program
        widget = Scroll(Clamp(Box(spacing: 18, [questions, rest, log]).margin(18)))
    }

    /// Reads the log anew, which `fob` checks.
    func refresh() {
        program.desk.askGrants()
        FobCommand.run(["log", "--last", "\(LogLines.most)", "--json", "--no-ask"]) { [weak self] outcome in
            guard let self else { return }
            let rows = LogLines.read(outcome.output).map { Row($0.text, Words.moment($0.time)) }
            log.fill([Group(tr("Last events"), rows.isEmpty ? outcome.message : nil, rows)])
        }
    }

    func show(_ standing: Standing) {
        let marks =
            standing.questions.map(\.id.description) + standing.grants.map(\.id.description)
            + standing.mutes.map(\.id.description) + ["\(String(describing: standing.settings))"]
        guard marks != shown else { return }
        shown = marks
        questions.fill([waiting(standing.questions)])
        rest.fill([granted(standing), times(standing.settings)])
    }

    private func waiting(_ questions: [Challenge]) -> Widget {
        let rows = questions.map { challenge in
            let question = QuestionText(challenge)
            let answer = Button(tr("_Answer…"), { [program] in program.show(challenge) })
                .called(tr("Answer: %1", question.title))
            return Row(question.title, question.sentence, after: [answer])
        }
        return Group(tr("Questions that wait"), rows.isEmpty ? tr("None.") : nil, rows)
    }

    private func granted(_ standing: Standing) -> Widget {
        var rows: [Widget] = standing.grants.map { grant in
            back(
                grant.id, Text.shown(grant.label),
                tr("allowed for %1 until %2", Text.shown(grant.executable), Words.moment(grant.end)))
        }
        rows += standing.mutes.map { mute in
            back(mute.id, Text.shown(mute.executable), tr("not heard until %1", Words.moment(mute.end)))
        }
        return Group(tr("Remembered answers"), rows.isEmpty ? tr("None.") : nil, rows)
    }

    private func back(_ id: Identifier, _ title: String, _ text: String) -> Row {
        let button = Button(
            tr("_Take back"),
            { [program] in
                program.run(["grants", "--revoke", id.description])
            }
        ).called(tr("Take back: %1", title))
        return Row(title, text, after: [button])
    }

    private func times(_ settings: Settings?) -> Widget {
        guard let settings else { return Group(tr("Locking"), nil, []) }
        // A choice stands where it was put: after a refusal it is made anew.
        let again = { [weak self] in
            guard let self else { return }
            shown = ["?"]
            show(program.desk.standing)
        }
        func choice(_ title: String, _ now: UInt32, _ put: @escaping (UInt32) -> Void) -> Row {
            let times: [UInt32] = [300, 900, 3600, 14_400, 28_800, 0].filter { $0 != now }
            let all = [now] + times
            let menu = Choice(all.map { $0 == 0 ? tr("never") : Words.duration(UInt64($0)) }, title) { put(all[$0]) }
            return Row(title, "", after: [menu])
        }
        return Group(
            tr("Locking"), nil,
            [
                choice(tr("Lock when not used for"), settings.idleSeconds) { [program] in
                    program.desk.set(
                        Settings(idleSeconds: $0, absoluteSeconds: settings.absoluteSeconds), refused: again)
                },
                choice(tr("Lock in any case after"), settings.absoluteSeconds) { [program] in
                    program.desk.set(Settings(idleSeconds: settings.idleSeconds, absoluteSeconds: $0), refused: again)
                },
            ])
    }
}
