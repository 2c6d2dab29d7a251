import Client
import Desktop
import Encodings
import Gtk
import Platform
import Wire

/// Backups: where they go and how they stand, the kit, and the way back.
final class BackupPage {
    private let program: DesktopProgram
    private let column = Box(spacing: 18)
    let widget: Widget
    private var isAsking = false
    /// What is being answered was asked before the last change.
    private var isOutdated = false
    private var shown: [String] = ["?"]

    init(_ program: DesktopProgram) {
        self.program = program
        widget = Scroll(Clamp(column.margin(18)))
    }

    /// Asks `fob` how the destinations stand: it has looked at them, this window never does.
    func refresh() {
        guard !isAsking else { return isOutdated = true }
        (isAsking, isOutdated) = (true, false)
        FobCommand.run(["backup", "status", "--json", "--no-ask"]) { [weak self] outcome in
            guard let self else { return }
            isAsking = false
            let json = try? JSONValue(parsing: Array(outcome.output.utf8))
            program.desk.standing.destinations = (json?["destinations"]?.items ?? []).compactMap(Destination.init)
            program.window?.show(program.desk.standing)
            if isOutdated { refresh() }
        }
    }

    func show(_ standing: Standing) {
        let destinations = standing.destinations ?? []
        let marks =
            destinations.map { "\($0)" } + [
                standing.kitLeft.map { "\($0)" } ?? "-", "\(standing.isKitLow)", "\(standing.destinations == nil)",
            ]
        guard marks != shown else { return }
        shown = marks
        column.fill([places(destinations, isKnown: standing.destinations != nil), kit(standing), back()])
    }

    private func places(_ destinations: [Destination], isKnown: Bool) -> Widget {
        let rows = destinations.map { place -> Widget in
            let look = BackupLook(place)
            let icon = Icon(look.icon).style(look.style)
            return Row(Text.shown(place.name), look.text, before: icon)
        }
        let none = isKnown && destinations.isEmpty
        let add = Button(tr("Add a _folder…"), { [unowned self] in addFolder() })
        let now = Button(
            tr("_Back up now"),
            { [unowned self] in
                run(["backup", "now"], tr("Backed up"))
            }
        )
        if !none { now.style("suggested-action") }
        let rehearse = Button(
            tr("_Rehearse"),
            { [unowned self] in
                run(["backup", "rehearse"], tr("Every account came back from the backup"))
            })
        for button in [now, rehearse] { button.isEnabled = !destinations.isEmpty }
        let text =
            none
            ? tr("There is no backup: if this disk breaks, everything is lost.")
            : tr("Sealed copies, which open with the passphrase or a kit code.")
        let both = Box(vertical: false, spacing: 6, [now, rehearse.whole()])
        let buttons: [Widget] = none ? [add.style("suggested-action"), both] : [both, add]
        return Box([Group(tr("Backups"), text, rows), Box(spacing: 6, buttons.map { $0.align(.start) })])
    }

    private func kit(_ standing: Standing) -> Widget {
        let left = standing.kitLeft
        let text = left.map { trn("%1 code left", "%1 codes left", $0) } ?? tr("No kit was made.")
        let icon = Icon("printer-symbolic").style(standing.isKitLow ? "fob-bad" : "fob-good")
        let make = Button(left == nil ? tr("_Make…") : tr("_New…"), { [unowned self] in makeKit() }).called(
            tr("Make an emergency kit"))
        return Group(
            tr("Emergency kit"), tr("Codes on paper that open the vault and its backups without the passphrase."),
            [Row(tr("Kit codes"), text, after: [make], before: icon)])
    }

    private func back() -> Widget {
        let restore = Button(tr("Restore…"), { [unowned self] in self.restore() }).called(tr("Restore from a backup"))
        return Group(
            tr("Restore"), tr("Shows what a backup would bring, and changes nothing before you say so."),
            [Row(tr("From a file"), "", after: [restore])])
    }

    private func run(_ words: [String], _ done: String) {
        program.window?.tell(tr("Under way…"))
        program.run(words, done) { [weak self] in self?.refresh() }
    }

    func addFolder() {
        program.window?.front.choose(
            .folder, title: tr("Folder for backups"), accept: tr("_Choose"), cancel: tr("_Cancel")
        ) { [weak self] paths in
            guard let self, let path = paths.first else { return }
            let name = Paths.name(of: path).lowercased().filter {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-")
            }
            let place = String(name.drop { $0 == "-" })
            FobCommand.run(["backup", "add", place.isEmpty ? "folder" : place, "--folder", path]) {
                [program, weak self] outcome in
                guard outcome.isDone else { return program.window?.tell(outcome.message) ?? () }
                self?.run(["backup", "now"], tr("Backed up"))
            }
        }
    }

    /// The page goes into a file of the user's choice, to be printed: its codes come by no window.
    func makeKit() {
        program.window?.front.choose(
            .new, title: tr("Page of the emergency kit, to print"), accept: tr("_Save"), cancel: tr("_Cancel"),
            name: "fob-kit.html"
        ) { [weak self] paths in
            guard let path = paths.first else { return }
            self?.run(
                ["access", "kit", "--page", path, "--yes"], tr("The kit is in the file: print it, then delete the file")
            )
        }
    }

    func restore() {
        program.window?.window.choose(
            .files, title: tr("Backup to restore"), accept: tr("_Open"), cancel: tr("_Cancel")
        ) { [program] paths in
            guard let path = paths.first, let window = program.window else { return }
            RestoreWindow(program, over: window.window, source: path).show()
        }
    }
}

/// What a backup would bring, and whether to take it.
final class RestoreWindow: SmallWindow {
    private let program: DesktopProgram
    private let source: String

    init(_ program: DesktopProgram, over: Window, source: String) {
        (self.program, self.source) = (program, source)
        super.init(program, over: over, title: tr("Restore"), width: 560, height: 560)
    }

    override func show() {
        wait(tr("Opening the backup…"))
        super.show()
        run(["restore", source, "--dry-run", "--json"]) { [unowned self] outcome in
            guard outcome.isDone, let preview = RestorePreview(outcome.output) else {
                return fail(tr("Not restored"), outcome.message)
            }
            show(preview)
        }
    }

    private func show(_ preview: RestorePreview) {
        let origin = [
            Words.moment(preview.time), tr("From %1", Text.shown(preview.machine)), Text.shown(preview.file),
        ]
        let entries = preview.entries.map { (title: $0.label, text: $0.status) }
        var parts: [Widget] = [rows(tr("Backup"), origin.joined(separator: "\n"), entries)]
        if let print = preview.fingerprint {
            parts.append(Group(tr("Fingerprint"), nil, [Row(tr("Compare it with your kit's"), print)]))
        }
        parts += preview.notes.map { TextLabel($0).style("fob-fair") }
        let go = Button(tr("_Restore"), { [unowned self] in restore() }).pill(isSuggested: true)
        fill(parts, go)
    }

    private func restore() {
        wait(tr("Restoring…"))
        // It goes on although the window is closed, and its end is told by the other one then.
        FobCommand.run(["restore", source, "--yes", "--json"]) { [program, window, weak self] outcome in
            let isDone = (outcome.isDone || outcome.status == 14) && RestorePreview(outcome.output) != nil
            program.desk.refresh()
            if isDone { window.close() } else { self?.fail(tr("Not restored"), outcome.message) }
            if window.isClosed { program.window?.tell(isDone ? tr("Restored") : outcome.message) }
        }
    }
}
