import Age
import OneTimePassword
import Platform
import Testing
import Wire

@testable import Agent
@testable import Vault

/// What a request may do to a protection.
private enum Reach: Equatable {
    /// It neither gives what the protection guards nor changes it.
    case none
    /// It gives what the protection guards, and only as the protection says: it asks, or refuses.
    case guarded
    /// It could make the protection less: the owner is asked first.
    case asks
    /// What it brings in is decided by the vault's table of authority.
    case table
    /// It takes the passphrase.
    case passphrase
    /// It makes something new, with protections of its own; what is there keeps its own.
    case adds
    /// It moves something to the trash, with its protections.
    case removes
    /// It gives what the protection guards; that it asks is tested where security keys are.
    case elsewhere
}

extension MessageType {
    /// What a request may do to a protection; nil for replies and events. A new request or a new protection does not
    /// compile without a decision.
    fileprivate func reach(_ protection: Protection) -> Reach? {
        switch self {
        case .code, .respond:
            switch protection {
            case .confirm, .verify, .lifetime: .guarded
            case .deviceBound, .touch, .alwaysVerify, .keyLevel, .idleLock, .absoluteLock, .recoveryCodes, .hosts:
                Reach.none
            }
        case .show:
            switch protection {
            case .confirm, .verify: .guarded
            case .lifetime, .deviceBound, .touch, .alwaysVerify, .keyLevel, .idleLock, .absoluteLock, .recoveryCodes,
                .hosts:
                Reach.none
            }
        case .edit:
            switch protection {
            case .confirm, .verify, .lifetime, .deviceBound: .asks
            case .touch, .alwaysVerify, .keyLevel, .idleLock, .absoluteLock, .recoveryCodes, .hosts: Reach.none
            }
        case .setSettings:
            switch protection {
            case .idleLock, .absoluteLock: .asks
            case .confirm, .verify, .lifetime, .deviceBound, .touch, .alwaysVerify, .keyLevel, .recoveryCodes, .hosts:
                Reach.none
            }
        case .restoreBegin, .restoreData, .restoreOpen, .restorePreview, .restoreAccess, .restoreKeep, .restoreCommit,
            .undoImport, .joinUndo:
            .table
        case .commit: .table
        case .export, .exportPage, .keyExportPage: .passphrase
        case .keeperMake, .keeperMakePlus, .keeperAnswer, .keeperForget: .passphrase
        case .tokenRetrieve:
            switch protection {
            case .confirm, .verify: .elsewhere
            case .lifetime, .deviceBound, .touch, .alwaysVerify, .keyLevel, .idleLock, .absoluteLock, .recoveryCodes,
                .hosts:
                Reach.none
            }
        case .tokenSave, .keeperKeep: .adds
        case .initialize, .unlock, .passphrase, .accessCodes, .accessAdd, .accessRemove, .accessRotate, .accessClean,
            .hardwareAdd:
            .passphrase
        case .add, .keyCreate, .keyImport, .webCreate, .recoverySet: .adds
        case .remove, .keyRemove, .keyReset, .webSignal: .removes
        case .keyAssert, .webAssert, .keyNext, .keySign, .keyPresence, .pinToken, .verificationToken, .tokenVerify:
            switch protection {
            case .touch, .alwaysVerify, .keyLevel, .confirm, .verify, .lifetime, .deviceBound, .hosts: .elsewhere
            case .idleLock, .absoluteLock, .recoveryCodes: Reach.none
            }
        case .recoveryNext, .recoveryUsed, .recoveryShow:
            switch protection {
            case .confirm, .verify, .recoveryCodes: .passphrase
            case .lifetime, .deviceBound, .touch, .alwaysVerify, .keyLevel, .idleLock, .absoluteLock, .hosts: Reach.none
            }
        case .keyEdit:
            switch protection {
            case .alwaysVerify, .hosts: .asks
            case .confirm, .verify, .lifetime, .deviceBound, .touch, .keyLevel, .idleLock, .absoluteLock,
                .recoveryCodes:
                Reach.none
            }
        case .hello, .status, .lock, .settings, .access, .recoveryKey, .list, .find, .keyList, .untrash, .move, .begin,
            .abort, .cancel, .subscribe, .challenges, .approve, .deny, .grants, .grantRevoke, .pinState,
            .pinAgreement, .pinSet, .pinChange, .recoveryList, .backupNow, .backupState, .backupVerify, .backupReport,
            .backupPlaces, .rehearsed, .restoreAbort, .verify, .sshBind, .mutes, .log, .allowWeak, .earlierVaults,
            .keyPin,
            .largeBlobs, .keyConfiguration, .webKeys, .keeperCard, .keepers, .keeperProven, .tokenList, .otherWays,
            .otherWay, .hardwareKeys, .messageIn, .messageCode, .line, .lines:
            Reach.none
        case .ok, .welcome, .statusReply, .settingsReply, .accessReply, .accessCodesReply, .accessAdded,
            .recoveryKeyReply, .accessCleaned, .codeReply, .accounts, .account, .keys, .added, .importUndone,
            .exportReady, .exportEntries, .exportBytes, .restoreOpened, .restoreEntries, .restored, .challengesReply,
            .recoveryCounts, .recoverySets, .recoveryCode, .recoveryCodes, .backupMade, .backupStateReply,
            .backupVerified, .backupPlacesReply, .grantsReply, .keyCreated, .keyAssertion, .keySignature,
            .pinStateReply,
            .pinAgreementReply, .pinTokenReply, .lockedEvent, .unlockedEvent, .changedEvent, .challengeEvent,
            .challengeEndedEvent, .backupDueEvent, .backupHealthEvent, .restoreAccessReply,
            .mutesReply, .logReply, .joinUndone, .earlierVaultsReply, .keyImported, .keyExported, .largeBlobsReply,
            .keyConfigurationReply, .webCreated, .webAsserted, .webKeysReply, .keeperCardReply, .keepersMade,
            .keepersReply, .keeperAnswered, .tokensReply, .tokenReply, .otherWaysReply, .hardwareKeysReply,
            .messageCodeReply, .linesReply, .numberEvent, .error:
            nil
        }
    }
}

