import ArgumentParser
import Client

/// What `fob ready` tells.
extension Sentences {
    static let thePassphrase = "the passphrase"
    static let aKitCode = "a code of the emergency kit"
    static func identity(_ label: String) -> String { "the identity '\(label)'" }
    static func byKeepers(_ threshold: Int, of count: Int) -> String { "\(threshold) of \(count) keepers" }
    static func hardwareKey(_ label: String) -> String { "the hardware key '\(label)'" }
    static let trySecurityKey = "see whether it opens the vault: fob drill --security-key"
    static let loseSecurityKeys = "all hardware security keys"
    static let proveKeepers = "see whether they still have their shares: fob keeper prove NAME"
    static let renewKeepersNow = "they have opened a backup: make them anew with fob keeper renew"
    static func loseKeepers(_ lost: Int, of count: Int) -> String {
        "\(lost) of \(count) keepers"
    }
    static let loseAllButKeepers = "this machine, the passphrase and the emergency kit"
    static let vaultHere = "the vault on this machine"
    static func backupAt(_ place: String) -> String { "the backup at \(place)" }
    static let backupNowhere = "a backup elsewhere"
    static func byStockAge(_ opener: String) -> String { "the age program, \(opener)" }
    static func way(_ opener: String, _ copy: String) -> String { "\(opener), and \(copy)" }

    static func stands(_ way: WayBack) -> String {
        switch way.standing {
        case .works(let utc): "works, proven \(Moment.text(utc).prefix(10)): \(way.name)"
        case .untried: "should work, never tried: \(way.name)"
        case .needs: "would need: \(way.name)"
        case .lost: "lost: \(way.name)"
        }
    }

    static func ifLost(_ what: String) -> String { "Without \(what):" }
    static let loseMachine = "this machine"
    static let losePassphrase = "the passphrase"
    static let loseMachineAndPassphrase = "this machine and the passphrase"
    static let loseKit = "the emergency kit"
    static let loseMachineAndKit = "this machine and the emergency kit"
    static func losePlace(_ place: String) -> String { "the backups at \(place)" }
    static let loseFob = "fob itself"
    static let everythingLost = "no way back: the accounts would be lost"

    static let verifyPlaces = "have what is there looked into while the vault is unlocked: fob backup now"
    static let readyElsewhere =
        "the folder is on the disk of the vault, and is lost with it: have backups go elsewhere, too (fob backup add)"
    static let mendPlaces = "see what is wrong: fob doctor; then run: fob backup now"
    static let readyMakeKit = "print a kit, and keep it elsewhere: fob access kit"
    static let tryKit = "see whether you have it at hand: fob drill --recovery-code"
    static let tryIdentity = "try it with the stock age program on a backup"
    static let tryWithoutFob = "try it once as the kit's last page says, with the age program"

    static func noWayBack(_ losses: [String]) -> String {
        "there is no way back without \(losses.joined(separator: "; nor without "))"
    }
    static let seeAdvice = "the remedy is below each of them"

    static let readyNeedsVerification = "gives no codes before it has been set up again at its service"
    static let readyVerify = "set it up again: fob verify ACCOUNT"
    static let readyDeviceBound = "its key is on this machine only, and there are no recovery codes of its service"
    static let readyDeviceBoundWithCodes =
        "its key is on this machine only; recovery codes of its service are a way back"
    static let readyAddCodes = "get recovery codes from the service, then: fob recovery import ACCOUNT"
    static let readyNoCodesLeft = "all recovery codes of its service are used"
    static func readyFewCodes(_ left: Int) -> String {
        left == 1 ? "one recovery code of its service is left" : "\(left) recovery codes of its service are left"
    }
    static let readyNewCodes = "get new ones from the service, then: fob recovery import ACCOUNT"
    static let readyTokenUsed = "its recovery token was used or has expired"
    static let readyNewToken = "have the service make another one, then: fob token save ACCOUNT"
    static let readyVaultOnly = "there is no way in but by the vault: no recovery codes of its service are kept"
    static let readyAccountFine =
        "nothing weaker than the vault: what opens it is a way in, and so are the recovery codes of the service"
    static func andMore(_ count: Int) -> String { " and \(count) more" }
}

extension Help {
    static let ready = "Show what would be left if something were lost."
    static let readyDiscussion = """
        Names, for each thing that may be lost tomorrow, the ways back that would be left: which of them were tried, and \
        when, which should work, and what another one would need. Then the accounts that hang on less than the vault.

        Ends with 32 when there is a loss without a way back.
        """
    static let readyAccount: ArgumentHelp = "An account: its label, service or login. Without one, all."
}
