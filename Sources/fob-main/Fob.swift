import ArgumentParser
import Client
import Platform

/// The root of all verbs.
struct Fob: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fob", abstract: Help.fob, discussion: Help.fobDiscussion, version: "fob \(Command.release)",
        subcommands: [],
        groupedSubcommands: [
            CommandGroup(
                name: tr("Codes"), subcommands: [CodeVerb.self, NextVerb.self, WatchVerb.self, PickVerb.self]),
            CommandGroup(
                name: tr("Accounts"),
                subcommands: [
                    AddVerb.self, ListVerb.self, ShowVerb.self, EditVerb.self, OrderVerb.self, RemoveVerb.self,
                    UntrashVerb.self, VerifyVerb.self, ImportVerb.self, ScanVerb.self, ExportVerb.self, QRVerb.self,
                    RecoveryVerb.self, NumberVerb.self, HardwareKeyVerb.self, TokenVerb.self,
                ]),
            CommandGroup(
                name: tr("Security keys"),
                subcommands: [KeyVerb.self, ChallengeVerb.self, VerifySignatureVerb.self]),
            CommandGroup(
                name: tr("Vault"),
                subcommands: [
                    InitVerb.self, UnlockVerb.self, LockVerb.self, PassphraseVerb.self, AccessVerb.self,
                    SettingsVerb.self,
                ]),
            CommandGroup(
                name: tr("Backup"),
                subcommands: [
                    BackupVerb.self, RestoreVerb.self, SyncVerb.self, JoinVerb.self, GenerationsVerb.self,
                    DoctorVerb.self, DrillVerb.self, RehearsalVerb.self, ReadyVerb.self, KeeperVerb.self,
                    RecoverVerb.self,
                ]),
            CommandGroup(
                name: tr("Agent"),
                subcommands: [ConfirmVerb.self, GrantsVerb.self, StatusVerb.self, LogVerb.self, CompletionVerb.self]),
            CommandGroup(name: "", subcommands: [ClearClipboardVerb.self, BackupReminderVerb.self]),
        ])
}
