import Age
import ArgumentParser
import Backup
import Client
import Platform
import Vault
import Wire

/// `fob drill`: does the owner still know what opens the backups?
struct DrillVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill", abstract: Help.drill, discussion: Help.drillDiscussion)

    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @Flag(name: .customLong("recovery-code"), help: Help.drillByCode) var byCode = false
    @Option(name: .customLong("recovery-code-fd"), help: Help.codeDescriptor) var codeDescriptor: Int32?
    @OptionGroup var securityKey: SecurityKeyOptions
    @Option(name: .long, help: Help.drillEvery) var every: TimeSpan?
    @OptionGroup var common: Common

    func run() throws {
        if let every {
            try Drills.change { $0.every = UInt64(every.seconds) }
            return common.done(Sentences.drillEvery(UInt64(every.seconds)))
        }
        if securityKey.isWanted {
            try securityKey.tryOut(common)
            return common.done(Sentences.drillPassed)
        }
        let wasCode: Bool
        if byCode || codeDescriptor != nil {
            try tryCode()
            wasCode = true
        } else {
            wasCode = try tryPassphrase()
        }
        try Drills.change { wasCode ? $0.passByCode(at: Clock.utc) : $0.pass(at: Clock.utc) }
        common.done(Sentences.drillPassed)
    }

    /// A person may try as often as at an unlock; the agent slows down who is wrong. True when it was a kit code.
    private func tryPassphrase() throws(ClientError) -> Bool {
        var connection = try common.open()
        var wasCode = false
        // What systemd keeps for it shows nothing about its owner.
        let source = common.source(descriptor, credential: false)
        try Unlocking.asking(Sentences.passphrasePrompt, Sentences.drillExplanation, source, takesCode: true) {
            (text) throws(ClientError) in
            _ = try VaultSecret.trying(text) { (kind, bytes) throws(ClientError) in
                switch kind {
                case .passphrase: try connection.unlock(passphrase: bytes)
                case .code:
                    try compare(code(bytes))
                    wasCode = true
                }
            }
        }
        return wasCode
    }

    private func code(_ bytes: Span<UInt8>) throws(ClientError) -> KitCode {
        do throws(VaultError) { return try KitCode(bytes) } catch {
            throw ClientError(.system, error.message, remedy: error.remedy)
        }
    }

    private func tryCode() throws(ClientError) {
        try Owner.code(common, codeDescriptor, Sentences.drillCodeExplanation) { (code) throws(ClientError) in
            try compare(code)
        }
    }

    /// A code is compared with what the vault is sealed to: it is not used up.
    private func compare(_ code: borrowing KitCode) throws(ClientError) {
        let recipient: String
        do throws(VaultError) { recipient = try code.identity().recipient.text } catch {
            throw ClientError(.system, error.message, remedy: error.remedy)
        }
        let access = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(AccessRequest())
        }
        guard access.ways.contains(where: { $0.kind == .code && $0.recipient == recipient }) else {
            throw ClientError(.permission, Sentences.drillForeignCode, remedy: Sentences.drillCodeRemedy)
        }
    }
}

/// What is noted of drills.
enum Drills {
    /// Changes it.
    static func change(_ body: (inout Drill) -> Void) throws(ClientError) {
        let notes = try LocalBackups().notes
        do throws(DirectoryError) {
            var drill = try Drill.load(from: notes, at: Clock.utc)
            body(&drill)
            try drill.save(in: notes)
        } catch { throw ClientError(error) }
    }

    /// Somebody has typed the passphrase. That it cannot be noted changes nothing.
    static func pass() { try? change { $0.pass(at: Clock.utc) } }

    /// A hardware security key, or an identity, has opened the vault.
    static func pass(byKey way: Wire.UnlockMethod) { try? change { $0.passByKey(way.id.description, at: Clock.utc) } }

    /// The owner has typed the plus-code of a set of keepers.
    static func pass(byPlusCodeOf set: Identifier) { try? change { $0.passByKey(set.description, at: Clock.utc) } }

    /// The reminder, if it is time for one.
    static func reminder() -> String? {
        var told: String?
        try? change { drill in
            let before = drill.passed
            if drill.remind(at: Clock.utc) { told = Sentences.drillDue((Clock.utc - before) / 86_400) }
        }
        return told
    }

    /// For programs, which are not reminded.
    static var json: JSON {
        guard let notes = try? LocalBackups().notes, let drill = try? Drill.load(from: notes, at: Clock.utc) else {
            return .null
        }
        return .object([
            ("every_seconds", .number(drill.every)), ("passed", .string(Moment.utc(drill.passed))),
            ("due", .bool(drill.isDue(at: Clock.utc))),
        ])
    }
}
