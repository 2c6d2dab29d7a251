import Encodings
import Vault
import Wire

/// What the audit log tells of, by the names of fob-agent(1).
enum AuditEvent: String {
    case started = "agent.start"
    case stopped = "agent.stop"
    case socketLost = "agent.socket_lost"
    case created = "vault.create"
    case unlocked = "vault.unlock"
    case locked = "vault.lock"
    case passphrase = "vault.passphrase"
    case settings = "vault.settings"
    case codesMade = "access.codes"
    case codeUsed = "access.code_used"
    case accessAdded = "access.add"
    case accessRemoved = "access.remove"
    case accessRotated = "access.rotate"
    case accessCleaned = "access.clean"
    case rolledBack = "vault.rollback"
    /// A change was saved; `number` is the vault's of that save. An older vault that is put back shows by it.
    case saved = "vault.save"
    case code = "account.code"
    case added = "account.add"
    case edited = "account.edit"
    case removed = "account.remove"
    case restored = "account.restore"
    case moved = "account.move"
    case imported = "account.import"
    case importUndone = "account.import_undo"
    case exported = "account.export"
    case noteShown = "account.note"
    case recoveryImported = "recovery_codes.imported"
    case recoveryRegenerated = "recovery_codes.regenerated"
    case recoveryViewed = "recovery_codes.viewed"
    case recoveryCopied = "recovery_codes.copied"
    case recoveryPrinted = "recovery_codes.printed"
    case recoveryCodeUsed = "recovery_codes.code_used"
    case numberAdded = "account_number.add"
    case numberVerified = "account_number.verify"
    case numberRemoved = "account_number.remove"
    /// A code that had come by message was given; `site` is what it was for, none for a guess.
    case messageCode = "number.code"
    /// A telephone line has another SIM or number, has lost its service, or has it back.
    case simChanged = "number.sim_changed"
    case serviceLost = "number.service_lost"
    case serviceBack = "number.service_back"
    case hardwareKeyNoted = "account_hardware_key.add"
    case hardwareKeyVerified = "account_hardware_key.verify"
    case hardwareKeyGone = "account_hardware_key.remove"
    /// A recovery token is with who keeps it: of an account, or a keeper who has given back the right share.
    case tokenConfirmed = "account_recovery_token.confirm"
    /// A recovery token was used.
    case tokenRecovered = "account_recovery_token.recover"
    /// What came of a recovery token was not right.
    case tokenFailed = "account_recovery_token.recover_error"
    case keeperCard = "keeper.card"
    /// A key was split among keepers: `number` of them.
    case keepersMade = "keeper.make"
    case keepersEnded = "keeper.end"
    /// A token is kept for somebody, was given back to them, or is kept no more.
    case tokenKept = "keeper.keep"
    case tokenAnswered = "keeper.answer"
    case tokenForgotten = "keeper.forget"
    case restoreOpened = "vault.restore_open"
    case restoredBackup = "vault.restore"
    /// The vault has become one with another.
    case joined = "vault.join"
    /// It was taken back.
    case joinUndone = "vault.join_undo"
    case verified = "account.verify"
    case keyCreated = "key.create"
    case keySigned = "key.sign"
    case keyEdited = "key.edit"
    case keyRemoved = "key.remove"
    case keyRestored = "key.restore"
    case keysReset = "keys.reset"
    /// How the authenticator is set was changed: whether it always verifies, or how long PINs are.
    case keysConfigured = "keys.configure"
    case keyImported = "key.import"
    case keyExported = "key.export"
    case pinSet = "pin.set"
    case pinWrong = "pin.wrong"
    case pinRemoved = "pin.remove"
    /// For how many seconds (`number`) an unlock verifies, with a yes.
    case freshUnlock = "pin.fresh_unlock"
    case challenged = "challenge.raise"
    case answered = "challenge.answer"
    /// A protection became weaker; `AuditDetail.what` says which.
    case weakened = "policy.weaken"
    /// What a restore, a sync or an undo did of one kind: `what`, `count`, `from`.
    case restoredPart = "restore.part"
    /// Lines that could not be written and were given up: `count`.
    case dropped = "log.dropped"
    /// Lines that the vault remembers are not there: `first`, `last`.
    case missing = "log.missing"
    /// The line that the vault remembers is another one, or lines were not written by an agent of this vault: `first`.
    case replaced = "log.replaced"
    /// The vault's file was put there by something else while the agent had another one open.
    case vaultReplaced = "vault.replaced"
}

/// What a line says besides: words `name=value` behind the caller's.
enum AuditDetail: Equatable {
    /// How often it happened besides the line before it with the same account and caller.
    case count(UInt64)
    /// How many of something.
    case number(UInt64)
    case first(UInt64)
    case last(UInt64)
    case what(AuditSubject)
    case from(AuditOrigin)
    /// The host that a question was about.
    case host(ChallengeHost)
    /// The hosts that it came through, the nearest first, and how many more.
    case through([ChallengeHost], more: Int)
    /// The site of a security key.
    case site(String)
    /// The user at that site, or at a host.
    case user(String)
    /// The namespace of an ssh signature, or what a script calls its data.
    case named(String)
    /// SHA-256 of what was to be signed.
    case data(Digest)
    /// The programs that have started the caller, its parent first.
    case under([ChallengeProgram])
    /// What a question takes of a person, or what one has given.
    case proof(ChallengeProof)
    /// The PIN was given.
    case pin

