import ArgumentParser
import Client

/// What is said of what the machine itself opens the vault by.
extension Sentences {
    static let noSystemdCreds = tr("there is no systemd-creds, which would seal the key to this machine")
    static let noSudo = tr("only root can seal a key to this machine, and there is no sudo")
    static let asRoot = tr("install sudo, or seal a passphrase as root with systemd-creds; see fob(1)")
    static let labelTaken = tr("an unlock method has this label already")
    static let removeFirst = tr("end it first with fob access remove, or give another one with --name")
    static func notSealed(_ status: Int32) -> String {
        tr("systemd-creds ended with status \(status); nothing was added")
    }
    static func enableUnit(_ user: UInt32) -> String {
        tr("at each login: systemctl enable fob-unlock@\(user).service, as root")
    }
    static let machineWarning =
        tr(
            "whoever starts this machine and becomes you has an open vault; a disk that was taken out alone does not open it "
                + "where there is a TPM")
}

extension Help {
    static let machine = ArgumentHelp(
        tr("Have this machine open the vault, by systemd-creds: its TPM, or the host's key."))
    static let machineDescriptor = ArgumentHelp(
        tr("Read this machine's key from this file descriptor."), valueName: "n")
    static let machineCredential = ArgumentHelp(tr("Where the sealed key goes."), valueName: "file")
}
