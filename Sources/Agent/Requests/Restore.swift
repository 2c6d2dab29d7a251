import Age
import Platform
import Vault
import Wire

/// A sealed file that a client hands in to be restored from, and what it turned out to be.
final class Restore {
    /// Bytes that were announced.
    let size: Int
    /// When it is dropped unless somebody goes on with it.
    let deadline: Monotonic
    /// The file so far: ciphertext.
    var sealed: [UInt8] = []
    /// It is being opened, or taken over.
    var isBusy = false
    var opened: Opened?
    /// Of the work that goes on for it.
    var cancellation = Cancellation()
    /// Unlock methods of the file that its owner has confirmed for a vault that is made of it.
    var kept: Set<Identifier> = []

    /// An opened file, and what it would change.
    struct Opened: Sendable {
        let file: Backup.Opened
        let merge: MergeMode
        let isByPassphrase: Bool
        /// Of the recovery code that opened it, which is used up with the restore.
        let code: X25519Recipient?
        /// The owners' keys of the passphrases that were given with it, as far as they prove the owner.
        let owners: [OwnerKey]
        /// The recipient of what has opened the file; nil for the vault's own keys.
        let opener: X25519Recipient?
        /// The other kit codes of the file that the code vouches for which has opened it.
        let kin: Set<Identifier>
        /// The vault as it was then; nil when there was none.
        let ours: Contents?
        let merged: Merged

        /// Brings a file into the vault, or into a new one.
        init(
            _ file: Backup.Opened, into ours: Contents?, _ mode: MergeMode, isByPassphrase: Bool,
            code: X25519Recipient?, opener: X25519Recipient?, kin: Set<Identifier> = [], by owners: [OwnerKey],
            isApproved: Bool,
            _ labels: MergeLabels, at utc: UInt64, _ cancellation: Cancellation
        ) throws(VaultError) {
            let theirs = file.contents
            (self.file, self.code, self.owners, self.opener, self.kin) = (file, code, owners, opener, kin)
            (self.ours, self.merge, self.isByPassphrase) = (ours, mode, isByPassphrase)
            let base: Contents
            if let ours { base = ours } else { base = try Contents(beginningLike: theirs) }
            let purpose: ArrivalPurpose = ours == nil ? .create : mode == .sync ? .sync : .restore
            // A passphrase that only opens a backup is no answer to what it would weaken.
            let proof: OwnerProof = mode == .sync && !owners.isEmpty ? .passphrase : isApproved ? .yes : .none
            // Whose signature it bears is told by the keys that the vault has now, not when the file was opened.
            let origin = base.origin(of: file.manifest, in: theirs, by: owners)
            var merged = try base.merging(
                theirs, Authority(purpose, origin, proof), labels, by: owners, at: utc
            ) { cancellation.isCancelled }
            if let code { _ = try merged.contents.useCode(of: code, at: utc) }
            self.merged = merged
        }

        init(
            file: Backup.Opened, merge: MergeMode, isByPassphrase: Bool, code: X25519Recipient?, owners: [OwnerKey],
            opener: X25519Recipient?, ours: Contents?, merged: Merged
        ) {
            (self.file, self.merge, self.isByPassphrase, self.code) = (file, merge, isByPassphrase, code)
            (self.owners, self.opener, self.ours, self.merged, kin) = (owners, opener, ours, merged, [])
        }

        /// The new vault would have no passphrase.
        var needsPassphrase: Bool {
            let hasOwn = file.contents.unlockMethods.contains {
                if case .passphrase = $0.source { true } else { false }
            }
            return ours == nil && !(isByPassphrase && hasOwn)
        }

        var summary: RestoreSummary {
            let (theirs, manifest) = (file.contents, file.manifest)
            var summary = RestoreSummary(
                isOwn: ours.map { $0.vault == theirs.vault } ?? false, makesVault: ours == nil,
                needsPassphrase: needsPassphrase, vault: theirs.vault, time: manifest?.time ?? theirs.saved,
                sequence: theirs.generation, machine: manifest?.machine ?? "",
                settings: merged.settings,
                recoverySets: UInt32(clamping: merged.recoverySets),
                counts: merged.counts.map { UInt32(clamping: $0) })
            summary.left = merged.left.entries.map {
                RestoreLeft($0.kind, $0.verdict, count: UInt32(clamping: $0.count))
            }
            summary.weakened = merged.left.weakened.prefix(Limits.weakened).map { Text.clipped($0.sentence) }
            summary.isUndoable = merged.isUndoable
            summary.met = merged.met.prefix(Limits.weakened).map { Text.clipped($0) }
            return summary
        }
    }

