import Platform
import Vault
import Wire

extension Agent {
    /// Takes one frame: one function for each kind of request, each of which replies or throws a refusal.
    func handle(_ connection: Connection, _ frame: Frame, _ body: Span<UInt8>) {
        guard frame.id != 0 else {
            return server.refuse(connection, .usage, "requests have ids other than 0", "see fob-protocol(7)")
        }
        guard connection.isGreeted || frame.type == .hello else {
            return server.refuse(connection, .protocolMismatch, "HELLO must come first", "see fob-protocol(7)")
        }
        let call = Call(connection: connection, id: frame.id)
        do throws(Refusal) {
            try dispatch(frame.type, call, body)
        } catch {
            server.send(error.message, to: call)
        }
    }

    private func dispatch(_ type: MessageType?, _ call: Call, _ body: Span<UInt8>) throws(Refusal) {
        switch type {
        case .code: try on(CodeRequest.self, call, body, code)
        case .hello: try hello(call, body)
        case .status: try on(StatusRequest.self, call, body, status)
        case .initialize: try on(InitializeRequest.self, call, body, initialize)
        case .unlock: try on(UnlockRequest.self, call, body, unlock)
        case .lock: try on(LockRequest.self, call, body, lockRequest)
        case .passphrase: try on(PassphraseRequest.self, call, body, passphrase)
        case .settings: try on(SettingsRequest.self, call, body, settings)
        case .setSettings: try on(SetSettingsRequest.self, call, body, setSettings)
        case .access: try on(AccessRequest.self, call, body, access)
        case .accessCodes: try on(AccessCodesRequest.self, call, body, accessCodes)
        case .accessAdd: try on(AccessAddRequest.self, call, body, accessAdd)
        case .accessRemove: try on(AccessRemoveRequest.self, call, body, accessRemove)
        case .accessRotate: try on(AccessRotateRequest.self, call, body, accessRotate)
        case .recoveryKey: try on(RecoveryKeyRequest.self, call, body, recoveryKey)
        case .accessClean: try on(AccessCleanRequest.self, call, body, accessClean)
        case .respond: try on(RespondRequest.self, call, body, respond)
        case .list: try on(ListRequest.self, call, body, list)
        case .show: try on(ShowRequest.self, call, body, show)
        case .add: try on(AddRequest.self, call, body, add)
        case .edit: try on(EditRequest.self, call, body, edit)
        case .remove: try on(RemoveRequest.self, call, body, remove)
        case .restore: try on(RestoreRequest.self, call, body, restore)
        case .move: try on(MoveRequest.self, call, body, move)
        case .begin: try on(BeginRequest.self, call, body, begin)
        case .commit: try on(CommitRequest.self, call, body, commit)
        case .abort: try on(AbortRequest.self, call, body, abort)
        case .undoImport: try on(UndoImportRequest.self, call, body, undoImport)
        case .export: try on(ExportRequest.self, call, body, export)
        case .exportPage: try on(ExportPageRequest.self, call, body, exportPage)
        case .subscribe: try on(SubscribeRequest.self, call, body, subscribe)
        case .challenges: try on(ChallengesRequest.self, call, body, listChallenges)
        case .approve: try on(ApproveRequest.self, call, body, approve)
        case .deny: try on(DenyRequest.self, call, body, deny)
        case .cancel: try on(CancelRequest.self, call, body, cancel)
        case .grants: try on(GrantsRequest.self, call, body, grants)
        case .grantRevoke: try on(GrantRevokeRequest.self, call, body, grantRevoke)
        case .keyList: try on(KeyListRequest.self, call, body, keyList)
        case .keyCreate: try on(KeyCreateRequest.self, call, body, keyCreate)
        case .keyAssert: try on(KeyAssertRequest.self, call, body, keyAssert)
        case .keyNext: try on(KeyNextRequest.self, call, body, keyNext)
        case .keySign: try on(KeySignRequest.self, call, body, keySign)
        case .keyEdit: try on(KeyEditRequest.self, call, body, keyEdit)
        case .keyRemove: try on(KeyRemoveRequest.self, call, body, keyRemove)
        case .keyPresence: try on(KeyPresenceRequest.self, call, body, keyPresence)
        case .keyReset: try on(KeyResetRequest.self, call, body, keyReset)
        case .pinState: try on(PinStateRequest.self, call, body, pinState)
        case .pinAgreement: try on(PinAgreementRequest.self, call, body, pinAgreement)
        case .pinSet: try on(PinSetRequest.self, call, body, pinSet)
        case .pinChange: try on(PinChangeRequest.self, call, body, pinChange)
        case .pinToken: try on(PinTokenRequest.self, call, body, pinToken)
        case .verificationToken: try on(VerificationTokenRequest.self, call, body, verificationToken)
        case .tokenVerify: try on(TokenVerifyRequest.self, call, body, tokenVerify)
        case .recoverySet: try on(RecoverySetRequest.self, call, body, recoverySet)
        case .recoveryList: try on(RecoveryListRequest.self, call, body, recoveryList)
        case .recoveryNext: try on(RecoveryNextRequest.self, call, body, recoveryNext)
        case .recoveryUsed: try on(RecoveryUsedRequest.self, call, body, recoveryUsed)
        case .recoveryShow: try on(RecoveryShowRequest.self, call, body, recoveryShow)
        case .backupNow: try on(BackupNowRequest.self, call, body, backupNow)
        case .backupState: try on(BackupStateRequest.self, call, body, backupState)
        case .backupVerify: try on(BackupVerifyRequest.self, call, body, backupVerify)
        case .backupReport: try on(BackupReportRequest.self, call, body, backupReport)
        case .restoreBegin: try on(RestoreBeginRequest.self, call, body, restoreBegin)
        case .restoreData: try on(RestoreDataRequest.self, call, body, restoreData)
        case .restoreOpen: try on(RestoreOpenRequest.self, call, body, restoreOpen)
        case .restorePreview: try on(RestorePreviewRequest.self, call, body, restorePreview)
        case .restoreCommit: try on(RestoreCommitRequest.self, call, body, restoreCommit)
        case .restoreAbort: try on(RestoreAbortRequest.self, call, body, restoreAbort)
        case .verify: try on(VerifyRequest.self, call, body, verify)
        case nil, .ok, .welcome, .statusReply, .settingsReply, .accessReply, .accessCodesReply, .accessAdded,
            .recoveryKeyReply, .accessCleaned, .codeReply, .accounts, .account, .keys, .added, .importUndone, .exportReady,
            .exportEntries, .exportBytes, .restoreOpened, .restoreEntries, .restored, .challengesReply,
            .recoveryCounts, .recoverySets, .recoveryCode, .recoveryCodes, .backupMade, .backupStateReply,
            .backupVerified, .grantsReply, .keyCreated, .keyAssertion, .keySignature, .pinStateReply,
            .pinAgreementReply, .pinTokenReply, .lockedEvent, .unlockedEvent, .changedEvent, .challengeEvent,
            .challengeEndedEvent, .backupDueEvent, .backupHealthEvent, .error:
            throw Refusal(
                .protocolMismatch, "this agent does not know that request", "use a fob of the same release")
        }
    }

