import Age
import Platform
import Vault
import Wire

// HARDWARE_KEYS, HARDWARE_ADD, UNLOCK by a hardware security key or an identity. The agent speaks to no such key: a client does, and brings
// what it has computed.
extension Agent {
    /// What is needed to use them stands in the head of the vault's file, which the locked vault shows to its owner.
    func hardwareKeys(_: HardwareKeysRequest, _ call: Call) throws(Refusal) {
        if let open, !isLocking {
            let keys = open.contents.hardwareKeys.map { HardwareCredential($0.key, label: $0.method.label) }
            return server.send(HardwareKeysReply(keys), to: call)
        }
        if open == nil { lookForVault() }
        guard hasVault else { throw remains == nil ? .noVault : .vaultMissing }
        let sealed: [UInt8]
        do { sealed = try store.head() } catch { throw Refusal(error) }
        let keys = VaultFile.hardwareKeys(in: sealed.span).map { HardwareCredential($0, label: "") }
        server.send(HardwareKeysReply(keys), to: call)
    }

    func hardwareAdd(_ request: HardwareAddRequest, _ call: Call) throws(Refusal) {
        let (recipient, key): (X25519Recipient, HardwareKey)
        do throws(VaultError) {
            recipient = try HardwareKey.identity(request.secret).recipient
            key = try HardwareKey(request.credential)
        } catch { throw Refusal(error) }
        let label = request.credential.label
        guard !Keepers.isLabel(label) else { throw .keepersLabel }
        try withOwner(try secret(request.passphrase), call) {
            [unowned self] (call, owner) throws(Refusal) in
            let utc = utc
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                try contents.add(recipient, of: key, label: label, owner, at: utc)
            } then: { [unowned self] way, requester in
                log(.accessAdded, way, outcome: .done, by: requester)
                reply(AccessAddedReply(way), to: requester)
                backupsAreOld()
            }
        }
    }

    /// What opens the vault by itself, as what it may be.
    private struct KeyAttempt: Sendable {
        let method: UnlockSecretKind
        let secret: SharedSecret
        /// The vault's file; nil when the vault is open.
        let sealed: [UInt8]?

        func run() -> Result<(recipient: X25519Recipient, contents: Contents?), VaultError> {
            Result { () throws(VaultError) in
                try secret.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                    let identity = try identity(bytes)
                    let recipient = identity.recipient
                    guard let sealed else { return (recipient, nil) }
                    return (recipient, try VaultFile.open(sealed.span, with: identity))
                }
            }
        }

        private func identity(_ bytes: Span<UInt8>) throws(VaultError) -> X25519Identity {
            guard method == .identity else { return try HardwareKey.identity(bytes) }
            do throws(AgeError) { return try X25519Identity(text: bytes) } catch { throw .noMatch }
        }

        /// Whether a vault has such a method of that recipient. The identity of a kit code is not used up, and so is none.
        func isMethod(of recipient: X25519Recipient, in contents: Contents) -> Bool {
            contents.unlockMethods.contains { way in
                guard way.recipient == recipient else { return false }
                switch way.source {
                case .hardware: return method == .hardware
                case .identity: return method == .identity && !Keepers.isLabel(way.label)
                case .passphrase, .code, .recoveryKey: return false
                }
            }
        }
    }

    /// UNLOCK by what a hardware security key has computed, or by an identity.
    func unlock(by method: UnlockSecretKind, _ secret: SharedSecret, for call: Call) throws(Refusal) {
        guard !isOpening, !isLocking, lateSave == nil else { throw .busyOpening }
        var sealed: [UInt8]?
        if open == nil { do { sealed = try store.load() } catch { throw Refusal(error) } }
        let attempt = KeyAttempt(method: method, secret: secret, sealed: sealed)
        let refusal = method == .hardware ? Refusal.wrongHardwareKey : .wrongIdentity
        try tryGuess(attempt, for: call, { $0.run() }) {
            [unowned self] result, held, guess throws(Refusal) in
            switch result {
            case .success(let found):
                try checkNotLocked(since: held)
                guard let contents = open?.contents ?? found.contents,
                    attempt.isMethod(of: found.recipient, in: contents)
                else { return refuseWrongSecret(refusal, held, guess) }
                // An identity proves nothing about who is there: it opens, and neither keeps open nor forgives.
                if method == .identity, open != nil { return reply(OKReply(), to: held.requester) }
                if open == nil { admit(contents) }
                guard let vault = open else { throw .locked }
                if method == .hardware {
                    noteRightSecret(guess)
                    // As after a kit code, whoever has forgotten the passphrase may choose another.
                    recentUnlock = RecentUnlock(by: guess.caller.session, at: now)
                    server.connection(held.requester.connection)?.unlockedByCode = lockEpoch
                }
                let settings = vault.contents.settings
                vault.clock = LockClock(idle: settings.idleSeconds, absolute: settings.absoluteSeconds, at: now)
                log(.unlocked, outcome: .done, by: guess.caller)
                reply(OKReply(), to: held.requester)
            case .failure(.noMatch): refuseWrongSecret(refusal, held, guess)
            case .failure(let error):
                log(.unlocked, outcome: .failed, by: guess.caller)
                throw Refusal(error)
            }
        }
    }
}

extension HardwareCredential {
    fileprivate init(_ key: HardwareKey, label: String) {
        self.init()
        self.label = Text.clipped(label, to: Limits.name)
        (credential, verifies, site) = (key.credential, key.verifies, key.site)
        salt = Digest(.init { key.salt[$0] })
    }
}

extension HardwareKey {
    fileprivate init(_ credential: HardwareCredential) throws(VaultError) {
        let salt = credential.salt.bytes
        try self.init(
            credential: credential.credential, salt: salt.indices.map { salt[$0] }, verifies: credential.verifies,
            site: credential.site)
    }
}
