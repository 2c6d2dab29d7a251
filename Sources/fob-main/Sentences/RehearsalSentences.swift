import ArgumentParser
import Client

/// What `fob rehearse` says.
extension Sentences {
    /// A way, within a sentence.
    static func by(_ way: RehearsedWay) -> String {
        switch way {
        case .passphrase: tr("by the passphrase")
        case .code: tr("by a kit code")
        case .age: tr("by the age program and a kit code")
        case .identity: tr("by the identity")
        case .securityKey: tr("by a hardware security key")
        case .keepers: tr("by the keepers")
        }
    }
    static func rehearseNow(_ way: RehearsedWay) -> String { tr("Rehearse a restore \(by(way))? [y/N] ") }
    static func rehearsing(_ way: RehearsedWay) -> String { tr("restoring into a vault to be thrown away \(by(way))") }
    static func rehearsedBy(_ way: RehearsedWay, _ accounts: Int, _ seconds: String) -> String {
        trn(
            accounts, "restored \(by(way)): \(accounts) account in \(seconds) s",
            "restored \(by(way)): \(accounts) accounts in \(seconds) s")
    }
    static func rehearsedNot(_ way: RehearsedWay, _ reason: String) -> String {
        tr("not restored \(by(way)): \(reason)")
    }
    static func rehearsalLacks(_ missing: Int) -> String {
        trn(missing, "\(missing) account of the vault is not in it", "\(missing) accounts of the vault are not in it")
    }
    static let rehearsalLacking = tr("the backup lacks accounts of the vault")
    static let rehearseWhat = tr("nobody is here to be asked which ways to rehearse")
    static let rehearseNames = tr("name the ways, and give what they take: see fob help rehearse")
    static let oneForEach = tr("passphrase and code each need a descriptor of their own")
    static let rehearseKeepersFirst = tr("make the requests first: fob rehearse keepers")
    static let noAge = tr("the age program is not here")
    static func ageOpensNot(_ status: Int32) -> String {
        tr("the age program has not opened the backup by this code (status \(status))")
    }
}

extension Help {
    static let rehearse = tr("Go each way back to its end, without consequences.")
    static let rehearseDiscussion = tr(
        """
        Restores the newest backup into a vault of its own, which is thrown away, by each of the named ways; without a name \
        it asks for each that the vault has. What has worked, fob ready tells from then on with its date.

        For the keepers it first makes requests, as fob recover does; their answers come with --answer. Each keeper that has \
        answered is proven.
        """)
    static let rehearsedWays = ArgumentHelp(
        tr("Ways: passphrase, code, age (the stock program, by a code), identity, security-key, keepers."),
        valueName: "way")
    static let rehearseFrom = ArgumentHelp(
        tr("Where the backup lies: a file, a folder, a remote or a destination. Without it, the destinations."),
        valueName: "source")
}
