import Age
import CryptoP256
import Platform
import Recovery
import Vault
import Wire

// KEEPER_CARD, KEEPER_MAKE, KEEPERS, KEEPER_PROVEN: the side of the owner, who has others keep shares of a key.
extension Agent {
    func keeperCard(_ request: KeeperCardRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        let name = request.name.isEmpty ? contents.keeping?.name ?? "" : request.name
        guard !name.isEmpty else { throw .noKeeperName }
        let binding = Self.randomBinding()
        var key = try Self.locked(32)
        do throws(CryptoP256Error) {
            try key.append { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
                try P256.generatePrivateKey(into: &output)
            }
        } catch { throw .lockedMemory }
        // Nothing is kept for a name that no card can have.
        _ = try Self.card(key.bytes, binding, name)
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.beginKeeping(key: key.bytes, at: utc)
            try contents.keep(at: utc) { keeping in
                keeping.name = name
                keeping.bindings.append(binding)
            }
            return contents.keeping
        } then: { [unowned self] keeping, requester in
            answer(requester) { () throws(Refusal) in
                guard let keeping else { throw .internalFault }
                let card = try keeping.withKey { (key) throws(Refusal) in try Self.card(key, binding, name) }
                log(.keeperCard, outcome: .done, by: requester)
                reply(card, to: requester)
            }
        }
    }

    private static func card(
        _ key: Span<UInt8>, _ binding: [UInt8], _ name: String
    ) throws(Refusal) -> KeeperCardReply {
        let publicKey: Recovery.PublicKey
        do throws(CryptoP256Error) { publicKey = try Recovery.PublicKey(of: key) } catch { throw .lockedMemory }
        let signed: [UInt8]
        do throws(ExchangeError) {
            signed = try KeeperCard.signedBytes(publicKey: publicKey, binding: binding, name: name)
        } catch { throw .badKeeperName }
        do throws(CryptoP256Error) {
            let signature = try Recovery.PublicKey.signature(of: signed.span, privateKey: key)
            return KeeperCardReply(point: publicKey.point, binding: binding, name: name, signature: signature)
        } catch { throw .lockedMemory }
    }

    private static func randomBinding() -> [UInt8] {
        [UInt8](capacity: KeeperCard.bindingBytes) { Sodium.randomBytes(into: &$0, count: KeeperCard.bindingBytes) }
    }

    private static func locked(_ capacity: Int) throws(Refusal) -> LockedBuffer {
        do throws(MemoryError) { return try LockedBuffer(capacity: capacity) } catch { throw .lockedMemory }
    }

    // MARK: The set

    func keeperMake(_ request: KeeperMakeRequest, _ call: Call) throws(Refusal) {
        // A set is not made weaker by who does not know that it could be.
        let former = try use().contents.keepers
        guard request.keepers.isEmpty || former?.plus.isEmpty ?? true else { throw .plusCodeStays }
        try makeKeepers(request.passphrase, Int(request.threshold), request.keepers, plus: nil, call)
    }

    func keeperMakePlus(_ request: KeeperMakePlusRequest, _ call: Call) throws(Refusal) {
        guard request.code.isEmpty || request.code.count == PlusCode.bytes else { throw .badPlusCode }
        let code = request.code.isEmpty ? nil : try secret(request.code)
        try makeKeepers(request.passphrase, Int(request.threshold), request.keepers, plus: code, call)
    }

    private func makeKeepers(
        _ passphrase: Span<UInt8>, _ threshold: Int, _ keepers: [NewKeeper], plus: SharedSecret?, _ call: Call
    ) throws(Refusal) {
        try withOwner(try secret(passphrase), call) { [unowned self] (call, owner) throws(Refusal) in
            let contents = try use().contents
            guard let keeping = contents.keeping, !keeping.name.isEmpty else { throw .noKeeperName }
            guard !keepers.isEmpty || contents.keepers != nil else { throw .noKeepers }
            let job = KeeperJob(
                keeping: keeping, former: contents.keepers, keepers: keepers, threshold: threshold, plus: plus,
                utc: utc)
            let held = hold(call)
            try offload(job, on: derivations, for: held, { $0.run() }) { [unowned self] result throws(Refusal) in
                guard let call = self.call(of: held.requester) else { return }
                try checkNotLocked(since: held)
                let made: KeeperJob.Made
                switch result {
                case .success(let value): made = value
                case .failure(let refusal): throw refusal
                }
                guard try use().contents.keepers?.set == job.former?.set else { throw .keepsChanging }
                try replaceKeepers(by: made, owner, call)
            }
        }
    }

    private func replaceKeepers(by made: KeeperJob.Made, _ owner: OwnerKey, _ call: Call) throws(Refusal) {
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try made.keys.withBytes { (keys: Span<UInt8>) throws(VaultError) in
                try contents.replaceKeepers(by: made.keepers, keys, owner, at: utc)
            }
        } then: { [unowned self] _, requester in
            if let keepers = made.keepers {
                log(.keepersMade, outcome: .done, .number(UInt64(keepers.keepers.count)), by: requester)
            } else {
                log(.keepersEnded, outcome: .done, by: requester)
            }
            reply(KeepersMadeReply(set: made.keepers?.set ?? .zero, deposits: made.deposits), to: requester)
            // Backups of before do not open for them.
            backupsAreOld()
        }
    }

    func keepers(_: KeepersRequest, _ call: Call) throws(Refusal) {
        server.send(try KeepersReply(try look().contents), to: call)
    }

    func keeperProven(_ request: KeeperProvenRequest, _ call: Call) throws(Refusal) {
        let token = request.token
        guard let keepers = try use().contents.keepers,
            let keeper = keepers.keepers.first(where: { $0.token == token })
        else { throw .noKeepers }
        let commitment: [UInt8]
        do throws(ShareError) {
            commitment = try ShareSealing.commitment(to: request.share, set: keepers.set)
        } catch { throw .lockedMemory }
        guard Sodium.equal(commitment.span, keeper.commitment.span) else {
            log(.tokenFailed, outcome: .refused, by: call.connection)
            throw .wrongShare
        }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.keep(at: utc) { keeping in
                keeping.proofs.removeAll { proof in
                    proof.token == token || !keepers.keepers.contains { $0.token == proof.token }
                }
                keeping.proofs.append(Keeping.Proof(token: token, time: utc))
            }
            try contents.noteKeeperProven(keeper.point, at: utc)
        } then: { [unowned self] _, requester in
            log(.tokenConfirmed, outcome: .done, by: requester)
            reply(OKReply(), to: requester)
        }
    }
}