@Suite struct ProtectionMatrixTests {
    private static let key: [UInt8] = Array("12345678901234567890".utf8)
    private static let passphrase: [UInt8] = Array("pass".utf8)

    /// A vault in which every protection is on.
    private static func vault() throws -> (contents: Contents, account: Identifier, identity: [UInt8]) {
        let derivation = PassphraseDerivation.cheapest()
        let recipient = try derivation.identity(passphrase.span).recipient
        let way = UnlockMethod(source: .passphrase(derivation), label: "passphrase", recipient: recipient, at: 1000)
        var contents = try Contents(unlockMethod: way, at: 1000)
        var details = AccountDetails(issuer: "Bank", name: "alice")
        (details.consent, details.lifetime) = (.verify, 86_400)
        let id = try contents.add(
            details, Parameters(kind: .totp), key: key.span, pin: Span(), note: "the blue book".utf8Span.span, at: 1000
        ).id
        try contents.edit(id, isDeviceBound: true, at: 1000)
        let code = Array("aaaa-bbbb".utf8)
        try contents.setRecoveryCodes(
            of: id, service: "bank", isInOrder: false, [NewRecoveryCode(text: 0..<9, isUsed: true)], in: code.span,
            at: 1000)
        let script = NewKey(relyingParty: "fob:deploy", .synced, .edDSA, .script)
        var key = NewKey(relyingParty: "ssh:", .synced, .edDSA, .ssh)
        (key.flags, key.protection) = ([.alwaysVerify], 3)
        for new in [script, key] {
            let secret = [UInt8](repeating: 7, count: 32)
            _ = try contents.addKey(
                new, privateKey: secret.span, publicKey: [UInt8](repeating: 8, count: 32).span, account: id, at: 1000)
        }
        let host = HostLimit(to: [[UInt8](repeating: 9, count: 32)], name: "build.example")
        try contents.editKey(try #require(Self.key(contents)).id, hosts: .only([host]), at: 1000)
        try contents.set(Settings(idleSeconds: 300, absoluteSeconds: 3600), at: 1000)
        try contents.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1000)
        return (contents, id, Array("pass".utf8))
    }

    /// The security key with all protections, or the other one.
    private static func key(_ contents: Contents?, _ site: String = "ssh:") -> KeyCredential? {
        contents?.keys.first { $0.relyingParty == site }
    }

