import ArgumentParser
import Backup
import Client
import Encodings
import Platform
import Wire

/// `fob status`.
struct StatusVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: Help.status)

    @Flag(name: .shortAndLong, help: Help.statusQuiet) var quiet = false
    @OptionGroup var common: Common

    func run() throws {
        guard !quiet else { return try tell(Self.state()) }
        var connection = try common.open()
        let status: StatusReply = try connection.request(StatusRequest())
        let release = connection.welcome?.release ?? ""
        let sets = status.vault == .unlocked ? (try? connection.recoverySets()) ?? [] : []
        let access = status.vault == .unlocked ? try? connection.request(AccessRequest()) : nil
        let kit = access.map { KitStanding.warnings($0) } ?? []
        let backup = try BackupStanding.now()
        let lack = status.vault == .locked || status.accounts > 0 ? backup.lack : nil
        let found = RecoveryCounts.warnings(sets) + kit
        defer { if let error = backup.error { Program.end(afterResult: error) } }
        if common.json {
            let warnings = status.warnings + found + [lack].compactMap(\.self)
            Output.line(Self.json(status, release, sets, access, warnings, backup).text)
            return
        }
        let withoutCode = Self.withoutCode(status, &connection)
        Output.line(Wrapped.forPeople(Sentences.vault(status, withoutCode: withoutCode), on: 1))
        if status.vault == .unlocked { Output.line(Wrapped.forPeople(Sentences.locksIn(status), on: 1)) }
        if let access {
            Output.line(Wrapped.forPeople(Sentences.vaultNames(access), on: 1))
            Output.line(Wrapped.forPeople(Sentences.kitCodes(access), on: 1))
        }
        Output.line(Wrapped.forPeople(Sentences.memory(status), on: 1))
        Output.line(Wrapped.forPeople(Sentences.agent(status, Label.shown(release)), on: 1))
        for line in backup.lines(details: false) { Output.line(Wrapped.forPeople(line, on: 1)) }
        if status.pendingChallenges > 0 {
            Output.line(Wrapped.forPeople(Sentences.pending(Int(status.pendingChallenges)), on: 1))
        }
        if status.vault != .none, let reminder = Drills.reminder() { Output.line(Wrapped.forPeople(reminder, on: 1)) }
        for warning in status.warnings.map({ Label.shown(Translation.heard($0)) }) + found {
            Output.line(Style.coloured(Wrapped.forPeople(Sentences.warning(warning), on: 1), .yellow))
        }
        if let lack {
            Output.line(Style.coloured(Wrapped.forPeople(Sentences.warning(lack), on: 1), .red))
            Output.line(Wrapped.forPeople("  " + Sentences.addDestination, on: 1))
        }
        // Whoever has read this need not be reminded today.
        if Terminal.isTerminal(1) { (try? LocalBackups())?.noteReminder() }
    }

    /// What the vault is; no agent is started to be asked.
    private static func state() throws(ClientError) -> VaultState {
        do throws(ClientError) {
            var connection = try Connection.open(starting: false)
            let status: StatusReply = try connection.request(StatusRequest())
            return status.vault
        } catch {
            guard error.code == .noAgent, let home = Paths.data else { throw error }
            return FileStatus(at: home + "/vault.age") == nil ? .none : .locked
        }
    }

    /// Says it by the exit status alone.
    private func tell(_ state: VaultState) throws(ClientError) {
        switch state {
        case .unlocked: return
        case .locked: Daemon.exit(ErrorCode.locked.exitStatus)
        case .none: Daemon.exit(ErrorCode.noVault.exitStatus)
        }
    }

    /// Accounts that give no codes: those of security keys and of recovery codes alone. Nil where nobody can tell.
    private static func withoutCode(_ status: StatusReply, _ connection: inout Connection) -> Int? {
        guard status.vault == .unlocked else { return nil }
        return try? connection.accounts().count { $0.removed == 0 && $0.credential.kind == nil }
    }

    private static func json(
        _ status: StatusReply, _ release: String, _ sets: [RecoverySet], _ access: AccessReply?, _ warnings: [String],
        _ backup: BackupStanding
    ) -> JSON {
        .object([
            (
                "vault",
                .object([
                    ("state", .string(status.vault.text)), ("generation", .number(status.generation)),
                    ("revision", .number(status.revision)), ("accounts", .number(status.accounts)),
                    ("in_trash", .number(status.inTrash)), ("idle_seconds_left", .number(status.idleSecondsLeft)),
                    ("absolute_seconds_left", .number(status.absoluteSecondsLeft)),
                    ("id", access.map { .string($0.vault.description) } ?? .null),
                    ("fingerprint", access.map { .string(VaultKit.grouped($0.fingerprint)) } ?? .null),
                ])
            ),
            (
                "memory",
                .object([
                    ("protection", .string(status.memory.text)), ("used_bytes", .number(status.arenaUsed)),
                    ("reserved_bytes", .number(status.arenaReserved)),
                    ("limit_bytes", status.memoryLockLimit == .max ? .null : .number(status.memoryLockLimit)),
                ])
            ),
            (
                "agent",
                .object([
                    ("pid", .number(status.processID)), ("release", .string(release)),
                    ("uptime_seconds", .number(status.uptimeSeconds)), ("connections", .number(status.connections)),
                    ("pending_challenges", .number(status.pendingChallenges)),
                ])
            ),
            (
                "audit_log",
                .object([
                    ("sequence", .number(status.auditSequence)), ("hash", .string(status.auditHash.hexadecimal)),
                ])
            ),
            ("vault_recovery_codes", access.map { JSON(codesOf: $0) } ?? .null),
            ("recovery_codes", .array(sets.map { JSON($0) })),
            ("backup", backup.json), ("drill", status.vault == .none ? .null : Drills.json),
            ("warnings", .strings(warnings)),
        ])
    }
}

extension VaultState {
    /// The word in JSON.
    var text: String {
        switch self {
        case .none: "none"
        case .locked: "locked"
        case .unlocked: "unlocked"
        }
    }
}

extension MemoryKind {
    /// The word in JSON.
    var text: String {
        switch self {
        case .secret: "memfd_secret"
        case .shielded: "mlock"
        case .unlocked: "none"
        }
    }
}

extension Digest {
    /// 64 lower-case digits.
    var hexadecimal: String { BaseEncoding.base16.text(bytes.span) }
}