    var word: String {
        switch self {
        case .count(let number): "count=\(number)"
        case .number(let number): "number=\(number)"
        case .first(let number): "first=\(number)"
        case .last(let number): "last=\(number)"
        case .what(let subject): "what=\(subject.rawValue)"
        case .from(let origin): "from=\(origin.rawValue)"
        case .host(let host): "host=\(Self.text(host))"
        case .through(let hosts, let more):
            "through=" + (hosts.map(Self.text) + (more > 0 ? ["+\(more)"] : [])).joined(separator: ",")
        case .site(let site): "site=\(Self.escaped(site))"
        case .user(let user): "user=\(Self.escaped(user))"
        case .named(let name): "named=\(Self.escaped(name))"
        case .data(let hash): "data=\(Self.digits(hash))"
        case .under(let programs):
            "under=" + programs.map { Self.escaped($0.name) }.joined(separator: ",")
        case .proof(let proof): "proof=\(proof.text)"
        case .pin: "proof=pin"
        }
    }
}

extension AuditDetail {
    /// Bytes of a name of others that stand in a line.
    private static let most = 64

    /// A name, or a fingerprint; with a question mark where only the client says so, and that alone for none.
    private static func text(_ host: ChallengeHost) -> String {
        guard host.standing != .unknown else { return "?" }
        return escaped(host.name.isEmpty ? host.fingerprint : host.name) + (host.standing == .proved ? "" : "?")
    }

    /// What others have chosen as a part of a word: clipped, and everything but plain characters of names written as %XX.
    private static func escaped(_ text: String) -> String {
        Percent.text(Text.clipped(text, to: most)) {
            $0 != UInt8(ascii: "~") && Percent.isUnreserved($0) || $0 == UInt8(ascii: "/")
        }
    }

    private static func digits(_ hash: Digest) -> String {
        let bytes = hash.bytes.indices.map { hash.bytes[$0] }
        return BaseEncoding.base16.text(bytes.span)
    }

    /// What a signature was for: what the owner was, or would have been, shown.
    static func purpose(of question: Question) -> [AuditDetail] {
        var details: [AuditDetail] = []
        if !question.site.isEmpty { details.append(.site(question.site)) }
        if let host = question.host { details.append(.host(host)) }
        if question.isForwarded { details.append(.through(question.hops, more: 0)) }
        if !question.user.isEmpty { details.append(.user(question.user)) }
        if !question.dataName.isEmpty { details.append(.named(question.dataName)) }
        if let hash = question.dataHash { details.append(.data(hash)) }
        return details
    }

    /// What a question says of the way to it, for the lines that tell of it.
    static func of(_ challenge: Challenge) -> [AuditDetail] {
        var details: [AuditDetail] = []
        if let host = challenge.host { details.append(.host(host)) }
        if challenge.isForwarded { details.append(.through(challenge.hops, more: Int(challenge.moreHops))) }
        if let hash = challenge.dataHash { details.append(.data(hash)) }
        if challenge.programs.count > 1 { details.append(.under(Array(challenge.programs.dropFirst()))) }
        return details
    }
}

/// What an event was about: an unlock method, a protection, or a part of a vault.
enum AuditSubject: String, CaseIterable {
    // Unlock methods.
    case passphrase
    case kitCode = "kit_code"
    case recipient
    case recoveryKey = "recovery_key"
    case securityKey = "security_key"
    // Protections.
    case confirm
    case verify
    case lifetime
    case deviceBound = "device_bound"
    case noTouch = "no_touch"
    case keyLevel = "key_level"
    case alwaysVerify = "always_verify"
    case hosts
    case idleTime = "idle_time"
    case absoluteTime = "absolute_time"
    case recoveryCodeState = "recovery_code_state"
    /// That it was kept from the forwarded socket.
    case forward
    // Parts of a vault.
    case accounts
    case recoveryCodes = "recovery_codes"
    case trash
    case settings
}

/// Whence a change came.
enum AuditOrigin: String, CaseIterable {
    case owner
    case restore
    case sync
    case join
    case `import`
    case undo
}

/// How an event ended.
enum AuditOutcome: String {
    case done
    case refused
    case failed
    case approved
    case denied
    case expired
    case withdrawn
    case idle
    case absolute
    case signal
    case request
    case shutdown
    /// The agent before did not end in order: lines of its last moments may be missing.
    case unclean
    /// Waits for the owner's proof.
    case pending
    /// Further ones of the same kind within a short time.
    case repeated
}

extension AuditSubject {
    /// What the audit log calls a protection.
    init(_ protection: Protection) {
        self =
            switch protection {
            case .confirm: .confirm
            case .lifetime: .lifetime
            case .deviceBound: .deviceBound
            case .touch: .noTouch
            case .alwaysVerify: .alwaysVerify
            case .keyLevel: .keyLevel
            case .idleLock: .idleTime
            case .absoluteLock: .absoluteTime
            case .recoveryCodes: .recoveryCodeState
            case .verify: .verify
            case .hosts: .hosts
            }
    }
}
