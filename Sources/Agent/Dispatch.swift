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
        lockIfDue()
        do throws(Refusal) {
            if connection.isForwarded, let type = frame.type, type.forwardedReach == .none { throw .notForwarded }
            do throws(Refusal) {
                try dispatch(frame.type, call, body)
            } catch  where error.code == .locked && !connection.isForwarded {
                try holdUntilUnlock(error, frame.type, call, body)
            }
        } catch {
            server.send(error.message(over: connection.listener, in: connection.version), to: call)
        }
    }

    func dispatch(_ type: MessageType?, _ call: Call, _ body: Span<UInt8>) throws(Refusal) {
        /// Decodes a request for its handler.
        func on<Request: Message & ~Escapable>(
            _: Request.Type, _ handle: (Request, Call) throws(Refusal) -> Void
        ) throws(Refusal) {
            assert(type == Request.type)
            func decode(_ body: Span<UInt8>) throws(Refusal) {
                let request: Request
                do { request = try Request(from: body) } catch { throw Refusal(error) }
                try handle(request, call)
            }
            guard call.connection.version == 1, let new = Request.type.newSinceVersion1,
                body.count >= new.behind
            else { return try decode(body) }
            var whole: LockedBuffer
            do { whole = try LockedBuffer(capacity: body.count + new.count) } catch { throw .lockedMemory }
            whole.append(copying: body.extracting(droppingLast: new.behind))
            whole.append { for _ in 0..<new.count { $0.append(0) } }
            whole.append(copying: body.extracting(last: new.behind))
            try decode(whole.bytes)
        }
        switch type {
        case .code: try on(CodeRequest.self, code)
        case .hello: try hello(call, body)
        case .status: try on(StatusRequest.self, status)
        case .initialize: try on(InitializeRequest.self, initialize)
        case .unlock: try on(UnlockRequest.self, unlock)
        case .lock: try on(LockRequest.self, lockRequest)
        case .passphrase: try on(PassphraseRequest.self, passphrase)
        case .settings: try on(SettingsRequest.self, settings)
        case .setSettings: try on(SetSettingsRequest.self, setSettings)
        case .access: try on(AccessRequest.self, access)
        case .accessCodes: try on(AccessCodesRequest.self, accessCodes)
        case .accessAdd: try on(AccessAddRequest.self, accessAdd)
        case .accessRemove: try on(AccessRemoveRequest.self, accessRemove)
        case .accessRotate: try on(AccessRotateRequest.self, accessRotate)
        case .recoveryKey: try on(RecoveryKeyRequest.self, recoveryKey)
        case .accessClean: try on(AccessCleanRequest.self, accessClean)
        case .respond: try on(RespondRequest.self, respond)
        case .list: try on(ListRequest.self, list)
        case .show: try on(ShowRequest.self, show)
        case .find: try on(FindRequest.self, find)
        case .add: try on(AddRequest.self, add)
        case .edit: try on(EditRequest.self, edit)
        case .remove: try on(RemoveRequest.self, remove)
        case .untrash: try on(UntrashRequest.self, untrash)
        case .move: try on(MoveRequest.self, move)
        case .begin: try on(BeginRequest.self, begin)
        case .commit: try on(CommitRequest.self, commit)
        case .abort: try on(AbortRequest.self, abort)
        case .undoImport: try on(UndoImportRequest.self, undoImport)
        case .export: try on(ExportRequest.self, export)
        case .exportPage: try on(ExportPageRequest.self, exportPage)
        case .subscribe: try on(SubscribeRequest.self, subscribe)
        case .challenges: try on(ChallengesRequest.self, listChallenges)
        case .approve: try on(ApproveRequest.self, approve)
        case .deny: try on(DenyRequest.self, deny)
        case .cancel: try on(CancelRequest.self, cancel)
        case .grants: try on(GrantsRequest.self, grants)
        case .grantRevoke: try on(GrantRevokeRequest.self, grantRevoke)
        case .sshBind: try on(SSHBindRequest.self, sshBind)
        case .mutes: try on(MutesRequest.self, mutes)
        case .keyList: try on(KeyListRequest.self, keyList)
        case .keyCreate: try on(KeyCreateRequest.self, keyCreate)
        case .keyAssert: try on(KeyAssertRequest.self, keyAssert)
        case .keyNext: try on(KeyNextRequest.self, keyNext)
        case .keySign: try on(KeySignRequest.self, keySign)
        case .keyEdit: try on(KeyEditRequest.self, keyEdit)
        case .keyRemove: try on(KeyRemoveRequest.self, keyRemove)
        case .keyPresence: try on(KeyPresenceRequest.self, keyPresence)
        case .keyReset: try on(KeyResetRequest.self, keyReset)
        case .keyPin: try on(KeyPinRequest.self, keyPin)
        case .keyImport: try on(KeyImportRequest.self, keyImport)
        case .keyExportPage: try on(KeyExportPageRequest.self, keyExportPage)
        case .largeBlobs: try on(LargeBlobsRequest.self, largeBlobs)
        case .keyConfiguration: try on(KeyConfigurationRequest.self, keyConfiguration)
        case .webCreate: try on(WebCreateRequest.self, webCreate)
        case .webAssert: try on(WebAssertRequest.self, webAssert)
        case .webKeys: try on(WebKeysRequest.self, webKeys)
        case .webSignal: try on(WebSignalRequest.self, webSignal)
        case .pinState: try on(PinStateRequest.self, pinState)
        case .pinAgreement: try on(PinAgreementRequest.self, pinAgreement)
        case .pinSet: try on(PinSetRequest.self, pinSet)
        case .pinChange: try on(PinChangeRequest.self, pinChange)
        case .pinToken: try on(PinTokenRequest.self, pinToken)
        case .verificationToken: try on(VerificationTokenRequest.self, verificationToken)
        case .tokenVerify: try on(TokenVerifyRequest.self, tokenVerify)
        case .recoverySet: try on(RecoverySetRequest.self, recoverySet)
        case .recoveryList: try on(RecoveryListRequest.self, recoveryList)
        case .recoveryNext: try on(RecoveryNextRequest.self, recoveryNext)
        case .recoveryUsed: try on(RecoveryUsedRequest.self, recoveryUsed)
        case .recoveryShow: try on(RecoveryShowRequest.self, recoveryShow)
        case .backupNow: try on(BackupNowRequest.self, backupNow)
        case .backupState: try on(BackupStateRequest.self, backupState)
        case .backupVerify: try on(BackupVerifyRequest.self, backupVerify)
        case .backupReport: try on(BackupReportRequest.self, backupReport)
        case .backupPlaces: try on(BackupPlacesRequest.self, backupPlaces)
        case .rehearsed: try on(RehearsedRequest.self, rehearsed)
        case .keeperCard: try on(KeeperCardRequest.self, keeperCard)
        case .keeperMake: try on(KeeperMakeRequest.self, keeperMake)
        case .keeperMakePlus: try on(KeeperMakePlusRequest.self, keeperMakePlus)
        case .keepers: try on(KeepersRequest.self, keepers)
        case .keeperKeep: try on(KeeperKeepRequest.self, keeperKeep)
        case .keeperAnswer: try on(KeeperAnswerRequest.self, keeperAnswer)
        case .keeperProven: try on(KeeperProvenRequest.self, keeperProven)
        case .keeperForget: try on(KeeperForgetRequest.self, keeperForget)
        case .tokenSave: try on(TokenSaveRequest.self, tokenSave)
        case .tokenList: try on(TokenListRequest.self, tokenList)
        case .tokenRetrieve: try on(TokenRetrieveRequest.self, tokenRetrieve)
        case .restoreBegin: try on(RestoreBeginRequest.self, restoreBegin)
        case .restoreData: try on(RestoreDataRequest.self, restoreData)
        case .restoreOpen: try on(RestoreOpenRequest.self, restoreOpen)
        case .restoreAccess: try on(RestoreAccessRequest.self, restoreAccess)
        case .restoreKeep: try on(RestoreKeepRequest.self, restoreKeep)
        case .restorePreview: try on(RestorePreviewRequest.self, restorePreview)
        case .restoreCommit: try on(RestoreCommitRequest.self, restoreCommit)
        case .restoreAbort: try on(RestoreAbortRequest.self, restoreAbort)
        case .joinUndo: try on(JoinUndoRequest.self, joinUndo)
        case .earlierVaults: try on(EarlierVaultsRequest.self, earlierVaults)
        case .otherWays: try on(OtherWaysRequest.self, otherWays)
        case .otherWay: try on(OtherWayRequest.self, otherWay)
        case .hardwareKeys: try on(HardwareKeysRequest.self, hardwareKeys)
        case .hardwareAdd: try on(HardwareAddRequest.self, hardwareAdd)
        case .messageIn: try on(MessageInRequest.self, messageIn)
        case .messageCode: try on(MessageCodeRequest.self, messageCode)
        case .line: try on(LineRequest.self, line)
        case .lines: try on(LinesRequest.self, lines)
        case .verify: try on(VerifyRequest.self, verify)
        case .allowWeak: try on(AllowWeakRequest.self, allowWeak)
        case .log: try on(LogRequest.self, verifyLog)
        case nil, .ok, .welcome, .statusReply, .settingsReply, .accessReply, .accessCodesReply, .accessAdded,
            .recoveryKeyReply, .accessCleaned, .codeReply, .accounts, .account, .keys, .added, .importUndone,
            .exportReady,
            .exportEntries, .exportBytes, .restoreOpened, .restoreAccessReply, .restoreEntries, .restored,
            .challengesReply,
            .recoveryCounts, .recoverySets, .recoveryCode, .recoveryCodes, .backupMade, .backupStateReply,
            .backupVerified, .backupPlacesReply, .grantsReply, .mutesReply, .keyCreated, .keyAssertion, .keySignature,
            .pinStateReply,
            .pinAgreementReply, .pinTokenReply, .lockedEvent, .unlockedEvent, .changedEvent, .challengeEvent,
            .challengeEndedEvent, .backupDueEvent, .backupHealthEvent, .logReply, .joinUndone,
            .earlierVaultsReply, .otherWaysReply, .hardwareKeysReply, .keyImported, .keyExported, .largeBlobsReply,
            .keyConfigurationReply, .webCreated, .webAsserted, .webKeysReply, .keeperCardReply, .keepersMade,
            .keepersReply, .keeperAnswered, .tokensReply, .tokenReply, .messageCodeReply, .linesReply,
            .numberEvent, .error:
            throw Refusal(
                .protocolMismatch, "this agent does not know that request", "use the fob of the same release")
        }
    }

    /// HELLO.
    private func hello(_ call: Call, _ body: Span<UInt8>) throws(Refusal) {
        guard !call.connection.isGreeted else { throw Refusal(.usage, "HELLO was said already") }
        func read<M: Message>(_: M.Type) throws(WireError) -> M { try M(from: body) }
        let request: HelloRequest
        do throws(WireError) { request = try read(HelloRequest.self) } catch {
            call.connection.isEnding = true
            throw Refusal(.protocolMismatch, Sentence(error.description), "see fob-protocol(7)")
        }
        guard let version = request.agreed(with: Limits.agentVersions) else {
            call.connection.isEnding = true
            throw Refusal(
                .protocolMismatch, "client and agent share no version of the protocol",
                "use the fob of the same release")
        }
        call.connection.version = version
        if configuration.testAuthenticator { wrongPassphrases.forgivePINs() }
        if open == nil { lookForVault() }
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
        lookForStep()
        reply.warnings = (warnings.values.sorted() + lineWarnings()).map { Text.clipped($0) }
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

extension MessageType {
    /// How many bytes version 2 has put into a request, and in front of how many others; zeros say what version 1 said
    /// without them.
    fileprivate var newSinceVersion1: (count: Int, behind: Int)? {
        switch self {
        case .restoreOpen: (2, 0)
        case .restoreCommit: (1, 0)
        case .accessCodes: (2, 0)
        // The start of the process that a listener asks for.
        case .keyAssert, .keySign, .keyPresence, .keyReset, .verificationToken: (8, 0)
        // So has this, and further extensions.
        case .keyCreate: (10, Identifier.count)
        default: nil
        }
    }
}
