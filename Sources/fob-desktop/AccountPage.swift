import Client
import Desktop
import Gtk
import Platform
import Wire

/// An account: what is known of it, its protections, its recovery codes and security keys.
final class AccountPage {
    private let program: DesktopProgram
    private let column = Box(spacing: 18)
    let widget: Widget
    private var chosen: Identifier?
    private var shown: AccountFacts?

    init(_ program: DesktopProgram) {
        self.program = program
        widget = Scroll(Clamp(column.margin(18)))
        fill(nil)
    }

    func choose(_ account: Account?, _ standing: Standing) {
        if let account { chosen = account.id }
        show(standing)
    }

    func show(_ standing: Standing) {
        let account = standing.codes.accounts.first { $0.id == chosen }
        let facts = account.map { AccountFacts($0, standing) }
        guard facts != shown else { return }
        shown = facts
        fill(facts)
    }

    private func fill(_ facts: AccountFacts?) {
        guard let facts else {
            return column.fill([
                StatusPage(
                    icon: "avatar-default-symbolic", title: tr("No account chosen"),
                    text: tr("Choose one on the page of codes.")
                ).style("compact")
            ])
        }
        let account = facts.account
        column.fill([about(account), protections(account), recovery(facts), keys(facts), trash(account)])
    }

    private func about(_ account: Account) -> Widget {
        let issuer = Entry(tr("Service"), account.issuer)
        let name = Entry(tr("Login"), account.name)
        let tags = Entry(tr("Tags, with commas"), account.tags.joined(separator: ", "))
        let save = Button(
            tr("_Save"),
            { [program] in
                var edit = AccountEdit()
                if issuer.text != account.issuer { edit.issuer = issuer.text }
                if name.text != account.name { edit.name = name.text }
                let words = tags.text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
                if words != account.tags { edit.tags = words }
                guard edit != AccountEdit() else { return }
                program.desk.edit(.id(account.id), edit) { program.window?.tell(tr("Saved")) }
            }
        ).align(.end)
        let row = choice(
            account, tr("Favourite"), tr("Shown before others, and in the tray"), account.extras.isFavourite
        ) { $0.isFavourite = $1 }
        return Box([
            Group(Text.shown(AccountLabel.text(account.issuer, account.name)), nil, [issuer, name, tags, row]), save,
        ])
    }

    /// A row with a switch, which stands where it was put: after a refusal it is made anew.
    private func choice(
        _ account: Account, _ name: String, _ text: String, _ isOn: Bool,
        _ put: @escaping (inout AccountEdit, Bool) -> Void
    ) -> Row {
        let choice = Switch(isOn) { [program, weak self] isOn in
            var edit = AccountEdit()
            put(&edit, isOn)
            program.desk.edit(.id(account.id), edit, refused: { if let self { self.fill(self.shown) } }) {}
        }
        return Row(name, text, after: [choice]).stands(for: choice)
    }

    private func protections(_ account: Account) -> Widget {
        let life = account.lifetime == 0 ? tr("As long as the vault is open") : Words.duration(UInt64(account.lifetime))
        return Group(
            tr("Protection"), tr("To take one away asks you first."),
            [
                choice(account, tr("Ask before each code"), "", account.consent != .none) {
                    $0.consent = $1 ? .confirm : Consent.none
                },
                choice(account, tr("Only on this machine"), tr("Its key is in no backup."), account.isDeviceBound) {
                    $0.isDeviceBound = $1
                },
                Row(tr("Gives codes for"), life),
            ])
    }

    private func recovery(_ facts: AccountFacts) -> Widget {
        let label = "id:\(facts.account.id)"
        guard let set = facts.recovery else {
            let add = Button(
                tr("_Add…"),
                { [program] in
                    program.window?.window.choose(
                        .files, title: tr("File with recovery codes"), accept: tr("_Open"), cancel: tr("_Cancel")
                    ) { paths in
                        guard let path = paths.first else { return }
                        program.run(["recovery", "import", label, path])
                    }
                }
            ).called(tr("Add recovery codes"))
            return Group(
                tr("Recovery codes"), tr("None are kept here."), [Row(tr("From the service's file"), "", after: [add])])
        }
        let copy = Button(
            tr("_Copy the next"),
            { [program] in
                program.run(
                    ["recovery", "next", label, "--copy"],
                    tr("The next recovery code is on the clipboard; cleared in 1 min"))
            })
        let used = Button(tr("_Mark as used"), { [program] in program.run(["recovery", "used", label]) })
        let print = Button(tr("_Print"), { [program] in program.run(["recovery", "print", label]) })
        let level = Level(set.total == 0 ? 0 : Double(set.left) / Double(set.total))
        var rows: [Widget] = [
            Row(
                tr("%1 of %2 left", "\(set.left)", "\(set.total)"),
                facts.isRecoveryLow ? tr("Few are left: make new ones at the service.") : "", after: [level])
        ]
        rows += facts.codeRows.map { row in
            let title = tr("Code %1", "\(row.number)")
            return Row(
                title, "",
                after: [TextLabel(row.isUsed ? tr("used") : tr("left")).style(row.isUsed ? "fob-used" : "dim-label")])
        }
        let buttons = Box(
            spacing: 6,
            [
                copy.style("suggested-action").align(.start), Box(vertical: false, spacing: 6, [used, print.whole()]),
            ])
        return Box([
            Group(tr("Recovery codes"), tr("They are shown by no window: one at a time goes to the clipboard."), rows),
            buttons,
        ])
    }

    private func keys(_ facts: AccountFacts) -> Widget {
        let rows = facts.keys.map { key in
            Row(
                Text.shown(key.label.isEmpty ? key.site : key.label),
                key.lastUsed == 0 ? tr("Never used") : tr("Last used: %1", Words.moment(key.lastUsed)))
        }
        return Group(tr("Security keys"), rows.isEmpty ? tr("None belong to this account.") : nil, rows)
    }

    private func trash(_ account: Account) -> Widget {
        Button(
            tr("Move to the _trash"),
            { [program] in
                program.desk.ask(RemoveRequest(selector: .id(account.id))) { _ in
                    program.window?.pages.shown = "codes"
                    program.window?.tell(tr("Moved to the trash"), button: tr("Undo")) {
                        program.desk.ask(UntrashRequest(selector: .id(account.id)))
                    }
                }
            }
        ).style("destructive-action").align(.start)
    }
}