/// Splits a new key among keepers and makes what is to be sent to them, on a worker: there are many signatures to be made.
private struct KeeperJob: Sendable {
    let keeping: Keeping
    let former: Keepers?
    let keepers: [NewKeeper]
    let threshold: Int
    /// The plus-code; nil for a set without one.
    let plus: SharedSecret?
    let utc: UInt64

    struct Made: Sendable {
        let keepers: Keepers?
        let keys: SharedSecret
        let deposits: [KeeperDeposit]
    }

    func run() -> Result<Made, Refusal> {
        Result { () throws(Refusal) in
            do {
                // Keepers know the owner by the key of the set before.
                let made = try keeping.withKeys { (key) throws -> Made? in
                    guard let owner = former?.owner, try Recovery.PublicKey(of: key).point == owner else { return nil }
                    return try make(key)
                }
                if let made { return made }
                return try keeping.withKey { (key) throws in try make(key) }
            } catch let refusal as Refusal {
                throw refusal
            } catch let error as ShareError {
                throw error == .badThreshold ? .badThreshold : .lockedMemory
            } catch let error as ExchangeError {
                throw error == .badName ? .badKeeperName : .lockedMemory
            } catch {
                throw .lockedMemory
            }
        }
    }

    private func make(_ privateKey: Span<UInt8>) throws -> Made {
        var binding = [UInt8](capacity: KeeperCard.bindingBytes) {
            Sodium.randomBytes(into: &$0, count: KeeperCard.bindingBytes)
        }
        let card = try KeeperCard(privateKey: privateKey, binding: binding, name: keeping.name)
        binding = []
        var deposits: [KeeperDeposit] = []
        var keys = try LockedBuffer(capacity: Limits.keepers.upperBound * ShareSealing.keyBytes)
        var new: Keepers?
        if !keepers.isEmpty {
            let made = try split(privateKey)
            var set = Keepers()
            (set.set, set.threshold, set.made) = (made.set.id, UInt8(threshold), utc)
            (set.recipient, set.owner) = (made.set.recipient.publicKey, made.set.owner.point)
            set.plus = made.set.plus
            for (keeper, member) in zip(keepers, made.set.keepers) {
                let start = keys.count
                keys.append(copying: member.key.span)
                set.keepers.append(
                    Keepers.Keeper(
                        name: keeper.name, point: keeper.point, binding: keeper.binding, label: member.label,
                        token: made.set.tokenID(of: member), commitment: member.commitment, key: start..<keys.count))
            }
            for (keeper, token) in zip(keepers, made.tokens) {
                let deposit = try Deposit(
                    card: card, token: token, obsolete: obsolete(of: keeper.point), privateKey: privateKey)
                deposits.append(KeeperDeposit(name: keeper.name, isEnd: false, deposit: deposit.bytes))
            }
            set.earlier = earlier
            new = set
        }
        for old in former?.keepers ?? [] where !keepers.contains(where: { $0.point == old.point }) {
            let deposit = try Deposit(
                card: card, token: nil, obsolete: obsolete(of: old.point), privateKey: privateKey)
            deposits.append(KeeperDeposit(name: old.name, isEnd: true, deposit: deposit.bytes))
        }
        return Made(keepers: new, keys: SharedSecret(try Secret(keys)), deposits: deposits)
    }

