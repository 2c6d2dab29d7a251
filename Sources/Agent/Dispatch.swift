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
        do throws(Refusal) {
            try dispatch(connection, frame.type, frame.id, body)
        } catch {
            server.send(error.message, to: connection, request: frame.id)
        }
    }

    private func dispatch(
        _ connection: Connection, _ type: MessageType?, _ id: UInt32, _ body: Span<UInt8>
    ) throws(Refusal) {
        switch type {
        case .code: try code(connection, id, body)
        case .hello: try hello(connection, id, body)
        case .status: try status(connection, id, body)
        case .initialize: try initialize(connection, id, body)
        case .unlock: try unlock(connection, id, body)
        case .lock: try lockRequest(connection, id, body)
        case .passphrase: try passphrase(connection, id, body)
        case .settings: try settings(connection, id, body)
        case .setSettings: try setSettings(connection, id, body)
        case .access: try access(connection, id, body)
        case .accessCodes: try accessCodes(connection, id, body)
        case .accessAdd: try accessAdd(connection, id, body)
        case .accessRemove: try accessRemove(connection, id, body)
        case .accessRotate: try accessRotate(connection, id, body)
        case .recoveryKey: try recoveryKey(connection, id, body)
        case .accessClean: try accessClean(connection, id, body)
        case .respond: try respond(connection, id, body)
        case .list: try list(connection, id, body)
        case .show: try show(connection, id, body)
        case .add: try add(connection, id, body)
        case .edit: try edit(connection, id, body)
        case .remove: try remove(connection, id, body)
        case .restore: try restore(connection, id, body)
        case .move: try move(connection, id, body)
        case .begin: try begin(connection, id, body)
        case .commit: try commit(connection, id, body)
        case .abort: try abort(connection, id, body)
        case .undoImport: try undoImport(connection, id, body)
        case .export: try export(connection, id, body)
        case .exportPage: try exportPage(connection, id, body)
        case .subscribe: try subscribe(connection, id, body)
        case .challenges: try listChallenges(connection, id, body)
        case .approve: try approve(connection, id, body)
        case .deny: try deny(connection, id, body)
        case .cancel: try cancel(connection, id, body)
        case .grants: try grants(connection, id, body)
        case .grantRevoke: try grantRevoke(connection, id, body)
        case .keyList: try keyList(connection, id, body)
        case .keyCreate: try keyCreate(connection, id, body)
        case .keyAssert: try keyAssert(connection, id, body)
        case .keyNext: try keyNext(connection, id, body)
        case .keySign: try keySign(connection, id, body)
        case .keyEdit: try keyEdit(connection, id, body)
        case .keyRemove: try keyRemove(connection, id, body)
        case .keyPresence: try keyPresence(connection, id, body)
        case .keyReset: try keyReset(connection, id, body)
        case .pinState: try pinState(connection, id, body)
        case .pinAgreement: try pinAgreement(connection, id, body)
        case .pinSet: try pinSet(connection, id, body)
        case .pinChange: try pinChange(connection, id, body)
        case .pinToken: try pinToken(connection, id, body)
        case .verificationToken: try verificationToken(connection, id, body)
        case .tokenVerify: try tokenVerify(connection, id, body)
        case .recoverySet: try recoverySet(connection, id, body)
        case .recoveryList: try recoveryList(connection, id, body)
        case .recoveryNext: try recoveryNext(connection, id, body)
        case .recoveryUsed: try recoveryUsed(connection, id, body)
        case .recoveryShow: try recoveryShow(connection, id, body)
        case .backupNow: try backupNow(connection, id, body)
        case .backupState: try backupState(connection, id, body)
        case .backupVerify: try backupVerify(connection, id, body)
        case .backupReport: try backupReport(connection, id, body)
        case .restoreBegin: try restoreBegin(connection, id, body)
        case .restoreData: try restoreData(connection, id, body)
        case .restoreOpen: try restoreOpen(connection, id, body)
        case .restorePreview: try restorePreview(connection, id, body)
        case .restoreCommit: try restoreCommit(connection, id, body)
        case .restoreAbort: try restoreAbort(connection, id, body)
        case .verify: try verify(connection, id, body)
        default:
            throw Refusal(
                .protocolMismatch, "this agent does not know that request", "use a fob of the same release")
        }
    }

    /// Decodes a request.
    @_lifetime(copy body)
    func read<Request: Message & ~Escapable>(_ type: Request.Type, _ body: Span<UInt8>) throws(Refusal) -> Request {
        do { return try Request(from: body) } catch { throw Refusal(error) }
    }

    /// HELLO.
    private func hello(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        guard !connection.isGreeted else { throw Refusal(.usage, "HELLO was said already") }
        let request: HelloRequest
        do { request = try HelloRequest(from: body) } catch {
            connection.isEnding = true
            throw Refusal(.protocolMismatch, error.description, "see fob-protocol(7)")
        }
        guard let version = request.agreed() else {
            connection.isEnding = true
            throw Refusal(
                .protocolMismatch, "client and agent share no version of the protocol", "use a fob of the same release")
        }
        connection.isGreeted = true
        if configuration.testAuthenticator { wrongPins = 0 }
        if !hasVault { lookForVault() }
        connection.deadline = nil
        let state: VaultState = open != nil && !isLocking ? .unlocked : hasVault ? .locked : .none
        server.send(
            WelcomeReply(version: version, vault: state, release: configuration.release), to: connection, request: id)
    }

    /// STATUS.
    private func status(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        _ = try read(StatusRequest.self, body)
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
        server.send(reply, to: connection, request: id)
    }

    /// SUBSCRIBE.
    private func subscribe(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        connection.events = try read(SubscribeRequest.self, body).events
        server.send(OKReply(), to: connection, request: id)
    }
}
