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
    @Flag(name: .customLong("recovery-code"), help: .init(tr("Try a kit code without using it up."))) var byCode = false
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
        let set = byCode || codeDescriptor != nil ? try tryCode() : try tryPassphrase()
        try Drills.change { drill in
            if let set { drill.pass(byCodeOf: set, at: Clock.utc) } else { drill.pass(at: Clock.utc) }
        }
        common.done(Sentences.drillPassed)
    }

    /// A person may try as often as at an unlock; the agent slows down who is wrong. The set of a kit code, when it was one.
    private func tryPassphrase() throws(ClientError) -> String? {
        var connection = try common.open()
        var set: String?
        // What systemd keeps for it shows nothing about its owner.
        let source = common.source(descriptor, credential: false)
        try Unlocking.asking(Sentences.passphrasePrompt, Sentences.drillExplanation, source, takesCode: true) {
            (text) throws(ClientError) in
            _ = try VaultSecret.trying(text) { (kind, bytes) throws(ClientError) in
                switch kind {
                case .passphrase: try connection.unlock(passphrase: bytes)
                case .code: set = try compare(code(bytes))
                }
            }
        }
        return set
    }

    private func code(_ bytes: Span<UInt8>) throws(ClientError) -> KitCode {
        do throws(VaultError) { return try KitCode(bytes) } catch {
            throw ClientError(.system, error.message, remedy: error.remedy)
        }
    }

    private func tryCode() throws(ClientError) -> String {
        var set = ""
        try Owner.code(common, codeDescriptor, Sentences.drillCodeExplanation) { (code) throws(ClientError) in
            set = try compare(code)
        }
        return set
    }

    /// A code is compared with what the vault is sealed to: it is not used up. Its set.
    private func compare(_ code: borrowing KitCode) throws(ClientError) -> String {
        let access = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(AccessRequest())
        }
        guard let set = try Drills.set(of: code, in: access) else {
            throw ClientError(.permission, Sentences.drillForeignCode, remedy: Sentences.drillCodeRemedy)
        }
        return set
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

    /// The set that a kit code is of, by its number and when it was made; nil for a code that opens the vault no more.
    static func set(of code: borrowing KitCode, in access: AccessReply) throws(ClientError) -> String? {
        let recipient: String
        do throws(VaultError) { recipient = try code.identity().recipient.text } catch {
            throw ClientError(.system, error.message, remedy: error.remedy)
        }
        let way = access.ways.first { $0.kind == .code && $0.recipient == recipient }
        return way.map { "\($0.set)-\($0.created)" }
    }

    /// The last set of kit codes, in the same way.
    static func lastSet(in access: AccessReply) -> String { "\(access.set)-\(access.madeAt)" }

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