    /// The same vault with one protection less, and numbers that win.
    private static func weakened(_ contents: Contents, _ protection: Protection, _ id: Identifier) throws -> Contents {
        var weak = contents
        switch protection {
        case .confirm, .verify, .lifetime, .deviceBound:
            guard let account = contents[id] else { return weak }
            var details = account.details
            if protection == .confirm { details.consent = .none }
            if protection == .verify { details.consent = .confirm }
            if protection == .lifetime { details.lifetime = 0 }
            try weak.edit(id, details: details, isDeviceBound: protection != .deviceBound, at: 2000)
        case .touch, .alwaysVerify, .keyLevel, .hosts:
            guard var key = Self.key(contents) else { return weak }
            if protection == .hosts { (key.flags, key.hosts) = (key.flags.subtracting(.limited), []) }
            if protection == .touch { key.flags.insert(.noTouch) }
            if protection == .alwaysVerify { key.flags.remove(.alwaysVerify) }
            if protection == .keyLevel { key.protection = 1 }
            try weak.replace(key, at: 2000)
        case .idleLock: try weak.set(Settings(idleSeconds: 0, absoluteSeconds: 3600), at: 2000)
        case .absoluteLock: try weak.set(Settings(idleSeconds: 300, absoluteSeconds: 0), at: 2000)
        case .recoveryCodes:
            guard var set = contents.recoverySet(of: id), let record = contents.records[set.id] else { return weak }
            set.codes[0].used = 0
            weak.records[set.id] = try set.body.withBytes { (text: Span<UInt8>) throws(VaultError) in
                try set.record(text, over: record, at: 2000)
            }
        }
        try weak.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2000)
        return weak
    }

    /// Which protections are less than in `before`.
    private static func lost(_ bench: AgentBench, _ before: Contents) throws -> Set<Protection> {
        guard let after = bench.contents else { return Set(Protection.allCases) }
        return Set(try RecordComparison(before: before, after: after).all().compactMap(\.protection))
    }

    private static var requests: [MessageType] { MessageType.allCases.filter { $0.reach(.confirm) != nil } }

    @Test func `every request has a decision for every protection`() {
        var cells = 0
        for type in MessageType.allCases {
            for protection in Protection.allCases {
                let isRequest = type.rawValue < 0x80
                #expect((type.reach(protection) != nil) == isRequest, "\(type) and \(protection)")
                if isRequest { cells += 1 }
            }
        }
        #expect(cells == Self.requests.count * Protection.allCases.count)
        print(
            "protections: \(cells) cells, of \(Self.requests.count) requests and \(Protection.allCases.count) protections"
        )
        // Whatever could lessen a protection by itself has a test below.
        for type in Self.requests where Protection.allCases.contains(where: { type.reach($0) == .asks }) {
            #expect([.edit, .keyEdit, .setSettings].contains(type), "\(type)")
        }
        for type in Self.requests where Protection.allCases.contains(where: { type.reach($0) == .guarded }) {
            #expect([.code, .respond, .show].contains(type), "\(type)")
        }
    }

    @Test(arguments: Protection.allCases.filter { MessageType.edit.reach($0) == .asks })
    private func `an edit that takes a protection away asks, and says which`(_ protection: Protection) throws {
        let (contents, id, _) = try Self.vault()
        let bench = try AgentBench(contents)
        var edit = AccountEdit()
        edit.name = "bob"
        switch protection {
        case .confirm: edit.consent = Consent.none
        case .verify: edit.consent = .confirm
        case .lifetime: edit.lifetime = 100_000
        case .deviceBound: edit.isDeviceBound = false
        default: Issue.record("no edit of \(protection)")
        }
        try bench.send(EditRequest(.id(id), edit, note: nil))
        #expect(bench.questions.count == 1)
        let question = bench.questions.first?.challenge.details ?? []
        #expect(question.contains(protection.name) && question.contains { $0.contains("the name") }, "\(question)")
        #expect(try Self.lost(bench, contents).isEmpty && bench.contents?[id]?.details.name == "alice")
        // What no program can give, none can lift.
        #expect(bench.questions.first?.challenge.proof == .passphrase)
    }

    @Test(arguments: Protection.allCases.filter { MessageType.keyEdit.reach($0) == .asks })
    private func `an edit of a security key asks as well`(_ protection: Protection) throws {
        let (contents, _, _) = try Self.vault()
        let bench = try AgentBench(contents)
        var edit = KeyEditRequest(.record(try #require(Self.key(contents)?.id)))
        edit.label = "other"
        switch protection {
        case .alwaysVerify: edit.isVerified = false
        case .hosts: edit.hosts = .any
        default: Issue.record("no edit of \(protection)")
        }
        try bench.send(edit)
        #expect(bench.questions.first?.challenge.details == [protection.name])
        #expect(bench.questions.first?.challenge.proof == .passphrase)
        #expect(try Self.lost(bench, contents).isEmpty && Self.key(bench.contents)?.label == "")
    }

    /// Every request that raises a question about an account, for each strength of its consent.
    @Test(arguments: Consent.allCases)
    private func `each question about an account takes what the account says`(_ consent: Consent) throws {
        var (contents, id, _) = try Self.vault()
        var details = try #require(contents[id]?.details)
        details.consent = consent
        try contents.edit(id, details: details, at: 1500)
        let key = try #require(Self.key(contents, "fob:deploy"))
        let bench = try AgentBench(contents)
        var (longer, bound) = (AccountEdit(), AccountEdit())
        (longer.lifetime, bound.isDeviceBound) = (0, false)
        let isAsked = consent != .none
        let asks: [(name: String, isAsked: Bool, send: () throws -> Void)] = [
            ("code", isAsked, { try bench.send(CodeRequest(.id(id))) }),
            ("note", isAsked, { try bench.send(ShowRequest(selector: .id(id))) }),
            ("lifetime", true, { try bench.send(EditRequest(.id(id), longer, note: nil)) }),
            ("device", true, { try bench.send(EditRequest(.id(id), bound, note: nil)) }),
            (
                "script", true,
                {
                    try bench.send(
                        KeySignRequest(
                            .script, site: "fob:deploy", credential: key.idOnWire, data: Self.passphrase.span))
                }
            ),
        ]
        for ask in asks {
            let before = Set(bench.questions.map(\.challenge.id))
            try ask.send()
            let new = bench.questions.filter { !before.contains($0.challenge.id) }
            #expect(new.count == (ask.isAsked ? 1 : 0), "\(ask.name)")
            #expect(new.allSatisfy { ($0.challenge.proof == .passphrase) == (consent == .verify) }, "\(ask.name)")
        }
    }

    @Test(arguments: Protection.allCases.filter { MessageType.setSettings.reach($0) == .asks })
    private func `settings with which the vault locks later ask`(_ protection: Protection) throws {
        let (contents, _, _) = try Self.vault()
        let bench = try AgentBench(contents)
        for seconds in [0, 7200] as [UInt32] {
            var settings = contents.settings
            if protection == .idleLock { settings.idleSeconds = seconds } else { settings.absoluteSeconds = seconds }
            try bench.send(SetSettingsRequest(settings))
        }
        #expect(bench.questions.count == 2)
        #expect(bench.questions.allSatisfy { $0.challenge.details.contains { $0.hasPrefix(protection.name) } })
        #expect(try Self.lost(bench, contents).isEmpty)
        // Sooner is the owner's program's own affair.
        try bench.send(SetSettingsRequest(Settings(idleSeconds: 60, absoluteSeconds: 60)))
        #expect(bench.questions.count == 2 && bench.contents?.settings.idleSeconds == 60)
    }

    @Test func `what a protection guards is given by nobody's request alone`() throws {
        let (contents, id, _) = try Self.vault()
        let bench = try AgentBench(contents)
        try bench.send(ShowRequest(selector: .id(id)))
        #expect(bench.questions.count == 1)
        try bench.send(CodeRequest(.id(id)))
        #expect(bench.questions.count == 2)
        // Nobody is asked about what is no secret.
        try bench.send(FindRequest(selector: .id(id)))
        #expect(bench.questions.count == 2)
    }

    /// A file with one protection less, opened by its own identity or by the vault's keys.
    @Test(arguments: Protection.allCases)
    private func `no file takes a protection away`(_ protection: Protection) throws {
        let (contents, id, _) = try Self.vault()
        let weak = try Self.weakened(contents, protection, id)
        let identity = try X25519Identity.random()
        let text = [UInt8](capacity: 128) { output in identity.appendText(to: &output) }
        let unsigned = try VaultFile.seal(Array(weak.records.values), to: [identity.recipient], stanzas: [])
        let signed = try Backup.seal(weak, machine: "desk", previous: .init(repeating: 0), at: 2000).bytes
        for mode in [MergeMode.restore, .sync] {
            for (file, key, secret) in [(unsigned, RestoreKey.identity, text), (signed, .own, [])] {
                for asks in [false, true] {
                    let bench = try AgentBench(contents)
                    try bench.send(RestoreBeginRequest(bytes: UInt32(file.count)))
                    try bench.send(RestoreDataRequest(bytes: file.span))
                    try bench.send(RestoreOpenRequest(mode: mode, key: key, secret: secret.span))
                    try bench.send(RestoreCommitRequest(source: "file", passphrase: Span(), asks: asks))
                    let told: Comment = "\(protection), \(mode), \(key), asks: \(asks)"
                    #expect(try Self.lost(bench, contents).isEmpty, told)
                    if !asks || key == .identity { #expect(bench.questions.isEmpty, told) }
                }
            }
        }
    }

    /// Another vault, with the same account and one protection less.
    @Test(arguments: Protection.allCases)
    private func `no join takes a protection away, and there is none without the passphrase of the vault here`(
        _ protection: Protection
    ) throws {
        let (contents, id, _) = try Self.vault()
        let weak = try Self.weakened(contents, protection, id)
        let secret = Array("other".utf8)
        let derivation = PassphraseDerivation.cheapest()
        let owner = try OwnerKey(derivation.identity(secret.span))
        let way = UnlockMethod(
            source: .passphrase(derivation), label: "passphrase", recipient: owner.recipient, at: 1000)
        var other = try Contents(unlockMethod: way, at: 1000)
        other =
            try other.merging(
                weak, Authority(.restore, .foreign, .none), MergeLabels(source: "file", at: 1500), at: 1500
            ).contents
        _ = try other.certify(by: owner, at: 1500)
        try other.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1500)
        let file = try Backup.seal(other, machine: "desk", previous: .init(repeating: 0), at: 2000).bytes
        for own in [[], Array("wrong".utf8), Self.passphrase] {
            let bench = try AgentBench(contents)
            try bench.send(RestoreBeginRequest(bytes: UInt32(file.count)))
            try bench.send(RestoreDataRequest(bytes: file.span))
            try bench.send(RestoreOpenRequest(mode: .join, key: .passphrase, secret: secret.span, owner: own.span))
            try bench.send(RestoreCommitRequest(source: "file", passphrase: Span()))
            let told: Comment = "\(protection), given: \(own.count)"
            #expect(try Self.lost(bench, contents).isEmpty, told)
            #expect((bench.contents?.vault == other.vault) == (own == Self.passphrase), told)
            #expect(bench.questions.isEmpty, told)
        }
    }

    @Test func `a question about a file names the protections, and an undo asks too`() throws {
        let (contents, id, _) = try Self.vault()
        var weak = try Self.weakened(contents, .confirm, id)
        weak = try Self.weakened(weak, .lifetime, id)
        weak = try Self.weakened(weak, .alwaysVerify, id)
        let signed = try Backup.seal(weak, machine: "desk", previous: .init(repeating: 0), at: 2000).bytes
        let bench = try AgentBench(contents)
        try bench.send(RestoreBeginRequest(bytes: UInt32(signed.count)))
        try bench.send(RestoreDataRequest(bytes: signed.span))
        try bench.send(RestoreOpenRequest(mode: .sync, key: .own, secret: Span()))
        try bench.send(RestoreCommitRequest(source: "file", passphrase: Span(), asks: true))
        let question = bench.questions.first?.challenge.details ?? []
        #expect(question.contains("the confirmation of Bank/alice") && question.contains("the lifetime of Bank/alice"))
        #expect(question.contains("the passphrase at each use of Bank/alice"))
        #expect(bench.questions.first?.challenge.proof == .passphrase)
        // A sync that made something stronger is undone by a yes.
        let strong = try Contents(
            weak.merging(contents, Authority(.sync, .current, .none), MergeLabels(source: "s", at: 3000), at: 3000)
                .contents.records.values.map { $0 })
        let second = try AgentBench(strong)
        try second.send(UndoImportRequest(dryRun: false))
        #expect(try Self.lost(second, strong).isEmpty)
    }
}