    init(size: Int, deadline: Monotonic) { (self.size, self.deadline) = (size, deadline) }
}

extension Connection {
    /// Forgets the file that is being restored from; work that goes on for it ends at the next place where it looks.
    func dropRestore() {
        restore?.cancellation.cancel()
        restore = nil
    }
}

// RESTORE_BEGIN, RESTORE_DATA, RESTORE_OPEN, RESTORE_PREVIEW, RESTORE_COMMIT, RESTORE_ABORT: a backup comes back.
extension Agent {
    func restoreBegin(_ request: RestoreBeginRequest, _ call: Call) throws(Refusal) {
        _ = try vaultToRestoreInto()
        guard call.connection.restore == nil, call.connection.transaction == nil else { throw .restoring }
        let others = server.all.filter { $0.restore != nil }
        if others.count >= AgentLimits.restores {
            let idle = Shares.displaced(others, for: call.connection.process.number, always: false, at: now) {
                $0.restore?.isBusy == true
            }
            guard let idle else { throw .tooManyRestores }
            idle.dropRestore()
        }
        call.connection.restore = Restore(size: Int(request.bytes), deadline: now + AgentLimits.restoreMilliseconds)
        sweepRestores()
        server.send(OKReply(), to: call)
    }

    /// The open vault; nil when there is none yet.
    func vaultToRestoreInto() throws(Refusal) -> Contents? {
        if open == nil, !hasVault { lookForVault() }
        guard open != nil || hasVault else { return nil }
        return try use().contents
    }

    /// Drops the files of clients that do not come to an end.
    private func sweepRestores() {
        guard !isSweeping else { return }
        isSweeping = true
        timers.add(at: now + AgentLimits.restoreMilliseconds) { [unowned self] in
            isSweeping = false
            for connection in server.all {
                guard let restore = connection.restore else { continue }
                if restore.deadline <= now, !restore.isBusy { connection.dropRestore() }
            }
            if server.all.contains(where: { $0.restore != nil }) { sweepRestores() }
        }
    }

    func restoreData(_ request: RestoreDataRequest, _ call: Call) throws(Refusal) {
        guard let restore = call.connection.restore, !restore.isBusy else { throw .notRestoring }
        guard restore.sealed.count + request.bytes.count <= restore.size else { throw .restoreSize }
        let bytes = request.bytes
        if restore.sealed.isEmpty { restore.sealed.reserveCapacity(min(restore.size, AgentLimits.restoreRoom)) }
        restore.sealed.append(addingCapacity: bytes.count) { output in output.append(copying: bytes) }
        server.send(OKReply(), to: call)
    }

    func restoreAbort(_: RestoreAbortRequest, _ call: Call) throws(Refusal) {
        guard let restore = call.connection.restore, !restore.isBusy else { throw .notRestoring }
        let requester = call.requester
        abandon(restore, of: call.connection) { [unowned self] in reply(OKReply(), to: requester) }
    }

    /// Lets go of a file that nobody goes on with, and calls `then` once nothing is left of it. What was opened of it a worker
    /// takes apart: accounts can be too many for all others to wait while they are wiped.
    func abandon(_ restore: Restore, of connection: Connection, then: @escaping () -> Void = {}) {
        connection.dropRestore()
        // Given away: if it were here a moment longer than there, it would be taken apart here.
        guard let opened = restore.opened.take(), completions.run(on: files, consume opened, { _ in }, then: then)
        else {
            return then()
        }
    }

    // MARK: Opening

    /// The first part: it has a file from elsewhere and what may open it, and nothing secret of the vault.
    private struct OpenJob: Sendable {
        let sealed: [UInt8]
        let key: RestoreKey
        let secret: SharedSecret
        /// This vault's passphrase; empty when it was not given.
        let owner: SharedSecret
        /// What passphrases of this vault lead to. Nothing of it is secret.
        let passphrases: [(derivation: PassphraseDerivation, recipient: X25519Recipient)]
        /// How much work the derivations may be.
        let mostWork: UInt64
        let cancellation: Cancellation

