import Platform
import Vault
import Wire

// PASSPHRASE, and whatever else takes the passphrase of a vault that is open.
extension Agent {
    /// What a derivation is given, and drops when it is done.
    struct Attempt: Sendable {
        let passphrase: SharedSecret
        var replacement: SharedSecret?
        var sealed: [UInt8] = []
        var isCheap = false
        var utc: UInt64 = 0
        var derivations: [Vault.UnlockMethod] = []

        /// The unlock methods of the passphrase: itself, under a new salt, and the file that it opens with stock age.
        func ways() throws(VaultError) -> PassphraseWays {
            try passphrase.withBytes { (passphrase: Span<UInt8>) throws(VaultError) in
                let derivation = try isCheap ? PassphraseDerivation.cheapest() : .calibrated()
                let owner = try OwnerKey(derivation.identity(passphrase))
                return PassphraseWays(
                    passphrase: Vault.UnlockMethod(
                        source: .passphrase(derivation), label: "passphrase", recipient: owner.recipient, at: utc),
                    owner: owner, key: try RecoveryKey.make(for: passphrase, isCheap: isCheap, at: utc))
            }
        }
    }

    /// What a new passphrase is to the vault.
    struct PassphraseWays: Sendable {
        let passphrase: Vault.UnlockMethod
        let owner: OwnerKey
        let key: Vault.UnlockMethod
    }

    /// A copy in locked memory, which may outlive the request.
    func secret(_ bytes: Span<UInt8>) throws(Refusal) -> SharedSecret {
        do { return SharedSecret(try Secret(copying: bytes)) } catch { throw .lockedMemory }
    }

    private static func owner(
        of passphrase: SharedSecret, _ derivation: PassphraseDerivation
    ) throws(VaultError) -> OwnerKey {
        try passphrase.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            try OwnerKey(derivation.identity(bytes))
        }
    }

    /// Derives from a passphrase whether it is one of the vault's, and calls `then` with its owner's key if so.
    func check(
        _ passphrase: SharedSecret, for call: Call,
        onRefusal: @escaping () -> Void = {}, then: @escaping (Requester, OwnerKey) -> Void
    ) throws(Refusal) {
        let vault = try use()
        var attempt = Attempt(passphrase: passphrase)
        attempt.derivations = vault.contents.unlockMethods
        try tryGuess(attempt, for: call, Self.matches) {
            [unowned self] owner, held, guess throws(Refusal) in
            guard let owner else {
                onRefusal()
                return refuseWrongSecret(.wrongPassphrase, held, guess)
            }
            noteRightSecret(guess)
            try checkNotLocked(since: held)
            certify(by: owner)
            then(held.requester, owner)
        }
    }

    /// Has the owner, who has just given the passphrase, vouch for what nobody has vouched for yet.
    private func certify(by owner: OwnerKey) {
        guard let vault = open, !isLocking else { return }
        // What cannot be vouched for now can be the next time.
        if (try? vault.contents.certify(by: owner, at: utc)) == true {
            vault.isDirty = true
            startSave()
        }
    }

    private static let matches: @Sendable (Attempt) -> OwnerKey? = { attempt in
        for way in attempt.derivations {
            guard case .passphrase(let derivation) = way.source else { continue }
            if let owner = try? owner(of: attempt.passphrase, derivation), owner.recipient == way.recipient {
                return owner
            }
        }
        return nil
    }

    func passphrase(_ request: PassphraseRequest, _ call: Call) throws(Refusal) {
        guard call.connection.transaction == nil else { throw .staging }
        let new = try newPassphrase(request.new, call)
        guard !request.old.isEmpty else {
            // Who has lost the passphrase has just proved by a recovery code to be the owner.
            _ = try use()
            guard call.connection.unlockedByCode == lockEpoch else { throw .wrongPassphrase }
            return try replacePassphrase(by: new, as: .passphrase, for: call)
        }
        let old = try secret(request.old)
        try check(old, for: call) { [unowned self] requester, owner in
            guard !isStopping else { return }
            goOn(requester) { (call) throws(Refusal) in
                try replacePassphrase(by: new, as: .passphrase, former: owner, for: call)
            }
        }
    }

    /// Seals to what `new` gives under a new salt; it may be the passphrase that there is.
    func replacePassphrase(
        by new: SharedSecret, as event: AuditEvent, former: OwnerKey? = nil, for call: Call
    ) throws(Refusal) {
        var attempt = Attempt(passphrase: new)
        attempt.utc = utc
        attempt.isCheap = configuration.cheapDerivation
        let held = hold(call)
        try offload(
            attempt, on: derivations, for: held,
            { attempt -> Result<PassphraseWays, VaultError> in
                Result { () throws(VaultError) in try attempt.ways() }
            }
        ) { [unowned self] result throws(Refusal) in
            guard let call = self.call(of: held.requester) else { return }
            try checkNotLocked(since: held)
            let ways = try result.made()
            let utc = utc
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                try contents.replacePassphrase(by: ways.passphrase, ways.key, ways.owner, former: former, at: utc)
            } then: { [unowned self] _, requester in
                let connection = server.connection(requester.connection)
                connection?.unlockedByCode = nil
                log(event, outcome: .done, by: connection)
                reply(OKReply(), to: requester)
                backupsAreOld()
            }
        }
    }
}
