import ArgumentParser
import Client
import Platform
import Vault
import Wire

/// What opens a backup of fob restore and fob join.
struct BackupKey: ParsableArguments {
    @Option(name: .long, help: Help.restoreIdentity, completion: .file()) var identity: String?
    @Option(name: .customLong("passphrase-fd"), help: Help.restorePassphrase) var descriptor: Int32?
    @Flag(name: .customLong("recovery-code"), help: Help.byCode) var byCode = false
    @Option(name: .customLong("recovery-code-fd"), help: Help.codeDescriptor) var codeDescriptor: Int32?
    @OptionGroup var securityKey: SecurityKeyOptions

    /// Whether something was said of it.
    var isNamed: Bool { identity != nil || descriptor != nil || byCode || codeDescriptor != nil }

    /// How the one that is typed is asked for, and a picture in place of a kit code.
    struct Question {
        let prompt: String
        let explanation: String
        var picture: String?
    }

    /// Opens one of the backups of a selection.
    ///
    /// - Parameter owner: the passphrase of the vault here, for a join.
    func open(
        _ selection: inout BackupSelection, for mode: MergeMode, _ connection: inout Connection, _ common: Common,
        _ question: Question, owner: Span<UInt8> = Span()
    ) throws(ClientError) {
        let source = common.source(descriptor, credential: false)
        let isByCode = byCode || codeDescriptor != nil || question.picture != nil
        try selection.prepare(asksPassphrase: identity == nil && !isByCode && !securityKey.isWanted)
        if let identity {
            let text = try IdentityFile.text(identity, source)
            try selection.open(&connection, isPassphrase: false) { (sealed, connection) throws(ClientError) in
                let line = try IdentityFile.matching(text.bytes, sealed.span, identity)
                return try connection.openRestore(mode, .identity, line.bytes, owner: owner)
            }
        } else if securityKey.isWanted {
            try selection.open(&connection, isPassphrase: false) { (sealed, connection) throws(ClientError) in
                let secret = try securityKey.secret(of: sealed.span, common)
                return try connection.openRestore(mode, .hardware, secret.bytes, owner: owner)
            }
        } else if isByCode {
            try Owner.code(common, codeDescriptor, picture: question.picture, Sentences.codeRestoreExplanation) {
                (code) throws(ClientError) in
                try code.withBytes { (bytes: Span<UInt8>) throws(ClientError) in
                    try selection.open(&connection, isPassphrase: false) { (_, connection) throws(ClientError) in
                        try connection.openRestore(mode, .code, bytes, owner: owner)
                    }
                }
            }
        } else {
            try Unlocking.asking(question.prompt, question.explanation, source, takesCode: true) {
                (text) throws(ClientError) in
                _ = try VaultSecret.trying(text) { (kind, bytes) throws(ClientError) in
                    let key: RestoreKey = kind == .passphrase ? .passphrase : .code
                    try selection.open(&connection, isPassphrase: kind == .passphrase) {
                        (_, connection) throws(ClientError) in
                        try connection.openRestore(mode, key, bytes, owner: owner)
                    }
                }
            }
        }
    }
}
