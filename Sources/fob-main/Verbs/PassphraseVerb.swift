import Age
import ArgumentParser
import Client
import Platform
import Vault
import Wire

/// `fob passphrase`.
struct PassphraseVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passphrase", abstract: Help.passphrase, discussion: Help.passphraseDiscussion)

    @Flag(name: .long, help: Help.identity) var identity = false
    @Option(name: .long, help: Help.identityOutput, completion: .file()) var output: String?
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @Option(name: .customLong("new-passphrase-fd"), help: Help.newPassphraseDescriptor) var newDescriptor: Int32?
    @Flag(name: .customLong("recovery-code"), help: Help.byCode) var byCode = false
    @Option(name: .customLong("recovery-code-fd"), help: Help.codeDescriptor) var codeDescriptor: Int32?
    @OptionGroup var securityKey: SecurityKeyOptions
    @OptionGroup var choice: NewPassphrase
    @OptionGroup var common: Common

    func validate() throws {
        if output != nil, !identity { throw ValidationError(tr("--output is for --identity.")) }
    }

    func run() throws {
        if identity { return try printIdentity() }
        if byCode || codeDescriptor != nil { return try replaceByCode() }
        var connection = try common.open()
        if securityKey.isWanted {
            try securityKey.unlock(&connection, common)
            return try replaceAfterCode(&connection)
        }
        let status: StatusReply = try connection.request(StatusRequest())
        switch status.vault {
        case .none: throw ClientError(.noVault, Sentences.noVault, remedy: Sentences.makeOne)
        case .locked:
            if try Unlocking.unlock(&connection, common.source(descriptor)) == .code {
                return try replaceAfterCode(&connection)
            }
        case .unlocked: break
        }
        guard status.vault != .locked || descriptor == nil else {
            // The descriptor has been read to its end.
            throw ClientError(.locked, Sentences.unlockBeforeChange, remedy: Sentences.unlockIt)
        }
        // A new passphrase for the vault is never taken from the credential that opens it.
        let old = try Passphrase.read(
            Sentences.oldPassphrasePrompt, explanation: Sentences.oldPassphrasePrompt,
            from: common.source(descriptor, credential: false))
        if try isUsedCode(old, &connection) { return try replaceAfterCode(&connection) }
        let new = try choice.read(from: common.source(newDescriptor, credential: false), for: &connection)
        try connection.changePassphrase(old: old.bytes, new: new.bytes)
        common.done(Sentences.passphraseChanged)
    }

    /// Whether a text is a kit code of this vault, which is used up then.
    private func isUsedCode(
        _ text: borrowing LockedBuffer, _ connection: inout Connection
    ) throws(ClientError) -> Bool {
        let code: KitCode
        do throws(KitCode.Fault) { code = try KitCode(text: text.bytes) } catch { return false }
        do throws(ClientError) {
            try code.withBytes { (bytes: Span<UInt8>) throws(ClientError) in try connection.unlock(code: bytes) }
            return true
        } catch {
            guard error.code == .permission else { throw error }
            return false
        }
    }

    /// For whom the passphrase is lost: a recovery code is used up instead.
    private func replaceByCode() throws(ClientError) {
        var connection = try common.open()
        try Owner.unlock(&connection, common, codeDescriptor)
        try replaceAfterCode(&connection)
    }

    private func replaceAfterCode(_ connection: inout Connection) throws(ClientError) {
        let new = try choice.read(from: common.source(newDescriptor, credential: false), for: &connection)
        try connection.changePassphrase(old: Span(), new: new.bytes)
        common.done(Sentences.passphraseChanged)
        try Owner.tellOfEnd(&connection)
    }

    /// Derives the vault's identity from the passphrase and the file's header, without the agent.
    private func printIdentity() throws(ClientError) {
        guard let path = Paths.data else {
            throw ClientError(.configuration, Sentences.noHome, remedy: Sentences.setHome)
        }
        let sealed: [UInt8]?
        do throws(DirectoryError) {
            sealed = try Directory.open(path, create: false).read("vault.age", limit: Limits.sealed)
        } catch {
            if case .system(let reason) = error, reason.isMissing {
                throw ClientError(.noVault, Sentences.noVault, remedy: Sentences.makeOne)
            }
            throw ClientError(error)
        }
        guard let sealed else { throw ClientError(.noVault, Sentences.noVault, remedy: Sentences.makeOne) }
        let file = try output.map { path throws(ClientError) in try OutputFile(path) }
        let passphrase = try Passphrase.read(
            Sentences.passphrasePrompt, explanation: Sentences.identityExplanation, from: common.source(descriptor))
        var text = try ClientError.locked(X25519Identity.textCount + 1)
        do throws(VaultError) {
            let identity = try VaultFile.identity(of: sealed.span, passphrase: passphrase.bytes)
            text.append { output in
                identity.appendText(to: &output)
                output.append(UInt8(ascii: "\n"))
            }
        } catch {
            let code: ErrorCode = error == .noMatch ? .permission : .damaged
            throw ClientError(code, error.message, remedy: error.remedy)
        }
        Output.note(Sentences.identityWarning)
        if let output {
            guard let file else { return }
            try file.finish(text.bytes)
            return common.done(tr("wrote \(Label.shown(output)), mode 0600"), [("output", .string(output))])
        }
        Output.keepsSecret()
        if common.json { Output.write("{\"identity\":\"") }
        if common.json { text.truncate(to: text.count - 1) }
        Output.write(text.bytes)
        if common.json { Output.write("\"}\n") }
    }
}
