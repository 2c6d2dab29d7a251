import ArgumentParser

/// Help texts of `fob backup`.
extension Help {
    static let deviceBound: ArgumentHelp = "Keep its key out of backups, or no longer."
    static let backup = "Keep sealed copies of the vault in places of your choice."
    static let backupDiscussion = """
        The agent seals the vault some time after each change; these commands upload the sealed files to \
        destinations, read them back, and have the agent verify what came back. Only that counts as a backup. See \
        fob-backup(1).
        """
    static let backupNow = "Seal the last change and upload it to all destinations."
    static let backupForce: ArgumentHelp = "Also when nothing has changed."
    static let backupRun = "Upload the finished backups, as the timer does."
    static let backupIfChanged: ArgumentHelp =
        "Only where a backup is lacking or a day has passed; say nothing otherwise."
    static let backupNames = ArgumentHelp("Destinations; all without any.", valueName: "name")
    static let backupAdd = "Add a destination."
    static let backupAddDiscussion = """
        A destination is a folder, a remote of rclone, or commands that /bin/sh runs: put reads the file from its \
        input, get writes it to its output, list prints names, delete removes; the name is in FOB_NAME.
        """
    static let backupName = ArgumentHelp("Your word for the destination.", valueName: "name")
    static let backupFolder = ArgumentHelp("A directory, also of a removable disk.", valueName: "directory")
    static let backupRclone = ArgumentHelp("A remote of 'rclone config', with a path.", valueName: "remote:path")
    static let backupPut = ArgumentHelp("Command that stores its input.", valueName: "command")
    static let backupGet = ArgumentHelp("Command that prints a stored file.", valueName: "command")
    static let backupListCommand = ArgumentHelp("Command that prints the names of stored files.", valueName: "command")
    static let backupDelete = ArgumentHelp("Command that removes a stored file.", valueName: "command")
    static let keepDays = ArgumentHelp("Keep the newest of each of so many days; 14 if not given.", valueName: "number")
    static let keepWeeks = ArgumentHelp("The same for weeks; 8 if not given.", valueName: "number")
    static let keepMonths = ArgumentHelp("The same for months of 30 days; 12 if not given.", valueName: "number")
    static let every = ArgumentHelp(
        "Look there after so many hours though nothing has changed; 20 if not given.", valueName: "hours")
    static let backupList = "List the destinations."
    static let backupRemove = "Remove a destination; the files there stay."
    static let backupTest = "Try a destination: put a file there, read it back, remove it."
    static let backupStatus = "Tell how old, whole and verified the backup at each destination is."
    static let backupAccept = "Take note of backups that have vanished at a destination."
    static let backupAcceptDiscussion = """
        What is there now is what is expected there from now on. Also for a place that was emptied or moved on purpose.
        """
    static let backupRehearse = "Restore into a scratch vault in the agent, and compare every account."
    static let backupRehearseDiscussion =
        "Nothing is changed. What came back must hold every account as the vault does."

    static let doctor = "Check the vault, the agent and the backups, and say how to fix what is wrong."
    static let doctorDiscussion =
        "Nothing is changed. Each destination is looked at, and the newest backup there read back."
}
