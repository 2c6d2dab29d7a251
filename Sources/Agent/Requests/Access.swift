import Age
import Platform
import Vault
import Wire

// ACCESS, ACCESS_CODES, ACCESS_ADD, ACCESS_REMOVE, ACCESS_ROTATE, ACCESS_CLEAN, RECOVERY_KEY: the unlock methods of the vault.
// Each change takes the passphrase, however open the vault is.
extension Agent {
    /// It is no use of the vault: whoever looks at numbers again and again does not keep it open.
    func access(_: AccessRequest, _ call: Call) throws(Refusal) {
        guard let open, !isLocking else { throw hasVault ? .locked : .noVault }
        let contents = open.contents
        let access = contents.access
        var reply = AccessReply()
        reply.set = access.set
        reply.left = UInt8(clamping: contents.codesLeft)
        // Both sets of one second, where releases before have left two.
        reply.made = max(access.made, reply.left)
        reply.madeAt = access.madeAt
        reply.endedAt = access.endedAt
        if access.endedAt != 0 { reply.olderCopies = UInt32(clamping: store.olderCopies(upTo: access.endedAfter)) }
        reply.vault = contents.vault
        reply.fingerprint = Digest(contents.fingerprint)
        reply.ways = contents.unlockMethods.prefix(Limits.unlockMethods).map { Wire.UnlockMethod($0) }
        if let kit = contents.kit {
            reply.kitSet = kit.set
            reply.kitPlaces = kit.places.prefix(Limits.destinations).map { KitPlace($0) }
        }
        guard call.connection.version > 1 else { return server.send(Version1AccessReply(reply), to: call) }
        server.send(reply, to: call)
    }