    /// The tokens that somebody may still have, the oldest first: deposits can be lost.
    private var earlier: [Keepers.Earlier] {
        guard let former else { return [] }
        var all = former.earlier + former.keepers.map { Keepers.Earlier(point: $0.point, token: $0.token) }
        for point in Set(all.map(\.point)) {
            let surplus = all.count { $0.point == point } - Deposit.obsoleteLimit + 1
            for _ in 0..<max(surplus, 0) { all.firstIndex { $0.point == point }.map { _ = all.remove(at: $0) } }
        }
        return all.suffix(Limits.keepers.upperBound * (Deposit.obsoleteLimit - 1))
    }

    private func obsolete(of point: [UInt8]) -> [Identifier] {
        earlier.filter { $0.point == point }.map(\.token)
    }

    private func split(_ privateKey: Span<UInt8>) throws -> KeeperSetup.Made {
        guard Set(keepers.map(\.name)).count == keepers.count,
            keepers.allSatisfy({ !$0.name.isEmpty && !$0.name.hasControls })
        else { throw Refusal.badKeeperName }
        let recipients = try keepers.map { keeper in
            guard let key = Recovery.PublicKey(point: keeper.point), keeper.binding.count == KeeperCard.bindingBytes
            else {
                throw Refusal.badCard
            }
            return KeeperSetup.Recipient(publicKey: key, binding: keeper.binding)
        }
        guard Set(recipients.map(\.publicKey)).count == recipients.count else { throw Refusal.sameKeeper }
        var scalar = try LockedBuffer(capacity: ShareSealing.secretBytes)
        scalar.append { Sodium.randomBytes(into: &$0, count: ShareSealing.secretBytes) }
        guard let plus else { return try split(scalar.bytes, Span(), scalar.bytes, .random(), privateKey, recipients) }
        return try plus.withBytes { (code) throws in
            let id = Identifier.random()
            let made = try PlusCode.scalar(of: scalar.bytes, code, set: id)
            return try split(scalar.bytes, code, made.bytes, id, privateKey, recipients)
        }
    }

    private func split(
        _ secret: Span<UInt8>, _ code: Span<UInt8>, _ scalar: Span<UInt8>, _ id: Identifier, _ privateKey: Span<UInt8>,
        _ recipients: [KeeperSetup.Recipient]
    ) throws -> KeeperSetup.Made {
        try KeeperSetup.make(
            secret: secret, recipient: try X25519Identity(scalar: scalar).recipient, id: id, privateKey: privateKey,
            keepers: recipients, threshold: threshold, plusCode: code, at: utc)
    }
}

extension Contents {
    /// What the header of a backup tells of keepers.
    func keeperStanzas() throws(VaultError) -> [Stanza] {
        guard let keepers, let owner = Recovery.PublicKey(point: keepers.owner) else { return [] }
        let members = keepers.withKeys { bytes in
            keepers.keepers.enumerated().map { place, keeper in
                KeeperSet.Keeper(
                    index: place + 1, label: keeper.label, commitment: keeper.commitment,
                    key: keeper.key.map { bytes[$0] })
            }
        }
        guard
            let set = KeeperSet(
                id: keepers.set, threshold: Int(keepers.threshold), owner: owner, recipient: keepers.identityRecipient,
                keepers: members ?? [], plus: keepers.plus)
        else { throw .damaged("the keepers are no set") }
        do throws(AgeError) { return try set.stanzas } catch { throw VaultError(error) }
    }
}

extension KeepersReply {
    fileprivate init(_ contents: Contents) throws(Refusal) {
        self.init()
        if let keeping = contents.keeping {
            name = keeping.name
            do throws(CryptoP256Error) {
                point = try keeping.withKey { (key) throws(CryptoP256Error) in try Recovery.PublicKey(of: key).point }
            } catch { throw .lockedMemory }
        }
        if let keepers = contents.keepers {
            (set, threshold, made, used) = (keepers.set, keepers.threshold, keepers.made, keepers.used)
            hasPlusCode = !keepers.plus.isEmpty
            let proofs = contents.keeping?.proofs ?? []
            self.keepers = keepers.keepers.map { keeper in
                KeeperState(
                    NewKeeper(name: keeper.name, point: keeper.point, binding: keeper.binding), token: keeper.token,
                    proven: proofs.last { $0.token == keeper.token }?.time ?? 0)
            }
        }
        kept = contents.recoveryTokens.filter { $0.account == .zero }.prefix(Limits.tokens).map { token in
            KeptToken(
                id: token.id, name: Text.clipped(token.name, to: Limits.keeperName), point: token.owner,
                token: token.token, since: token.since, wait: token.wait, isAsked: !token.asked.isEmpty)
        }
    }
}
