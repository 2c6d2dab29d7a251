import Vault
import Wire

// TOKEN_SAVE, TOKEN_LIST, TOKEN_RETRIEVE: recovery tokens that services have handed out for accounts.
extension Agent {
    func tokenSave(_ request: TokenSaveRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        let account = try find(request.selector, in: contents)
        try checkRoom()
        guard !request.provider.isEmpty, !request.provider.hasControls else { throw .badProvider }
        let others = contents.recoveryTokens.filter { $0.account == account.id && $0.name == request.provider }
        guard !others.contains(where: { $0.token == request.token }) else { throw .alreadyKept }
        guard max(request.issued, request.expires) <= Limits.latestTime else { throw .badTokenTime }
        var token = RecoveryToken()
        (token.account, token.name, token.token) = (account.id, request.provider, request.token)
        (token.bytes, token.since) = (request.bytes, utc)
        (token.issued, token.expires) = (request.issued, request.expires)
        let (utc, new) = (utc, token)
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            for var other in others {
                // Of those that services do not take any more, one is enough.
                guard other.status != .obsolete else { try contents.endToken(other.id, at: utc); continue }
                other.status = .obsolete
                try contents.put(other, at: utc)
            }
            try contents.put(new, at: utc)
        } then: { [unowned self] _, requester in
            log(.tokenConfirmed, account.id, outcome: .done, by: requester)
            reply(OKReply(), to: requester)
        }
    }

    func tokenList(_: TokenListRequest, _ call: Call) throws(Refusal) {
        let contents = try look().contents
        let tokens = contents.recoveryTokens.compactMap { token -> AccountToken? in
            guard let account = contents[token.account], account.removed == 0 else { return nil }
            return AccountToken(
                id: token.id, account: account.id, label: account.details.label, provider: token.name,
                since: token.since, issued: token.issued, expires: token.expires,
                status: TokenStatus(token.status))
        }
        // Those that can be used are shown whatever else there is.
        let sorted = tokens.filter { $0.status == .obsolete } + tokens.filter { $0.status != .obsolete }
        server.send(TokensReply(sorted.suffix(Limits.listedTokens)), to: call)
    }

    func tokenRetrieve(_ request: TokenRetrieveRequest, _ call: Call) throws(Refusal) {
        let id = request.id
        let contents = try use().contents
        guard let token = contents.recoveryTokens.first(where: { $0.id == id }),
            let account = contents[token.account], account.removed == 0
        else { throw .unknownToken }
        try proved(noted("hand out the recovery token of \(token.name)"), account, call) {
            [unowned self] (call) throws(Refusal) in
            guard var token = try use().contents.recoveryTokens.first(where: { $0.id == id }) else {
                throw .unknownToken
            }
            if token.status == .saved { token.status = .retrieved }
            let (utc, marked) = (utc, token)
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                try contents.put(marked, at: utc)
            } then: { [unowned self] _, requester in
                answer(requester) { () throws(Refusal) in
                    // Nothing leaves without the log's line.
                    log(.tokenRecovered, account.id, outcome: .done, by: requester)
                    audit.write()
                    guard audit.failure == nil else { throw .auditNotWritten }
                    reply(TokenReply(bytes: marked.bytes), to: requester)
                }
            }
        }
    }
}

extension TokenStatus {
    fileprivate init(_ status: RecoveryToken.Status) {
        switch status {
        case .saved: self = .saved
        case .retrieved: self = .retrieved
        case .obsolete: self = .obsolete
        }
    }
}
