import ArgumentParser
import Backup
import Client
import Platform
import Wire

/// Whoever uses nothing but codes learns at a terminal, once a day, that nothing is backed up or that backups fail for
/// long.
enum BackupReminder {
    /// Says so on standard error, if that is a terminal and nobody has looked for a day.
    static func tell() {
        guard Terminal.isTerminal(2), DailyMark.backupReminder?.isDue == true, let local = try? LocalBackups() else {
            return
        }
        local.noteReminder()
        do throws(ClientError) {
            let standing = try BackupStanding.now()
            if let lack = standing.lack {
                Output.note(Sentences.warning(lack))
                Output.hint(Sentences.addDestination)
            } else if let error = standing.error {
                Output.note(Sentences.warning(Label.shown(error.message)))
                Output.hint(error.remedy)
            }
        } catch {
            Output.note(Sentences.warning(Label.shown(error.message)))
            Output.hint(Label.shown(error.remedy))
        }
    }
}

/// What the small program becomes at a terminal when it has printed a code.
struct BackupReminderVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup-reminder", abstract: Help.backupReminder, shouldDisplay: false)

    func run() { BackupReminder.tell() }
}
