import Age
import CryptoP256
import Encodings
import Platform
import Recovery
import Vault
import Wire

// KEEPER_KEEP, KEEPER_ANSWER, KEEPER_FORGET: the side of the keeper, who has tokens of others.
extension Agent {
    /// What the owner's signature decides: which of their tokens end. What the vault here does: whether it expects the new one.
    func keeperKeep(_ request: KeeperKeepRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        guard let keeping = contents.keeping else { throw .noKeeperName }
        let deposit: Deposit
        do throws(ExchangeError) { deposit = try Deposit(bytes: request.deposit) } catch { throw Refusal(error) }
        let name = request.name.isEmpty ? deposit.card.name : request.name
        guard !name.hasControls, request.wait <= Limits.answerWait else { throw .badCard }
        let (owner, utc) = (deposit.card.publicKey, utc)
        let own = contents.recoveryTokens.filter { $0.owner == owner.point }
        let gone = own.filter { deposit.obsolete.contains($0.token) }
        var token: RecoveryToken?
        if let new = deposit.token {
            try checkRoom()
            guard !own.contains(where: { $0.token == new.fields.id }) else { throw .alreadyKept }
            let ended = Keeping.Ended(owner: owner.digest.bytes, token: new.fields.id)
            guard !keeping.ended.contains(ended) else { throw .endedToken }
            // One that takes the place of another comes by the card of that.
            let bindings = keeping.bindings + gone.map(\.binding)
            let checked = try keeping.withKey(of: new.fields.audience) { (_, key) throws(Refusal) in
                do throws(ExchangeError) {
                    return try KeptTokens.checked(new, of: deposit.card, for: key, now: utc) { bindings.contains($0) }
                } catch { throw Refusal(error) }
            }
            guard let checked else { throw Refusal(.token(.unacceptableAudience)) }
            var kept = RecoveryToken()
            (kept.owner, kept.name, kept.token) = (owner.point, name, checked.fields.id)
            (kept.bytes, kept.binding, kept.since) = (checked.bytes, checked.fields.binding, utc)
            kept.wait = gone.map(\.wait).reduce(request.wait, max)
            token = kept
        } else if gone.isEmpty {
            throw .unknownToken
        }
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            for token in gone { try contents.endToken(token.id, at: utc) }
            if let token { try contents.put(token, at: utc) }
            try contents.keep(at: utc) { keeping in
                keeping.bindings.removeAll { $0 == token?.binding }
                keeping.ended += gone.map { Keeping.Ended(owner: owner.digest.bytes, token: $0.token) }
            }
        } then: { [unowned self] _, requester in
            for _ in gone { log(.tokenForgotten, outcome: .done, .from(.owner), by: requester) }
            if token != nil { log(.tokenKept, outcome: .done, by: requester) }
            reply(OKReply(), to: requester)
        }
    }

    func keeperForget(_ request: KeeperForgetRequest, _ call: Call) throws(Refusal) {
        let id = request.id
        try withOwner(try secret(request.passphrase), call) { [unowned self] (call, _) throws(Refusal) in
            guard let token = try use().contents.recoveryTokens.first(where: { $0.id == id }),
                token.account == .zero, let owner = Recovery.PublicKey(point: token.owner)
            else { throw .unknownToken }
            let utc = utc
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                try contents.endToken(id, at: utc)
                try contents.keep(at: utc) {
                    $0.ended.append(Keeping.Ended(owner: owner.digest.bytes, token: token.token))
                }
            } then: { [unowned self] _, requester in
                log(.tokenForgotten, outcome: .done, by: requester)
                reply(OKReply(), to: requester)
            }
        }
    }

    func keeperAnswer(_ request: KeeperAnswerRequest, _ call: Call) throws(Refusal) {
        guard let owner = KeyDigest(request.owner.array) else { throw .unknownToken }
        let asked = RecoveryRequest(
            token: request.token, session: request.session.array,
            recipient: X25519Recipient(publicKey: request.recipient.bytes), owner: owner)
        _ = try token(asked, in: use().contents)
        try verify(try secret(request.secret), takesPin: canTryPin, for: call) { [unowned self] requester, _ in
            goOn(requester) { (call) throws(Refusal) in try answer(asked, call) }
        }
    }

    /// The token that is asked for.
    private func token(_ request: RecoveryRequest, in contents: Contents) throws(Refusal) -> RecoveryToken {
        let ended = Keeping.Ended(owner: request.owner.bytes, token: request.token)
        guard contents.keeping?.ended.contains(ended) != true else { throw .endedToken }
        let found = contents.recoveryTokens.first { token in
            token.token == request.token && Recovery.PublicKey(point: token.owner)?.digest == request.owner
        }
        guard let found else { throw .unknownToken }
        return found
    }

    /// Gives the token back, or has it wait.
    private func answer(_ request: RecoveryRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        var token = try token(request, in: contents)
        let utc = utc
        if token.wait > 0 {
            let binding = request.binding
            let mark = Identifier(firstOf: binding.span)
            guard let asked = token.asked.first(where: { $0.request == mark }) else {
                token.asked.append(RecoveryToken.Asked(request: mark, time: utc))
                let until = utc + UInt64(token.wait)
                return try change(for: call) { (contents: inout Contents) throws(VaultError) in
                    try contents.put(token, at: utc)
                } then: { [unowned self] _, requester in
                    log(.tokenAnswered, outcome: .pending, by: requester)
                    reply(Refusal.waits(until: until), to: requester)
                }
            }
            guard utc >= asked.time + UInt64(token.wait) else {
                throw .waits(until: asked.time + UInt64(token.wait))
            }
        }
        guard let keeping = contents.keeping else { throw .internalFault }
        guard let audience = (try? Token(token.bytes, kind: .recovery))?.fields.audience else { throw .internalFault }
        let text = try keeping.withKey(of: audience) { (privateKey, _) throws(Refusal) in
            do throws(ExchangeError) {
                return try RecoveryAnswer.text(
                    token.bytes, to: request, id: .random(), privateKey: privateKey, at: utc, isLowFriction: false)
            } catch { throw .lockedMemory }
        }
        guard let text else { throw .unknownToken }
        // Nothing leaves without the log's line.
        log(.tokenAnswered, outcome: .done, by: call.connection)
        audit.write()
        guard audit.failure == nil else { throw .auditNotWritten }
        server.send(KeeperAnsweredReply(text), to: call)
    }
}

extension Keeping {
    /// Lends the key of an origin, private and public; nil where there is no such key.
    fileprivate func withKey<R>(
        of origin: String, _ use: (Span<UInt8>, Recovery.PublicKey) throws(Refusal) -> R
    ) throws(Refusal) -> R? {
        try withKeys { (key: Span<UInt8>) throws(Refusal) -> R? in
            let publicKey: Recovery.PublicKey
            do throws(CryptoP256Error) { publicKey = try Recovery.PublicKey(of: key) } catch { throw .lockedMemory }
            return publicKey.digest.origin.text == origin ? try use(key, publicKey) : nil
        }
    }
}

extension Digest {
    fileprivate var array: [UInt8] { bytes.indices.map { bytes[$0] } }
}
