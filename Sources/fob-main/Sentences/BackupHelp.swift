import ArgumentParser
import Client

/// Help texts of `fob backup`.
extension Help {
    static let deviceBound = ArgumentHelp(tr("Keep its key out of backups, or no longer."))
    static let favourite = ArgumentHelp(tr("Show it before others, or no longer."))
    static let backup = tr("Keep sealed copies of the vault in places of your choice.")
    static let backupDiscussion = tr(
        """
        The agent seals the vault some time after each change; these commands upload the sealed files to \
        destinations, read them back, and have the agent verify what came back. Only that counts as a backup. See \
        fob-backup(1).
        """)
    static let backupNow = tr("Seal the last change and upload it to all destinations.")
    static let backupRun = tr("Upload the finished backups, as the timer does.")
    static let backupIfChanged =
        ArgumentHelp(tr("Only where a backup is lacking or a day has passed; say nothing otherwise."))
    static let backupNames = ArgumentHelp(tr("Destinations; all without any."), valueName: "name")
    static let backupAddDiscussion = tr(
        """
        A destination is a folder, a remote of rclone, or commands that /bin/sh runs: put reads the file from its \
        input, get writes it to its output, list prints names, delete removes; the name is in FOB_NAME.
        """)
    static let backupName = ArgumentHelp(tr("Your word for the destination."), valueName: "name")
    static let backupFolder = ArgumentHelp(tr("A directory, also of a removable disk."), valueName: "directory")
    static let backupRclone = ArgumentHelp(tr("A remote of 'rclone config', with a path."), valueName: "remote:path")
    static let backupListCommand = ArgumentHelp(
        tr("Command that prints the names of stored files."), valueName: "command")
    static let backupDelete = ArgumentHelp(tr("Command that removes a stored file."), valueName: "command")
    static let keepDays = ArgumentHelp(
        tr("Keep the newest of each of so many days; 14 if not given."), valueName: "number")
    static let keepWeeks = ArgumentHelp(tr("The same for weeks; 8 if not given."), valueName: "number")
    static let keepMonths = ArgumentHelp(tr("The same for months of 30 days; 12 if not given."), valueName: "number")
    static let every = ArgumentHelp(
        tr("Look there after so many hours though nothing has changed; 20 if not given."), valueName: "hours")
    static let backupRemove = tr("Remove a destination; the files there stay.")
    static let backupTest = tr("Try a destination: put a file there, read it back, remove it.")
    static let backupStatus = tr("Show the age and state of the backup at each destination.")
    static let backupAccept = tr("Take note of backups that have vanished at a destination.")
    static let backupAcceptDiscussion = tr(
        """
        What is there now is what is expected there from now on. Also for a place that was emptied or moved on purpose.
        """)
    static let backupRehearse = tr("Restore into a scratch vault in the agent, and compare every account.")
    static let backupRehearseDiscussion =
        tr("Nothing is changed. What came back must hold every account as the vault does.")

    static let doctor = tr("Check the vault, the agent and the backups, and say how to fix what is wrong.")
    static let doctorDiscussion =
        tr("Nothing is changed. Each destination is looked at, and the newest backup there read back.")
}
