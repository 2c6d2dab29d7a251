import Platform
import Vault
import Wire

// RECOVERY_SET, RECOVERY_LIST, RECOVERY_NEXT, RECOVERY_USED, RECOVERY_SHOW: the codes that services hand out for the
// day on which the second factor is lost. They leave only for an owner who has just proved to be there.
extension Agent {
    func recoverySet(_ request: RecoverySetRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        try checkRoom()
        let account = try find(request.selector, in: contents)
        guard request.replaces || contents.recoverySet(of: account.id) == nil else { throw .hasRecoveryCodes }
        let codes = request.codes
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            let isReplaced = try contents.setRecoveryCodes(
                of: account.id, service: request.service, isInOrder: request.isInOrder, codes, in: request.text,
                at: utc)
            return (isReplaced: isReplaced, counts: contents.counts(of: account.id))
        } then: { [unowned self] answer, requester in
            let event = answer.isReplaced ? AuditEvent.recoveryRegenerated : .recoveryImported
            log(event, account.id, outcome: .done, by: requester)
            reply(counts: answer.counts, to: requester)
        }
    }

    /// It is no use of the vault: whoever looks at numbers again and again does not keep it open.
    func recoveryList(_ request: RecoveryListRequest, _ call: Call) throws(Refusal) {
        guard let open, !isLocking else { throw hasVault ? .locked : .noVault }
        let contents = open.contents
        let page = Page(of: contents.inOrder, from: request.start, size: \.encodedCount) { contents.counts(of: $0.id) }
        server.send(
            RecoverySetsReply(revision: contents.revision, next: page.next, sets: page.entries), to: call)
    }

    func recoveryNext(_ request: RecoveryNextRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        let account = try find(request.selector, in: contents)
        // Nobody is asked about what cannot be.
        guard let set = contents.recoverySet(of: account.id) else { throw Refusal(VaultError.noRecoveryCodes) }
        guard set.next != nil else { throw Refusal(VaultError.noRecoveryCodeLeft) }
        try proved(request.use.what(noted("a recovery code")), account, call) {
            [unowned self] (call) throws(Refusal) in
            try giveNext(account.id, for: request.use, call)
        }
    }

    /// The code is marked as shown on the disk before anybody sees it.
    private func giveNext(
        _ account: Identifier, for use: RecoveryUse, _ call: Call
    ) throws(Refusal) {
        guard audit.failure == nil else { throw .auditNotWritten }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            let next = try contents.showNextRecoveryCode(of: account, at: utc)
            return (set: next.set, index: next.index, counts: contents.counts(of: account))
        } then: { [unowned self] next, requester in
            guard let connection = server.connection(requester.connection), let counts = next.counts else { return }
            guard isWritten(use, account, by: connection) else { return reply(Refusal.auditNotWritten, to: requester) }
            connection.holdsSecrets = true
            next.set.withCode(next.set.codes[next.index]) { code in
                server.send(
                    RecoveryCodeReply(counts, number: UInt16(next.index + 1), code: code), to: connection,
                    request: requester.request)
            }
        }
    }

    func recoveryUsed(_ request: RecoveryUsedRequest, _ call: Call) throws(Refusal) {
        let account = try find(request.selector, in: use().contents)
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            _ = try contents.useRecoveryCode(of: account.id, request.code, at: utc)
            return contents.counts(of: account.id)
        } then: { [unowned self] counts, requester in
            log(
                .recoveryCodeUsed, account.id, outcome: .done, by: requester)
            reply(counts: counts, to: requester)
        }
    }

    func recoveryShow(_ request: RecoveryShowRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        let account = try find(request.selector, in: contents)
        guard contents.shownSet(of: account.id, request) != nil else { throw Refusal(VaultError.noRecoveryCodes) }
        let which = request.isSuperseded ? "the former recovery codes" : "all recovery codes"
        try proved(request.use.what(which), account, call) {
            [unowned self] (call) throws(Refusal) in
            guard audit.failure == nil else { throw .auditNotWritten }
            let contents = try use().contents
            guard let set = contents.shownSet(of: account.id, request),
                let counts = contents.counts(of: set)
            else { throw Refusal(VaultError.noRecoveryCodes) }
            guard isWritten(request.use, account.id, by: call.connection) else { throw .auditNotWritten }
            send(set, counts, to: call.connection, call.id)
        }
    }

    private func send(_ set: Vault.RecoverySet, _ counts: Wire.RecoverySet, to connection: Connection, _ id: UInt32) {
        connection.holdsSecrets = true
        set.withCodes { text, ranges in
            let codes = zip(set.codes, ranges).map { ShownRecoveryCode(text: $1, shown: $0.shown, used: $0.used) }
            server.send(RecoveryCodesReply(counts, codes: codes, in: text), to: connection, request: id)
        }
    }

    // MARK: Parts

    /// Does `give` at once for whoever has just typed the passphrase; else when the owner has said yes with it.
    /// An account each of whose uses needs a yes is asked about in any case.
    func proved(
        _ what: String, _ account: Vault.Account, _ call: Call,
        _ give: @escaping (Call) throws(Refusal) -> Void
    ) throws(Refusal) {
        if account.details.consent == .none, recentUnlock?.holds(for: call.connection.caller.session, at: now) == true {
            return try give(call)
        }
        try raise(.export, what, for: account, needsPassphrase: true, call) { [unowned self] requester in
            goOn(requester) { (call) throws(Refusal) in
                guard let account = try use().contents[account.id], account.removed == 0 else {
                    throw Refusal(VaultError.notFound)
                }
                try give(call)
            }
        }
    }

    /// Whether the log's line of it is written. Nothing leaves without.
    private func isWritten(_ use: RecoveryUse, _ account: Identifier, by connection: Connection) -> Bool {
        let event: AuditEvent =
            switch use {
            case .view: .recoveryViewed
            case .copy: .recoveryCopied
            case .print: .recoveryPrinted
            }
        log(event, account, outcome: .done, by: connection)
        audit.write()
        return audit.failure == nil
    }

    private func reply(counts: Wire.RecoverySet?, to requester: Requester) {
        guard let counts else { return reply(Refusal.internalFault, to: requester) }
        reply(RecoveryCountsReply(counts), to: requester)
    }
}

extension RecoveryUse {
    /// What is asked in a challenge.
    fileprivate func what(_ what: String) -> String {
        switch self {
        case .view: noted("show \(what)")
        case .copy: noted("copy \(what)")
        case .print: noted("print \(what)")
        }
    }
}

extension Contents {
    /// The set that RECOVERY_SHOW is about.
    fileprivate func shownSet(of account: Identifier, _ request: RecoveryShowRequest) -> Vault.RecoverySet? {
        request.isSuperseded ? supersededSets(of: account).first : recoverySet(of: account)
    }

    /// How many codes an account has; nil for none.
    func counts(of account: Identifier) -> Wire.RecoverySet? {
        recoverySet(of: account).flatMap { counts(of: $0) }
    }

    /// How many codes are in a set.
    fileprivate func counts(of set: Vault.RecoverySet) -> Wire.RecoverySet? {
        guard let account = self[set.account] else { return nil }
        let until = set.superseded == 0 ? supersededSets(of: set.account).first?.supersededUntil : set.supersededUntil
        return Wire.RecoverySet(
            account: account.id, label: account.details.label, service: set.service, isInOrder: set.isInOrder,
            imported: set.imported, total: set.codes.count, left: set.left, shown: set.shown,
            supersededUntil: until ?? 0, isBesidePassword: account.credential != nil)
    }
}
