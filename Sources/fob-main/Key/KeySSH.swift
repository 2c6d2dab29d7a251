import ArgumentParser
import Authenticator
import Client
import Platform
import Wire

/// `fob key ssh`.
struct KeySSHVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh", abstract: Help.keySSH, discussion: Help.keySSHDiscussion)

    /// The algorithms, by the words that ssh-keygen has for them.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case ed25519
        case ecdsa
    }

    @Option(name: .long, help: Help.keySSHName) var name: String?
    @Option(name: .long, help: Help.keySSHType) var type = Kind.ed25519
    @Flag(name: .customLong("verify-required"), help: Help.keySSHVerify) var isVerifyRequired = false
    @Flag(name: .customLong("no-touch"), help: Help.keySSHNoTouch) var isNoTouch = false
    @Flag(name: .customLong("device-bound"), help: .init(tr("Leave the key out of backups."))) var isDeviceBound = false
    @Option(name: .long, help: Help.keySSHApplication) var application = SSHKey.applicationPrefix
    @OptionGroup var common: Common

    func validate() throws {
        guard application.hasPrefix(SSHKey.applicationPrefix) else { throw ValidationError(Sentences.sshApplication) }
        guard !isVerifyRequired || !isNoTouch else { throw ValidationError(Sentences.sshVerifyOrNoTouch) }
    }

    func run() throws {
        let name = name ?? Environment.machine
        var new = NewKey(.ssh, site: application, algorithms: [type == .ed25519 ? .edDSA : .es256])
        new.kind = isDeviceBound ? .deviceBound : .synced
        // It can be found without a file of its own, by ssh-keygen -K too.
        new.flags = .discoverable
        if isVerifyRequired { new.flags.insert(.verification) }
        if isNoTouch { new.flags.insert(.noTouch) }
        new.userName = Text.clipped(name, to: Limits.keyName)
        new.userHandle = Array(Text.clipped(name, to: Limits.userHandle).utf8)
        let made = try common.unlocked { (connection) throws(ClientError) in
            try connection.checkUnlocked()
            return try connection.createKey(new)
        }
        guard
            let key = SSHKey(
                made.algorithm == .edDSA ? .ed25519 : .ecdsa, publicKey: made.publicKey, application: application)
        else { throw ClientError(.protocolMismatch, tr("the agent made a key of another kind")) }
        let line = key.line(comment: name)
        guard common.json else { return Output.line(line) }
        Output.json([
            ("id", .string(made.record.description)), ("account", .string(made.account.description)),
            ("public_key", .string(line)), ("application", .string(application)), ("name", .string(name)),
        ])
    }
}
