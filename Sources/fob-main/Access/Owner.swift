import Client
import Platform
import Vault
import Wire

/// The owner, who is asked for a secret before something is done to the vault.
enum Owner {
    /// Asks for the passphrase, opens the vault with it when it is locked, and does `body` with it; a person who
    /// mistypes is asked again.
    ///
    /// - Parameter check: what an open vault can refuse before that.
    static func prove(
        _ common: Common, _ descriptor: Int32?,
        before check: (inout Connection) throws(ClientError) -> Void = { (_) throws(ClientError) in },
        _ body: (inout Connection, Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) {
        var connection = try common.open()
        let status: StatusReply = try connection.request(StatusRequest())
        guard status.vault != .none else {
            throw ClientError(.noVault, Sentences.noVault, remedy: Sentences.makeOne)
        }
        var isLocked = status.vault == .locked
        if !isLocked { try check(&connection) }
        // A credential that systemd keeps proves nothing about who is there.
        let source = common.source(descriptor, credential: false)
        try Unlocking.asking(Sentences.passphrasePrompt, Sentences.accessExplanation, source) {
            (passphrase) throws(ClientError) in
            if isLocked { try connection.unlock(passphrase: passphrase.bytes) }
            isLocked = false
            try body(&connection, passphrase.bytes)
        }
    }

    /// Asks for a kit code and does `body` with it; a person who mistypes is asked again.
    ///
    /// - Parameter picture: a picture with the code in place of that.
    static func code(
        _ common: Common, _ descriptor: Int32?, picture: String? = nil, prompt: String = tr("Kit code (not shown): "),
        _ explanation: String,
        _ body: (borrowing KitCode) throws(ClientError) -> Void
    ) throws(ClientError) {
        func take(_ text: borrowing LockedBuffer) throws(ClientError) {
            let code: KitCode
            do throws(KitCode.Fault) {
                code = try KitCode(text: text.bytes)
            } catch {
                throw ClientError(error)
            }
            try body(code)
        }
        if let picture { return try take(KitPicture.code(in: picture)) }
        let source = common.source(descriptor, credential: false)
        try Unlocking.asking(
            prompt, explanation, source, retrying: [.permission, .badInput], takesCode: true
        ) { (text) throws(ClientError) in try take(text) }
    }

    /// Asks for a kit code and unlocks by it.
    static func unlock(
        _ connection: inout Connection, _ common: Common, _ descriptor: Int32?, picture: String? = nil
    ) throws(ClientError) {
        try code(common, descriptor, picture: picture, Sentences.codeUnlockExplanation) { (code) throws(ClientError) in
            try code.withBytes { (bytes: Span<UInt8>) throws(ClientError) in try connection.unlock(code: bytes) }
        }
    }

    /// Tells what an ended unlock method still opens, and how many recovery codes are left.
    static func tellOfEnd(_ connection: inout Connection) throws(ClientError) {
        let access: AccessReply = try connection.request(AccessRequest())
        guard access.endedAt > 0 else { return }
        Output.note(Sentences.oldFilesOpen(copies: Int(access.olderCopies)))
        if access.olderCopies > 0 { Output.hint(Sentences.cleanCopies) }
    }
}

extension ClientError {
    /// What was typed is no recovery code.
    init(_ fault: KitCode.Fault) {
        switch fault {
        case .mistyped(let group):
            self.init(.badInput, Sentences.mistypedGroup(group), remedy: tr("compare its five characters with the kit"))
        case .count(let count):
            self.init(.badInput, Sentences.mistypedCount(count), remedy: tr("type six groups of five, as in the kit"))
        case .memory(let error): self.init(error)
        }
    }
}

extension Arguments {
    /// Whether an argument is a kit code.
    static func isKitCode(_ argument: String) -> Bool { isKitCode(argument.utf8Span.span) }

    /// Whether a text is a kit code.
    static func isKitCode(_ text: Span<UInt8>) -> Bool {
        // Dashes of other kinds have three bytes.
        guard text.count >= 30, text.count <= 128 else { return false }
        do throws(KitCode.Fault) { _ = try KitCode(text: text) } catch { return false }
        return true
    }
}
