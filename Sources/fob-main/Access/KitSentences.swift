import Backup
import Client
import Platform

/// What a kit of recovery codes says: it must be enough for somebody who has nothing else left. What is typed and what is
/// asked stands here word by word; the end-to-end script `kit.py` reads it and does it.
enum KitSentences {
    static let title = tr("fob emergency kit")
    static let codesTitle = tr("Kit codes")
    static let codesOnce = tr("Each opens the vault and its backups, once. Tick off the one that you have used.")
    static let placesTitle = tr("Where the backups are")
    static let noPlaces = [
        tr("Nowhere yet, when this page was made. Set up a place with fob backup add, and make"),
        tr("a new page then; or write it down here: ______________________________________"),
    ]
    static let fobTitle = tr("To restore with fob")
    static let ageTitle = tr("To restore without fob")
    static let warningTitle = tr("Keep this safe")

    /// A step: what to do, and lines that are typed as they stand.
    struct Step {
        let text: String
        var commands: [String] = []
    }

    /// A prompt of the program without its last blank.
    private static func prompt(_ text: String) -> String {
        "\"" + (text.hasSuffix(" ") ? String(text.dropLast()) : text) + "\""
    }

    /// With fob, on a machine that has nothing.
    static func fobSteps(_ places: [PlaceDescription]) -> [Step] {
        let sources = places.compactMap(\.source).map { "fob restore \(Shell.quoted($0))" }
        let isOne = sources.count == 1
        return [
            Step(text: tr("Install fob on the new machine, and see to it that the place can be read there.")),
            Step(
                text: isOne
                    ? tr("Run this. If the place is elsewhere on this machine, name that folder instead:")
                    : tr("Run this, with the place that has the newest backup:"),
                commands: sources.isEmpty ? ["fob restore FOLDER-OR-FILE"] : sources),
            Step(
                text: tr(
                    "At \(prompt(Sentences.backupSecretPrompt)) type one of the codes. "
                        + "It is not shown while you type.")),
            Step(
                text: tr(
                    "A fingerprint appears. If it is the one above, type y at \"Restore ... accounts? [y/N]\" and at "
                        + "each \"Keep it? [y/N]\". If it is another one, type n: it is another vault.")),
            Step(
                text: tr(
                    "At \(prompt(Sentences.newPassphrasePrompt)) choose a passphrase, and type it again at "
                        + "\(prompt(Sentences.againPrompt)).")),
            Step(
                text:
                    tr(
                        "Where it asks \"Back up to ... from this machine too? [y/N]\", type y to have backups go on there, "
                            + "and y again where it asks whether they get there by themselves. Then do what it tells as missing."
                    )
            ),
            Step(
                text: tr("That code is used up. When all is well, make a new kit:"),
                commands: ["fob access kit --page kit.html"]),
        ]
    }

    /// Without fob.
    static func ageSteps(vault: String) -> [Step] {
        [
            Step(
                text:
                    tr(
                        "Get Python 3 and the program age: the package \"age\" of Debian, Ubuntu, Fedora, Arch and Homebrew, "
                            + "or from age-encryption.org.")),
            Step(
                text:
                    tr(
                        "Fetch the newest backup, fob-\(vault)-...age with the latest time in its name, into an empty folder, "
                            + "and call it BACKUP.age there.")),
            Step(
                text:
                    tr(
                        "Put the two programs below into the same folder, as identity.py and \(RecordsProgram.name): copy "
                            + "them, or scan their QR codes with a phone. \(RecordsProgram.name) also lies beside the backups."
                    )),
            Step(
                text: tr("In that folder run this; the first line waits for one of the codes:"),
                commands: [
                    "python3 identity.py > identity.txt", "age -d -i identity.txt BACKUP.age > records",
                    "python3 \(RecordsProgram.name) < records",
                ]),
            Step(
                text:
                    tr(
                        "With the passphrase in place of a code, take the file recovery-key-....age that lies beside the backups, "
                            + "and call it recovery-key.age; the first two lines become:"),
                commands: ["age -d -i recovery-key.age BACKUP.age > records"]),
            Step(
                text:
                    tr(
                        "Each line that begins with otpauth:// is an account for another authenticator, as a QR code of that "
                            + "line. identity.txt and records are secret: delete them when you have what you need.")),
        ]
    }

    static let warning = tr(
        """
        Anyone who has one of these codes and a copy of the vault or of a backup has all that is in it. Keep this page where \
        you keep your passport, not beside the backups and not on this machine alone. A used code opens nothing that is \
        sealed later, and a new set ends this one; copies of backups from before stay open to it until they are deleted.
        """)

    /// Names and values at the top.
    static func facts(of kit: borrowing VaultKit) -> [(String, String)] {
        [
            (tr("Vault"), kit.vault), (tr("Fingerprint"), kit.fingerprint),
            (tr("Set"), kit.set > 1 ? tr("\(kit.set), those before are void") : "\(kit.set)"),
            (tr("Made"), Moment.utc(kit.madeAt)),
        ]
    }

    // MARK: Plain text

    /// Columns of the plain text.
    private static let columns = 80

    /// The plain text in front of the codes, and behind them.
    static func parts(of kit: borrowing VaultKit) -> [String] {
        let facts = facts(of: kit).map { "  " + Label.padded($0.0 + ":", to: 14) + $0.1 + "\n" }.joined()
        let head = heading(title) + facts + "\n" + heading(codesTitle) + "\(codesOnce)\n\n"
        var places = ""
        for place in kit.places {
            for (index, line) in ([place.name + ": " + place.lines[0]] + place.lines.dropFirst()).enumerated() {
                places += wrapped(Label.shown(line), indent: index == 0 ? 2 : 4, hanging: 4)
            }
        }
        if places.isEmpty { places = noPlaces.map { "  \($0)\n" }.joined() }
        let tail =
            "\n" + heading(placesTitle) + places + "\n" + heading(fobTitle) + numbered(fobSteps(kit.places)) + "\n"
            + heading(warningTitle) + wrapped(warning, indent: 0, hanging: 0) + "\n" + heading(ageTitle)
            + numbered(ageSteps(vault: kit.vault)) + "\n" + heading("identity.py") + indented(IdentityProgram.text)
            + "\n" + heading(RecordsProgram.name) + indented(RecordsProgram.program)
        return [head, tail]
    }

    private static func numbered(_ steps: [Step]) -> String {
        var text = ""
        for (index, step) in steps.enumerated() {
            text += wrapped("\(index + 1). \(step.text)", indent: 0, hanging: 3)
            text += step.commands.map { "      \($0)\n" }.joined()
        }
        return text
    }

    private static func heading(_ text: String) -> String {
        text + "\n" + String(repeating: "-", count: Label.width(text)) + "\n"
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }.joined()
    }

    /// Lines of a text; a word that is longer than a line has one of its own.
    private static func wrapped(_ text: String, indent: Int, hanging: Int) -> String {
        let blanks = (String(repeating: " ", count: indent), String(repeating: " ", count: hanging))
        return Wrapped.broken(text, columns: columns, first: blanks.0, others: blanks.1).map { $0 + "\n" }.joined()
    }
}
