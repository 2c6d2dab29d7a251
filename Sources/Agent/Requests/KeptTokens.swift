import Age
import Encodings
import Platform
import Recovery
import Vault
import Wire

// KEEPER_KEEP, KEEPER_ANSWER, KEEPER_FORGET: the side of the keeper, who has tokens of others.
extension Agent {
    /// The client has verified the owner's signature. What is decided here: whether this vault expects the token, and what
    /// of the owner's it ends.
    func keeperKeep(_ request: KeeperKeepRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        guard let keeping = contents.keeping else { throw .noKeeperName }
        guard let owner = Recovery.PublicKey(point: request.point), !request.name.isEmpty, !request.name.hasControls,
            request.wait <= Limits.answerWait
        else { throw .badCard }
        let digest = owner.digest.bytes
        let own = contents.recoveryTokens.filter { $0.owner == request.point }
        let gone = own.filter { request.obsolete.contains($0.token) }
        var token: RecoveryToken?
        if request.bytes.isEmpty {
            guard !gone.isEmpty else { throw .unknownToken }
        } else {
            try checkRoom()
            guard !own.contains(where: { $0.token == request.token }) else { throw .alreadyKept }
            guard !keeping.ended.contains(Keeping.Ended(owner: digest, token: request.token)) else { throw .endedToken }
            // One that takes the place of another comes by the card of that.
            guard keeping.bindings.contains(request.binding) || gone.contains(where: { $0.binding == request.binding })
            else { throw .unacceptableBinding }
            var new = RecoveryToken()
            (new.owner, new.name, new.token) = (request.point, request.name, request.token)
            (new.bytes, new.binding, new.wait, new.since) = (request.bytes, request.binding, request.wait, utc)
            token = new
        }
        let (utc, binding) = (utc, request.binding)
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            for token in gone { try contents.endToken(token.id, at: utc) }
            if let token { try contents.put(token, at: utc) }
            try contents.keep(at: utc) { keeping in
                keeping.bindings.removeAll { $0 == binding }
                keeping.ended += gone.map { Keeping.Ended(owner: digest, token: $0.token) }
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
        let found = contents.recoveryTokens.first { token in
            token.token == request.token && Recovery.PublicKey(point: token.owner)?.digest == request.owner
        }
        if let found { return found }
        let ended = Keeping.Ended(owner: request.owner.bytes, token: request.token)
        throw contents.keeping?.ended.contains(ended) == true ? .endedToken : .unknownToken
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
        let text: String
        do throws(ExchangeError) {
            text = try keeping.withKey { (key) throws(ExchangeError) in
                try RecoveryAnswer.text(
                    token.bytes, to: request, id: .random(), privateKey: key, at: utc, isLowFriction: false)
            }
        } catch { throw .lockedMemory }
        // Nothing leaves without the log's line.
        log(.tokenAnswered, outcome: .done, by: call.connection)
        audit.write()
        guard audit.failure == nil else { throw .auditNotWritten }
        server.send(KeeperAnsweredReply(text), to: call)
    }
}

extension Digest {
    fileprivate var array: [UInt8] { bytes.indices.map { bytes[$0] } }
}