        func run() -> Result<Found, RestoreFailure> {
            Result { () throws(RestoreFailure) in
                do throws(AgeError) { _ = try AgeHeader(parsing: sealed.span) } catch {
                    throw error == .notAge ? .notSealed : .vault(VaultError(error))
                }
                let owners = owner.count > 0 ? [try provedOwner()] : []
                do throws(VaultError) {
                    guard key != .own else { return Found(owners: owners) }
                    return try secret.withBytes { (secret: Span<UInt8>) throws(VaultError) in
                        try found(by: secret, owners)
                    }
                } catch { throw .vault(error) }
            }
        }

        /// The owner's key of this vault's passphrase.
        private func provedOwner() throws(RestoreFailure) -> OwnerKey {
            for way in passphrases {
                do throws(VaultError) {
                    let owner = try owner.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                        try OwnerKey(way.derivation.identity(bytes))
                    }
                    if owner.recipient == way.recipient { return owner }
                } catch { throw .vault(error) }
            }
            throw .wrongOwner
        }

        private func found(by secret: Span<UInt8>, _ owners: [OwnerKey]) throws(VaultError) -> Found {
            let identity =
                switch key {
                case .passphrase:
                    try VaultFile.identity(of: sealed.span, passphrase: secret, mostWork: mostWork) {
                        cancellation.isCancelled
                    }
                case .code: try KitCode(secret).identity()
                case .hardware: try HardwareKey.identity(secret)
                case .identity, .own: try Self.identity(secret)
                }
            guard !cancellation.isCancelled else { throw .cancelled }
            var owners = owners
            if key == .passphrase { owners.append(try OwnerKey(identity)) }
            let file = try Backup.open(sealed.span, with: identity, own: nil)
            let kin = key == .code ? file.contents.codes(of: try OwnerKey(identity)) : []
            return Found(
                file: file, code: key == .code ? identity.recipient : nil, opener: identity.recipient, kin: kin,
                owners: owners)
        }