    func accessCodes(_ request: AccessCodesRequest, _ call: Call) throws(Refusal) {
        let count = Int(request.count)
        let places = request.places.map { EmergencyKit.Place($0) }
        try withOwner(try secret(request.passphrase), call) {
            [unowned self] (call, owner) throws(Refusal) in
            let (codes, keys) = try Self.newCodes(count)
            let utc = utc
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                try contents.replaceCodes(by: keys.map(\.recipient), signing: keys, owner, at: utc)
                try contents.note(kitNaming: places, at: utc)
                return contents
            } then: { [unowned self] contents, requester in
                log(.codesMade, outcome: .done, by: requester)
                backupsAreOld()
                send(codes, of: contents, to: requester)
            }
        }
    }

    /// The bytes of so many codes, one after the other, and what follows from each.
    private static func newCodes(_ count: Int) throws(Refusal) -> (SharedSecret, [OwnerKey]) {
        do {
            var codes = try LockedBuffer(capacity: count * Limits.kitCode)
            var keys: [OwnerKey] = []
            for _ in 0..<count {
                let code = try KitCode.random()
                keys.append(try OwnerKey(code.identity()))
                code.withBytes { bytes in codes.append(copying: bytes) }
            }
            return (SharedSecret(try Secret(codes)), keys)
        } catch let error as VaultError {
            throw Refusal(error)
        } catch {
            throw .lockedMemory
        }
    }

    private func send(_ codes: SharedSecret, of contents: Contents, to requester: Requester) {
        guard let connection = server.connection(requester.connection) else { return }
        connection.holdsSecrets = true
        let size = Limits.kitCode
        codes.withBytes { bytes in
            let reply = AccessCodesReply(
                set: contents.access.set, madeAt: contents.access.madeAt, vault: contents.vault,
                fingerprint: Digest(contents.fingerprint),
                codes: stride(from: 0, to: bytes.count, by: size).map { $0..<($0 + size) }, in: bytes)
            server.send(reply, to: connection, request: requester.request)
        }
    }

    func accessAdd(_ request: AccessAddRequest, _ call: Call) throws(Refusal) {
        let recipient: X25519Recipient
        do { recipient = try X25519Recipient(request.recipient) } catch {
            throw error == .unsupportedRecipient ? .foreignRecipient : .badRecipient
        }
        let label = request.label
        guard !Keepers.isLabel(label) else { throw .keepersLabel }
        try withOwner(try secret(request.passphrase), call) {
            [unowned self] (call, owner) throws(Refusal) in
            let utc = utc
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                try contents.add(recipient, label: label, owner, at: utc)
            } then: { [unowned self] way, requester in
                log(.accessAdded, way, outcome: .done, by: requester)
                reply(AccessAddedReply(way), to: requester)
                // Backups of before do not open for it.
                backupsAreOld()
            }
        }
    }

    func accessRemove(_ request: AccessRemoveRequest, _ call: Call) throws(Refusal) {
        let ways = request.ways
        try withOwner(try secret(request.passphrase), call) {
            [unowned self] (call, owner) throws(Refusal) in
            let utc = utc
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                try contents.removeUnlockMethods(ways, owner, at: utc)
            } then: { [unowned self] _, requester in
                for way in ways { log(.accessRemoved, way, outcome: .done, by: requester) }
                reply(OKReply(), to: requester)
                backupsAreOld()
            }
        }
    }

    func accessRotate(_ request: AccessRotateRequest, _ call: Call) throws(Refusal) {
        let passphrase = try secret(request.passphrase)
        try withOwner(passphrase, call) { [unowned self] (call, owner) throws(Refusal) in
            try replacePassphrase(by: passphrase, as: .accessRotated, former: owner, for: call)
        }
    }

    func accessClean(_ request: AccessCleanRequest, _ call: Call) throws(Refusal) {
        try withOwner(try secret(request.passphrase), call) {
            [unowned self] (call, _) throws(Refusal) in
            let access = try use().contents.access
            guard access.endedAt != 0 else {
                return server.send(AccessCleanedReply(copies: 0), to: call)
            }
            let held = hold(call)
            let last = access.endedAfter
            try offload(
                store, on: files, for: held,
                { store in Result { () throws(StoreError) in try store.removeOlderCopies(upTo: last) } }
            ) { [unowned self] result throws(Refusal) in
                switch result {
                case .success(let copies):
                    log(.accessCleaned, outcome: .done, by: held.requester)
                    reply(AccessCleanedReply(copies: UInt32(clamping: copies)), to: held.requester)
                case .failure(let error): throw Refusal(error)
                }
            }
        }
    }

    /// It is ciphertext, and of no use without the passphrase.
    func recoveryKey(_: RecoveryKeyRequest, _ call: Call) throws(Refusal) {
        guard let open, !isLocking else { throw hasVault ? .locked : .noVault }
        // The durable one: a backup must not come with a key that no file was sealed to.
        guard let file = open.durable.recoveryKey else { throw .noRecoveryKey }
        server.send(RecoveryKeyReply(file: file.span), to: call)
    }

    /// Backups that were made until now open for others than the vault does: new ones are due at once.
    func backupsAreOld() { startSealing() }

    /// Does `body` once the passphrase has proved to be the vault's.
    func withOwner(
        _ passphrase: SharedSecret, _ call: Call, _ body: @escaping (Call, OwnerKey) throws(Refusal) -> Void
    ) throws(Refusal) {
        guard call.connection.transaction == nil else { throw .staging }
        try check(passphrase, for: call) { [unowned self] requester, owner in
            guard !isStopping else { return }
            goOn(requester) { (call) throws(Refusal) in try body(call, owner) }
        }
    }
}

extension Wire.UnlockMethod {
    /// An unlock method without what is nobody's business.
    init(_ way: Vault.UnlockMethod) {
        let kind: UnlockMethodKind
        var (set, place): (UInt32, UInt8) = (0, 0)
        switch way.source {
        case .passphrase: kind = .passphrase
        case .identity: kind = .recipient
        case .recoveryKey: kind = .recoveryKey
        case .hardware: kind = .hardware
        case .code(let ofSet, let atPlace): (kind, set, place) = (.code, ofSet, atPlace)
        }
        self.init(
            id: way.id, kind: kind, label: way.label, recipient: way.recipient.text, created: way.created,
            set: set, place: place)
    }
}

extension KitPlace {
    fileprivate init(_ place: EmergencyKit.Place) {
        self.init(
            name: Text.clipped(place.name, to: Limits.destination), configured: place.configured,
            described: place.described)
    }
}

extension EmergencyKit.Place {
    fileprivate init(_ place: KitPlace) {
        self.init(name: place.name.oneLine, configured: place.configured, described: place.described)
    }
}
