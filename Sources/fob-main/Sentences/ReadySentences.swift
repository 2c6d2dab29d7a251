import ArgumentParser
import Backup
import Client

/// What `fob ready` tells.
extension Sentences {
    static func hardwareKey(_ label: String) -> String { tr("the hardware key '\(label)'") }
    static let trySecurityKey = tr("see whether it opens the vault: fob drill --security-key")
    static let proveKeepers = tr("see whether they still have their shares: fob keeper prove NAME")
    static let tryPlusCode = tr("see whether you have the plus-code at hand: fob rehearse keepers")
    static let renewPlusCode = tr("have a new one made while the vault is open: fob keeper renew --plus-code")
    static func loseKeepers(_ lost: Int, of count: Int) -> String {
        tr("\(lost) of \(count) keepers")
    }
    static let loseAllButKeepers = tr("this machine, the passphrase and the emergency kit")
    static func byStockAge(_ opener: String) -> String { tr("the age program, \(opener)") }

    static func stands(_ way: WayBack) -> String {
        let name = seen(way)
        return switch way.standing {
        case .works(let utc): tr("works, proven \(Moment.day(utc)): \(name)")
        case .untried: tr("should work, never tried: \(name)")
        case .needs: tr("would need: \(name)")
        case .lost: tr("lost: \(name)")
        }
    }

    private static func seen(_ way: WayBack) -> String {
        switch way.seen {
        case .there: way.name
        case .away: tr("\(way.name) (not plugged in or not mounted now)")
        case .silent: tr("\(way.name) (which does not answer now)")
        case .gone: tr("\(way.name) (which is gone, or not as it was put there)")
        }
    }

    static let loseMachineAndPassphrase = tr("this machine and the passphrase")
    static func losePlace(_ place: String) -> String { tr("the backups at \(place)") }

    static let verifyPlaces = tr("have what is there looked into while the vault is unlocked: fob backup now")
    static let readyElsewhere =
        tr(
            "the folder is on the disk of the vault, and is lost with it: have backups go elsewhere, too (fob backup add)"
        )
    static let writePasswords =
        tr("rclone's passwords of it are on this machine only: write them down, apart from the emergency kit")
    static let readyMakeKit = tr("print a kit, and keep it elsewhere: fob access kit")
    static let tryKit = tr("check that you have it at hand: fob drill --recovery-code")
    static let tryWithoutFob = tr("try it once as the kit's last page says, with the age program")
    static let rehearseAge = tr("have the age program try a code of the kit: fob rehearse age")

    static func noWayBack(_ losses: [String]) -> String {
        tr("there is no way back without \(losses.joined(separator: tr("; nor without ")))")
    }
    static let seeAdvice = tr("the remedy is below each of them")

    static let readyNeedsVerification = tr("gives no codes before it has been set up again at its service")
    static let readyDeviceBound = tr("its key is on this machine only, and there are no recovery codes of its service")
    static let readyDeviceBoundWithCodes =
        tr("its key is on this machine only; recovery codes of its service are a way back")
    static let readyAddCodes = tr("get recovery codes from the service, then: fob recovery import ACCOUNT")
    static let readyNoCodesLeft = tr("all recovery codes of its service are used")
    static func readyFewCodes(_ left: Int) -> String {
        trn(left, "\(left) recovery code of its service is left", "\(left) recovery codes of its service are left")
    }
    static let readyNewCodes = tr("get new ones from the service, then: fob recovery import ACCOUNT")
    static let readyTokenUsed = tr("its recovery token was used or has expired")
    static let readyVaultOnly = tr("the vault is the only way in: no recovery codes of its service are kept")
    static let readyAccountFine =
        tr("nothing weaker than the vault: what opens it is a way in, and so are the recovery codes of the service")
}

extension Help {
    static let ready = tr("Show what would be left if something were lost.")
    static let readyDiscussion = tr(
        """
        Names, for each thing that may be lost tomorrow, the ways back that would be left: which of them were tried, and \
        when, which should work, and what another one would need. Then the accounts that hang on less than the vault.

        Ends with 32 when there is a loss without a way back.
        """)
    static let readyAccount = ArgumentHelp(tr("An account: its label, service or login. Without one, all."))
}
