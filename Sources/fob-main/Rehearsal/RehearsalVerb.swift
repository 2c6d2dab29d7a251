import Age
import ArgumentParser
import Backup
import Client
import Platform
import Recovery
import Vault
import Wire

/// A way in that is rehearsed.
enum RehearsedWay: String, CaseIterable, ExpressibleByArgument {
    case passphrase
    case code
    case age
    case identity
    case securityKey = "security-key"
    case keepers

    /// In the audit log.
    var logged: RehearsedBy {
        switch self {
        case .passphrase: .passphrase
        case .code: .code
        case .age: .age
        case .identity: .identity
        case .securityKey: .securityKey
        case .keepers: .keepers
        }
    }
}

/// `fob rehearse`: each way in is gone to its end, by a restore into a vault that is thrown away.
struct RehearsalVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse", abstract: Help.rehearse, discussion: Help.rehearseDiscussion)

    @Argument(help: Help.rehearsedWays) var ways: [RehearsedWay] = []
    @Option(name: .customLong("from"), help: Help.rehearseFrom, completion: .file()) var source: String?
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @Option(name: .customLong("recovery-code-fd"), help: Help.codeDescriptor) var codeDescriptor: Int32?
    @Option(name: .long, help: Help.restoreIdentity, completion: .file()) var identity: String?
    @OptionGroup var securityKey: SecurityKeyOptions
    @Option(name: .customLong("answer"), help: Help.recoverAnswer, completion: .file()) var answers: [String] = []
    @Option(name: .customLong("to"), help: Help.keeperTo, completion: .directory) var directory: String?
    @Flag(name: .customLong("pictures"), help: Help.keeperPictures) var pictures = false
    @OptionGroup var plusCode: PlusCodeOptions
    @OptionGroup var common: Common

    /// By which name the session with the keepers of a set is kept.
    static func session(of set: Identifier) -> String { "rehearsal-\(set)" }

    /// Those that options or words have named; nil when nothing has.
    private var named: Set<RehearsedWay>? {
        var named = Set(ways)
        if descriptor != nil { named.insert(.passphrase) }
        if codeDescriptor != nil, !named.contains(.age) { named.insert(.code) }
        if identity != nil { named.insert(.identity) }
        if securityKey.isWanted { named.insert(.securityKey) }
        if !answers.isEmpty || directory != nil { named.insert(.keepers) }
        return named.isEmpty ? nil : named
    }

    func validate() throws {
        guard identity != nil || !ways.contains(.identity) else {
            throw ValidationError(tr("for an identity, name its file: --identity FILE"))
        }
        guard descriptor == nil || codeDescriptor != descriptor else { throw ValidationError(Sentences.oneForEach) }
    }

    func run() throws {
        for file in answers + [identity ?? "-"] { try OpenFile.check(file) }
        try OutputFile.check(in: directory)
        if let source, let file = try RestorePlaces.place(source) as? SingleBackup { try OpenFile.check(file.path) }
        let rehearsal = try Rehearsal(source, common)
        if let named {
            for way in RehearsedWay.allCases where named.contains(way) && !(way == .age && named.contains(.code)) {
                try rehearsal.note(way) { () throws(ClientError) in
                    try go(way, rehearsal, alsoAge: named.contains(.age))
                }
            }
        } else {
            for way in rehearsal.possible {
                guard !common.noAsk, let isWanted = try Question.confirm(Sentences.rehearseNow(way)) else {
                    throw ClientError(.usage, Sentences.rehearseWhat, remedy: Sentences.rehearseNames)
                }
                guard isWanted else { continue }
                try rehearsal.note(way) { () throws(ClientError) in try go(way, rehearsal, alsoAge: rehearsal.hasAge) }
            }
        }
        try rehearsal.finish()
    }

    private func go(_ way: RehearsedWay, _ rehearsal: Rehearsal, alsoAge: Bool) throws(ClientError) {
        let source = common.source(descriptor, credential: false)
        let sealed = rehearsal.sealed
        switch way {
        case .passphrase:
            try Unlocking.asking(
                Sentences.backupPassphrasePrompt, Sentences.backupPassphraseExplanation, source
            ) { (text) throws(ClientError) in
                try rehearsal.restore(.passphrase, by: .passphrase, text.bytes)
            }
            Drills.pass()
        case .code, .age:
            try Owner.code(common, codeDescriptor, Sentences.drillCodeExplanation) { (code) throws(ClientError) in
                if way == .code {
                    try code.withBytes { (bytes: Span<UInt8>) throws(ClientError) in
                        try rehearsal.restore(.code, by: .code, bytes)
                    }
                    // A code of before opens a backup of before.
                    if let set = try Drills.set(of: code, in: rehearsal.access) {
                        try Drills.change { $0.pass(byCodeOf: set, at: Clock.utc) }
                    }
                }
                if way == .age || alsoAge {
                    try rehearsal.note(.age) { () throws(ClientError) in try rehearsal.openWithAge(by: code) }
                }
            }
        case .identity:
            let path = identity ?? ""
            let text = try IdentityFile.text(path, source)
            let line = try IdentityFile.matching(text.bytes, sealed.span, path)
            try rehearsal.restore(.identity, by: .identity, line.bytes)
            if let id = try rehearsal.way(ofIdentity: line.bytes) {
                try Drills.change { $0.passByKey(id, at: Clock.utc) }
            }
        case .securityKey:
            let secret = try securityKey.secret(of: sealed.span, common)
            try rehearsal.restore(.securityKey, by: .hardware, secret.bytes)
            if let way = try SecurityKeyOptions.way(of: secret.bytes, in: rehearsal.access) { Drills.pass(byKey: way) }
        case .keepers: try askKeepers(rehearsal)
        }
    }

    /// Makes the requests, or takes the answers: each keeper whose share has come is one that was proven.
    private func askKeepers(_ rehearsal: Rehearsal) throws(ClientError) {
        let (id, sealed) = (rehearsal.keepers.set, rehearsal.sealed)
        guard let set = try RecoveryAttempt.sets(of: sealed.span).first(where: { $0.id == id }) else {
            throw ClientError(.noKeepers, Sentences.notSealedYet(rehearsal.name), remedy: Sentences.runBackupFirst)
        }
        let session = Self.session(of: id)
        guard !answers.isEmpty else {
            var attempt = try RecoveryAttempt.going(on: set, session)
            if attempt == nil { attempt = try RecoveryAttempt.beginning(set, session) }
            rehearsal.waits(.keepers)
            guard let attempt else { return }
            return try RequestsOutput(directory, pictures).put(attempt, set, common)
        }
        guard let attempt = try RecoveryAttempt.going(on: set, session) else {
            throw ClientError(.tokenRefused, Sentences.noSession, remedy: Sentences.rehearseKeepersFirst)
        }
        let failures = try attempt.take(answers) { (index) throws(ClientError) in
            guard let keeper = set.keepers.first(where: { $0.index == index }) else { return }
            try attempt.withLastShare { (share) throws(ClientError) in
                try rehearsal.prove(set.tokenID(of: keeper), share)
            }
        }
        let identity = try plusCode.identity(attempt, set, failures, common)
        try rehearsal.restore(.keepers, by: .identity, identity.bytes)
        if !set.plus.isEmpty { Drills.pass(byPlusCodeOf: set.id) }
        attempt.end()
    }
}
