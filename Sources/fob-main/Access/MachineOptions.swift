import Age
import ArgumentParser
import Client
import Platform
import Vault
import Wire

/// A key of the vault that systemd keeps for this machine, sealed by its TPM or the host's key.
struct MachineOptions: ParsableArguments {
    @Flag(name: .customLong("machine"), help: Help.machine) var isWanted = false
    @Option(name: .long, help: Help.machineCredential, completion: .file()) var credential: String?

    /// As root, with a name and a file: seals what comes in.
    private static let sealing =
        #"umask 077 && mkdir -p -- "${2%/*}" && exec "$0" encrypt --name="$1" - "$2""#
    /// As root: the key that was sealed takes the place of one of before, or goes.
    private static let moving = #"exec mv -f -- "$0" "$1""#
    private static let removing = #"exec rm -f -- "$0""#
    private static let name = "fob.identity"

    func validate() throws {
        guard isWanted || credential == nil else { throw ValidationError(tr("'--credential' goes with '--machine'.")) }
    }

    /// Makes an identity, has systemd-creds seal it, and seals the vault to it as well.
    func add(_ common: Common, label: String?, _ descriptor: Int32?) throws(ClientError) {
        guard let program = Programs.path(of: "systemd-creds") else {
            throw ClientError(.system, Sentences.noSystemdCreds, remedy: tr("it comes with systemd, from version 250"))
        }
        let user = Environment.user
        let path = credential ?? "/etc/credstore.encrypted/\(Self.name)-\(user)"
        let label = MachineLabel.of(label ?? Environment.machine)
        try Owner.prove(common, descriptor) { (connection, passphrase) throws(ClientError) in
            // Before anything is written over.
            try connection.unlock(passphrase: passphrase)
            let access: AccessReply = try connection.request(AccessRequest())
            guard !access.ways.contains(where: { $0.label == label }) else {
                throw ClientError(.alreadyExists, Sentences.labelTaken, remedy: Sentences.removeFirst)
            }
            // A key of before opens its vault until this one does.
            let new = path + ".new"
            let recipient = try Self.seal(with: program, to: new)
            let id: Identifier
            do throws(ClientError) {
                id = try connection.addAccess(recipient: recipient, label: label, passphrase: passphrase)
            } catch {
                try? Self.runAsRoot(Self.removing, [new])
                throw error
            }
            try Self.runAsRoot(Self.moving, [new, path])
            common.done(
                tr("the vault is opened by this machine, from \(Label.shown(path)); make a new backup"),
                [("id", .string(id.description)), ("label", .string(label)), ("credential", .string(path))])
        }
        guard !common.json else { return }
        Output.note(Sentences.machineWarning)
        Output.hint(Sentences.enableUnit(user))
    }

    /// The recipient of a new identity that only this machine can read.
    private static func seal(with program: String, to path: String) throws(ClientError) -> String {
        var text = try ClientError.locked(X25519Identity.textCount)
        let recipient: String
        do throws(AgeError) {
            let identity = try X25519Identity.random()
            text.append { output in identity.appendText(to: &output) }
            recipient = identity.recipient.text
        } catch {
            let error = VaultError(error)
            throw ClientError(.system, error.message, remedy: error.remedy)
        }
        try runAsRoot(sealing, [program, name, path], text)
        return recipient
    }

    private static func runAsRoot(_ script: String, _ words: [String]) throws(ClientError) {
        try runAsRoot(script, words, try ClientError.locked(1))
    }

    private static func runAsRoot(
        _ script: String, _ words: [String], _ input: borrowing LockedBuffer
    ) throws(ClientError) {
        var command = ["/bin/sh", "-c", script] + words
        if Environment.user != 0 {
            guard let sudo = Programs.path(of: "sudo") else {
                throw ClientError(.system, Sentences.noSudo, remedy: Sentences.asRoot)
            }
            command.insert(contentsOf: [sudo, "--"], at: 0)
        }
        let status: Int32
        do throws(SystemError) {
            var child = try Child.start(
                command[0], Array(command.dropFirst()), environment: [Programs.searchPath], input: .connected,
                errors: .inherited)
            // One that has gone away says so by its status.
            try? child.send(input.bytes)
            child.input = nil
            status = child.wait()
        } catch { throw ClientError(error) }
        guard status == 0 else {
            throw ClientError(.system, Sentences.notSealed(status), remedy: tr("see what it said above"))
        }
    }
}

/// The labels of the machines' own identities. They are of one form in all languages, by which they are known again.
enum MachineLabel {
    private static let prefix = "machine "

    static func of(_ name: String) -> String { name.hasPrefix(prefix) ? name : prefix + name }

    static func isOne(_ label: String) -> Bool { label.hasPrefix(prefix) }
}
