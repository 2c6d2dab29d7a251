import Wire

/// What the agent says in English, in the user's language.
enum AgentWords {
    /// A line of the audit log; see fob-agent(1). Another one is told by its name.
    static func event(_ name: String) -> String {
        switch name {
        case "agent.start": tr("The agent was started")
        case "agent.stop": tr("The agent was ended")
        case "agent.socket_lost": tr("The agent's socket was taken away")
        case "vault.create": tr("The vault was made")
        case "vault.unlock": tr("Unlocked")
        case "vault.lock": tr("Locked")
        case "vault.save": tr("The vault was saved")
        case "vault.passphrase": tr("The passphrase was changed")
        case "vault.settings": tr("The lock times were changed")
        case "vault.restore": tr("A backup was restored")
        case "vault.restore_open": tr("A backup was opened")
        case "vault.rollback": tr("An older vault was put in its place")
        case "vault.replaced": tr("Another program has replaced the vault's file")
        case "vault.join": tr("Another machine's vault was merged")
        case "vault.join_undo": tr("The merge of a vault was taken back")
        case "restore.part": tr("Part of a restore")
        case "access.codes": tr("An emergency kit was made")
        case "access.code_used": tr("A kit code opened the vault")
        case "access.add": tr("A way to open the vault was added")
        case "access.remove": tr("A way to open the vault was removed")
        case "access.rotate": tr("The keys of the backups were replaced")
        case "access.clean": tr("Older copies of the vault were removed")
        case "account.code": tr("A code was given")
        case "account.add": tr("An account was added")
        case "account.edit": tr("An account was changed")
        case "account.move": tr("An account was moved")
        case "account.remove": tr("An account was moved to the trash")
        case "account.restore": tr("An account came back from the trash")
        case "account.import": tr("Accounts were imported")
        case "account.import_undo": tr("An import was taken back")
        case "account.export": tr("Accounts were exported with their secrets")
        case "account.verify": tr("An account was set up again")
        case "account.note": tr("A note was shown")
        case "recovery_codes.imported": tr("Recovery codes were stored")
        case "recovery_codes.regenerated": tr("Recovery codes were replaced")
        case "recovery_codes.viewed": tr("Recovery codes were shown")
        case "recovery_codes.copied": tr("A recovery code was copied")
        case "recovery_codes.printed": tr("Recovery codes were printed")
        case "recovery_codes.code_used": tr("A recovery code was used")
        case "key.create": tr("A security key was made")
        case "key.sign": tr("A security key has signed")
        case "key.edit": tr("A security key was changed")
        case "key.remove": tr("A security key was moved to the trash")
        case "key.restore": tr("A security key came back from the trash")
        case "key.import": tr("Security keys were imported")
        case "key.export": tr("Security keys were exported with their secrets")
        case "keys.reset": tr("All security keys were moved to the trash")
        case "keys.configure": tr("The security keys were set otherwise")
        case "pin.set": tr("The PIN was set")
        case "pin.wrong": tr("A wrong PIN was given")
        case "pin.remove": tr("The PIN was removed")
        case "keeper.make": tr("A key was split among keepers")
        case "keeper.end": tr("The keepers were ended")
        case "challenge.raise": tr("A question was asked")
        case "challenge.answer": tr("A question was answered")
        case "policy.weaken": tr("A protection was weakened")
        case "log.dropped": tr("Lines of the log were lost")
        case "log.missing": tr("Lines of the log are missing")
        case "log.replaced": tr("The log was replaced")
        default: name
        }
    }

    static func outcome(_ name: String) -> String {
        switch name {
        case "denied": tr("denied")
        case "failed", "refused": tr("refused")
        default: name
        }
    }

    /// What a question asks for, or what it would take away. Other texts stay as they are.
    static func question(_ text: String) -> String {
        switch text {
        case "give a one-time code": tr("give a one-time code")
        case "take a protection away": tr("take a protection away")
        case "take protections away": tr("take protections away")
        case "take a protection of a security key away": tr("take a protection of a security key away")
        case "use an ssh key for a login": tr("use an ssh key for a login")
        case "use an ssh key for a signature": tr("use an ssh key for a signature")
        case "use an ssh key for data of an unknown kind": tr("use an ssh key for data of an unknown kind")
        case "use an ssh key": tr("use an ssh key")
        case "sign for the script's site": tr("sign for the script's site")
        case "sign in at the site": tr("sign in at the site")
        case "register a new security key at the site": tr("register a new security key at the site")
        case "use the PIN of the security keys": tr("use the PIN of the security keys")
        case "tell that a security key is here already to the site":
            tr("tell that a security key is here already to the site")
        case "say that no security key is here to the site": tr("say that no security key is here to the site")
        case "say that there is no room for another security key to the site":
            tr("say that there is no room for another security key to the site")
        case "the confirmation": tr("the confirmation")
        case "the lifetime": tr("the lifetime")
        case "the binding to its machine": tr("the binding to its machine")
        case "the yes to each signature": tr("the yes to each signature")
        case "the verification of its owner": tr("the verification of its owner")
        case "the protection level of its key": tr("the protection level of its key")
        case "the idle lock time": tr("the idle lock time")
        case "the absolute lock time": tr("the absolute lock time")
        case "the mark of used recovery codes": tr("the mark of used recovery codes")
        case "the passphrase at each use": tr("the passphrase at each use")
        case "the limit of its key to hosts": tr("the limit of its key to hosts")
        default: Text.shown(text)
        }
    }
}