        private static func identity(_ text: Span<UInt8>) throws(VaultError) -> X25519Identity {
            do throws(AgeError) { return try X25519Identity(text: text) } catch { throw VaultError.noMatch }
        }
    }

    /// What was found in a file.
    private struct Found: Sendable {
        /// Nil where only the vault's own keys open it.
        var file: Backup.Opened?
        /// Of the kit code that opened it.
        var code: X25519Recipient?
        /// The recipient of what opened it.
        var opener: X25519Recipient?
        /// The other kit codes that it vouches for.
        var kin: Set<Identifier> = []
        /// The owners' keys of the passphrases that were given.
        let owners: [OwnerKey]
    }

    /// The second part: it has a copy of the vault, and ends soon after a lock.
    private struct MergeJob: Sendable {
        let sealed: [UInt8]
        let found: Found
        let key: RestoreKey
        let mode: MergeMode
        let ours: Contents?
        let utc: UInt64
        let cancellation: Cancellation

        func run() -> Result<Restore.Opened, RestoreFailure> {
            Result { () throws(RestoreFailure) in
                let (file, owners): (Backup.Opened, [OwnerKey])
                do throws(VaultError) { (file, owners) = try self.file() } catch { throw .vault(error) }
                if mode == .sync { try checkSync(file, owners) }
                if mode == .join, let ours {
                    return try Restore.Opened(
                        joining: file, to: ours, found.owners, opener: found.opener, source: "", at: utc, cancellation)
                }
                do throws(VaultError) {
                    return try Restore.Opened(
                        file, into: ours, mode, isByPassphrase: key == .passphrase, code: found.code,
                        opener: found.opener, kin: found.kin, by: owners, isApproved: false,
                        MergeLabels(source: "", at: utc, isPreview: true), at: utc, cancellation)
                } catch { throw .vault(error) }
            }
        }

        private func file() throws(VaultError) -> (Backup.Opened, [OwnerKey]) {
            if let file = found.file?.seen(from: ours, by: found.owners) {
                return (file, ours?.proving(found.owners, with: file) ?? found.owners)
            }
            guard let ours else { throw .noMatch }
            guard mode == .sync else { return (try Backup(sealed.span, of: ours).opened, found.owners) }
            return (try Backup.open(sealed.span, of: ours), found.owners)
        }

        /// Two machines are one vault: what a sync takes in bears the present signing key of this one, or one that the
        /// owner has certified after it and adopts by the passphrase. What opens the file says nothing of that.
        private func checkSync(_ file: Backup.Opened, _ owners: [OwnerKey]) throws(RestoreFailure) {
            switch file.origin {
            case .current: return
            case .successor: guard !owners.isEmpty else { throw .ownerMissing }
            case .former: throw .former
            // A machine of the owner that has not heard of the end signs so too.
            case .foreign where file.manifest.map { ours?.epoch(of: PublicKey($0.publicKey)) != nil } ?? false:
                throw .former
            case .foreign where ours?.isUncertified(file) ?? false: throw .uncertified
            case .foreign, .unsigned: throw .notThisVaults
            }
        }
    }

    func restoreOpen(_ request: RestoreOpenRequest, _ call: Call) throws(Refusal) {
        guard let restore = call.connection.restore, !restore.isBusy else { throw .notRestoring }
        guard restore.sealed.count == restore.size else { throw .restoreSize }
        let ours = try vaultToRestoreInto()
        // Without a secret there is nothing that could be guessed.
        let isGuess = request.key != .own || !request.owner.isEmpty
        guard isGuess || ours != nil else { throw .doesNotOpen }
        if request.mode == .sync, [.identity, .code, .hardware].contains(request.key) { throw .syncTakesPassphrase }
        if request.mode == .join { try checkJoin(request, ours) }
        try checkRoom()
        let mode = request.mode
        let cancellation = Cancellation()
        let passphrases = (ours?.unlockMethods ?? []).compactMap { way in
            if case .passphrase(let derivation) = way.source { (derivation, way.recipient) } else { nil }
        }
        let job = OpenJob(
            sealed: restore.sealed, key: request.key, secret: try secret(request.secret),
            owner: try secret(request.owner), passphrases: passphrases,
            mostWork: VaultFile.mostForeignWork(beside: ours), cancellation: cancellation)
        let key = request.key
        if isGuess {
            try tryGuess(job, isForeign: true, for: call, { $0.run() }) {
                restore.isBusy = false
            } then: { [unowned self] result, held, guess throws(Refusal) in
                // To open a file is to know its secret, which need not be the owner's.
                if case .failure(.wrongOwner) = result {
                    return refuseWrongSecret(.wrongPassphrase, held, guess, as: .restoreOpened)
                }
                if case .failure(.vault(.noMatch)) = result {
                    return refuseOnce(.doesNotOpen, job.secret, held, guess)
                }
                try merge(result, key, mode, restore, held)
            }
        } else {
            let held = hold(call)
            try offload(job, on: foreign, isForeign: true, for: held, { $0.run() }) {
                restore.isBusy = false
            } then: { [unowned self] result throws(Refusal) in
                try merge(result, key, mode, restore, held)
            }
        }
        restore.isBusy = true
        restore.cancellation = cancellation
        timers.add(at: now + AgentLimits.foreignMilliseconds) { cancellation.cancel() }
    }

    /// Brings what was found into the vault as it is now.
    private func merge(
        _ result: Result<Found, RestoreFailure>, _ key: RestoreKey, _ mode: MergeMode, _ restore: Restore, _ held: Held
    ) throws(Refusal) {
        let found: Found
        switch result {
        case .success(let made): found = made
        case .failure(let failure): throw failure.refusal
        }
        try checkNotLocked(since: held)
        let job = MergeJob(
            sealed: restore.sealed, found: found, key: key, mode: mode, ours: try vaultToRestoreInto(), utc: utc,
            cancellation: restore.cancellation)
        restore.isBusy = true
        try offload(job, on: foreign, for: held, { $0.run() }) {
            restore.isBusy = false
        } then: { [unowned self] result throws(Refusal) in
            try opened(result, restore, held)
        }
    }

    private func opened(
        _ result: Result<Restore.Opened, RestoreFailure>, _ restore: Restore, _ held: Held
    ) throws(Refusal) {
        switch result {
        case .success(let opened):
            try checkNotLocked(since: held)
            restore.opened = opened
            reply(RestoreOpenedReply(opened.summary), to: held.requester)
        case .failure(let failure):
            if case .vault(.cancelled) = failure { try checkNotLocked(since: held) }
            throw failure.refusal
        }
    }

    func restorePreview(_ request: RestorePreviewRequest, _ call: Call) throws(Refusal) {
        guard let opened = call.connection.restore?.opened else { throw .notOpened }
        if opened.ours != nil { _ = try use() }
        let page = Page(of: opened.merged.entries, from: request.start, size: \.encodedCount) { RestoreEntry($0) }
        server.send(RestoreEntriesReply(next: page.next, entries: page.entries), to: call)
    }
}