    /// Decodes a request for its handler.
    private func on<Request: Message>(
        _ type: Request.Type, _ call: Call, _ body: Span<UInt8>, _ handle: (Request, Call) throws(Refusal) -> Void
    ) throws(Refusal) {
        try on(type, call, body) { (request, call, _) throws(Refusal) in try handle(request, call) }
    }

    /// Decodes a request for a handler that also takes the body, where its secrets are.
    private func on<Request: Message>(
        _ type: Request.Type, _ call: Call, _ body: Span<UInt8>,
        _ handle: (Request, Call, Span<UInt8>) throws(Refusal) -> Void
    ) throws(Refusal) {
        let request: Request
        do { request = try Request(from: body) } catch { throw Refusal(error) }
        try handle(request, call, body)
    }

    /// HELLO.
    private func hello(_ call: Call, _ body: Span<UInt8>) throws(Refusal) {
        guard !call.connection.isGreeted else { throw Refusal(.usage, "HELLO was said already") }
        let request: HelloRequest
        do { request = try HelloRequest(from: body) } catch {
            call.connection.isEnding = true
            throw Refusal(.protocolMismatch, error.description, "see fob-protocol(7)")
        }
        guard let version = request.agreed() else {
            call.connection.isEnding = true
            throw Refusal(
                .protocolMismatch, "client and agent share no version of the protocol", "use a fob of the same release")
        }
        call.connection.isGreeted = true
        if configuration.testAuthenticator { wrongPins = 0 }
        if !hasVault { lookForVault() }
        call.connection.deadline = nil
        let state: VaultState = open != nil && !isLocking ? .unlocked : hasVault ? .locked : .none
        server.send(
            WelcomeReply(version: version, vault: state, release: configuration.release), to: call)
    }

    /// STATUS.
    private func status(_: StatusRequest, _ call: Call) throws(Refusal) {
        let vault = isLocking ? nil : open
        let memory = try? Memory.report()
        let kind: MemoryKind =
            switch memory?.protection {
            case .secretMemory: .secret
            case .lockedAndShielded: .shielded
            case .unlocked, nil: .unlocked
            }
        var reply = StatusReply(vault: vault != nil ? .unlocked : hasVault ? .locked : .none, memory: kind)
        reply.arenaUsed = UInt64(memory?.bytesInUse ?? 0)
        reply.arenaReserved = UInt64(memory?.bytesReserved ?? 0)
        reply.memoryLockLimit = memory?.limit ?? 0
        reply.connections = UInt16(clamping: server.count)
        reply.pendingChallenges = UInt16(clamping: challenges.pending.count)
        reply.processID = UInt32(Environment.process)
        reply.uptimeSeconds = (now - startedAt) / 1000
        reply.warnings = warnings.values.sorted().map { Text.clipped($0) }
        if let vault {
            let contents = vault.contents
            reply.generation = vault.durable.generation
            reply.revision = contents.revision
            reply.accounts = UInt32(contents.count)
            reply.inTrash = UInt32(contents.trashCount)
            let left = vault.clock.left(at: now)
            reply.idleSecondsLeft = left.idle
            reply.absoluteSecondsLeft = left.absolute
            reply.auditSequence = contents.auditSequence
            reply.auditHash = Digest(contents.auditHash)
            if contents.access.made > 0, contents.codesLeft <= AgentLimits.fewCodes {
                reply.warnings.append(Sentences.fewCodes(contents.codesLeft))
            }
        }
        server.send(reply, to: call)
    }

    /// SUBSCRIBE.
    private func subscribe(_ request: SubscribeRequest, _ call: Call) throws(Refusal) {
        call.connection.events = request.events
        server.send(OKReply(), to: call)
    }
}
