import OneTimePassword
import Platform
import Vault
import Wire

// LIST, SHOW, ADD, EDIT, REMOVE, UNTRASH, MOVE: the accounts and their order.
extension Agent {
    func list(_ request: ListRequest, _ call: Call) throws(Refusal) {
        let contents = try look().contents
        let version = call.connection.version
        func page(of accounts: some Collection<Vault.Account>) -> Page<Wire.Account> {
            Page(of: accounts, from: request.start, size: \.encodedCount) { Wire.Account($0, in: version) }
        }
        let page =
            switch call.connection.listener {
            case .agent: request.flags.contains(.trash) ? page(of: contents.trash) : page(of: contents.inOrder)
            case .forwarded: page(of: contents.inOrder.filter(\.isForwardable))
            }
        server.send(
            AccountsReply(revision: contents.revision, next: page.next, accounts: page.entries), to: call)
    }

    func show(_ request: ShowRequest, _ call: Call) throws(Refusal) {
        let account = try findAny(request.selector, in: use().contents)
        // A note holds what its owner wanted to keep, and as well as a code.
        guard let proof = account.details.consent.proof, account.noteCount > 0,
            !isGranted(.note(account.id), with: proof, to: call.connection.caller.session)
        else {
            return try show(account.id, call)
        }
        try raise(.code, noted("show the note"), for: account, grant: .note(account.id), call) {
            [unowned self] requester in
            goOn(requester) { (call) throws(Refusal) in
                log(.noteShown, account.id, outcome: .done, by: call.connection)
                try show(account.id, call)
            }
        }
    }

    func find(_ request: FindRequest, _ call: Call) throws(Refusal) {
        let account = try findAny(request.selector, in: use().contents)
        server.send(AccountReply(Wire.Account(account, in: call.connection.version), note: Span()), to: call)
    }

    /// The account that is meant; by its id also one in the trash.
    private func findAny(_ selector: Selector, in contents: Contents) throws(Refusal) -> Vault.Account {
        if case .id(let wanted) = selector, let any = contents[wanted] { return any }
        return try find(selector, in: contents)
    }

    private func show(_ id: Identifier, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        guard let account = contents[id] else { throw Refusal(VaultError.notFound) }
        let onWire = Wire.Account(account, in: call.connection.version)
        call.connection.holdsSecrets = call.connection.holdsSecrets || account.noteCount > 0
        contents.withNote(of: account.id) { note in
            server.send(AccountReply(onWire, note: note), to: call)
        }
    }

    func add(_ request: AddRequest, _ call: Call) throws(Refusal) {
        _ = try use()
        try checkRoom()
        let details = AccountDetails(request.account)
        var origin = AccountOrigin(request.more)
        let parameters = try Refusal.parameters(request.account.credential)
        let key = request.key
        let pin = request.pin
        let note = request.note
        if let parameters {
            do { try parameters.check(key: key) } catch { throw Refusal(error) }
        }
        let utc = utc
        if let transaction = call.connection.transaction {
            origin.batch = transaction.batch
            let (account, outcome) = try transaction.add(
                details, parameters, key: key, pin: pin, note: note, origin, at: utc)
            return server.send(added(account, outcome, transaction.preview), to: call)
        }
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            let added = try contents.add(details, parameters, key: key, pin: pin, note: note, origin, at: utc)
            return (id: added.id, outcome: added.outcome, contents: contents)
        } then: { [unowned self] answer, requester in
            if answer.outcome != .same {
                let event: AuditEvent = answer.outcome == .raised ? .edited : .added
                log(event, answer.id, outcome: .done, by: requester)
            }
            reply(added(answer.id, answer.outcome, answer.contents), to: requester)
        }
    }

    private func added(_ id: Identifier, _ outcome: AddOutcome, _ contents: Contents) -> AddedReply {
        let account = contents[id]
        return AddedReply(
            account: id, outcome: outcome, issuer: account?.details.issuer ?? "",
            name: account?.details.name ?? "", counter: account?.credential?.parameters.counter ?? 0)
    }

    func edit(_ request: EditRequest, _ call: Call) throws(Refusal) {
        let account = try find(request.selector, in: use().contents)
        // It may be needed after a question was answered, when this body is gone.
        var note: SharedSecret?
        if request.hasNote {
            try checkRoom()
            do { note = SharedSecret(try Secret(copying: request.note)) } catch {
                throw Refusal(VaultError.memory(error))
            }
        }
        let edit = request.edit
        // Taking a protection away is itself something that the owner is asked about.
        let weakened = account.policy.weakened(by: edit.applied(to: account.policy))
        // So is that others may ask for it.
        let opens = !account.details.isForwardable && edit.applied(to: account.details).isForwardable
        let apply = { [unowned self, note] (call: Call) throws(Refusal) in
            let utc = utc
            // A yes is for what was shown: others may have changed the account meanwhile.
            if let now = try use().contents[account.id]?.policy {
                guard now.weakened(by: edit.applied(to: now)).allSatisfy(weakened.contains) else {
                    throw .keepsChanging
                }
            }
            try change(for: call) { (contents: inout Contents) throws(VaultError) in
                // What it is now: others may have changed it while the owner was asked.
                guard let current = contents[account.id] else { throw .notFound }
                let details = edit.applied(to: current.details)
                let (isBound, isFavourite) = (edit.isDeviceBound, edit.isFavourite)
                guard let note else {
                    return try contents.edit(
                        account.id, details: details, isDeviceBound: isBound, isFavourite: isFavourite, at: utc)
                }
                try note.withBytes { (note: Span<UInt8>) throws(VaultError) in
                    try contents.edit(
                        account.id, details: details, note: note, isDeviceBound: isBound, isFavourite: isFavourite,
                        at: utc)
                }
            } then: { [unowned self] _, requester in
                log(.edited, account.id, outcome: .done, by: requester)
                for protection in weakened {
                    logWeakened(AuditSubject(protection), of: account.id, from: .owner, by: requester)
                }
                if opens { logWeakened(.forward, of: account.id, from: .owner, by: requester) }
                reply(OKReply(), to: requester)
            }
        }
        guard !weakened.isEmpty || opens else { return try apply(call) }
        let taken =
            weakened.map(\.name) + (opens ? [Sentences.keptFromForwarding] : []) + edit.alsoChanged(note: note != nil)
        try raise(takingAway: taken, from: account, call) { [unowned self] requester in
            goOn(requester, apply)
        }
    }

    func remove(_ request: RemoveRequest, _ call: Call) throws(Refusal) {
        let account = try find(request.selector, in: use().contents)
        let utc = utc
        try changeOne(.removed, account.id, call) { (contents: inout Contents) throws(VaultError) in
            try contents.remove(account.id, at: utc)
        }
    }

    func untrash(_ request: UntrashRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        let account: Vault.Account
        switch request.selector {
        case .id(let wanted):
            guard let found = contents[wanted], found.removed != 0 else { throw Refusal(VaultError.notFound) }
            account = found
        case .name(let query):
            do { account = try contents.findInTrash(query) } catch { throw Refusal(error) }
        }
        let utc = utc
        try changeOne(.restored, account.id, call) { (contents: inout Contents) throws(VaultError) in
            try contents.restore(account.id, at: utc)
        }
    }

    func move(_ request: MoveRequest, _ call: Call) throws(Refusal) {
        let contents = try use().contents
        let account = try find(request.selector, in: contents)
        let place = try request.place.map { (other) throws(Refusal) in try find(other, in: contents).id }
        let utc = utc
        try changeOne(.moved, account.id, call) { (contents: inout Contents) throws(VaultError) in
            try contents.move(account.id, to: place, at: utc)
        }
    }

    private func changeOne(
        _ event: AuditEvent, _ account: Identifier, _ call: Call,
        _ apply: (inout Contents) throws(VaultError) -> Void
    ) throws(Refusal) {
        try change(for: call, apply) { [unowned self] _, requester in
            log(event, account, outcome: .done, by: requester)
            reply(OKReply(), to: requester)
        }
    }
}

extension AccountDetails {
    /// What ADD says of an account besides its one-time password and where it came from.
    init(_ account: NewAccount) {
        self.init(
            issuer: account.issuer, name: account.name, tags: account.tags, lifetime: account.lifetime)
        consent = account.consent
    }
}

extension AccountOrigin {
    init(_ more: AddRequest.More) {
        self.init(
            state: more.state, extras: more.extras, raisesCounter: more.flags.contains(.raiseCounter),
            isBesideTwins: more.flags.contains(.besideTwins))
    }
}

extension AccountEdit {
    /// The details with the fields that are to change.
    func applied(to old: AccountDetails) -> AccountDetails {
        var details = old
        if let issuer { details.issuer = issuer }
        if let name { details.name = name }
        if let tags { details.tags = tags }
        if let consent { details.consent = consent }
        if let lifetime { details.lifetime = lifetime }
        return details
    }

    /// The protections likewise.
    func applied(to old: AccountPolicy) -> AccountPolicy {
        var policy = old
        if let consent { (policy.confirm, policy.verify) = (consent != .none, consent == .verify) }
        if let lifetime { policy.lifetime = lifetime }
        if let isDeviceBound { policy.isDeviceBound = isDeviceBound }
        return policy
    }

    /// What else it changes, for the question about the protections: a line, or none.
    fileprivate func alsoChanged(note: Bool) -> [String] {
        let fields = [
            issuer.map { _ in "the issuer" }, name.map { _ in "the name" }, tags.map { _ in "the tags" },
            note ? "the note" : nil, isFavourite.map { _ in "the mark as a favourite" },
        ].compactMap { $0 }
        return fields.isEmpty
            ? [] : ["besides, \(Sentences.joined(fields)) \(fields.count == 1 && tags == nil ? "changes" : "change")"]
    }
}

extension Wire.Account {
    /// As the version of the protocol has it that was agreed on.
    init(_ account: Vault.Account, in version: UInt16) {
        self.init(
            id: account.id, issuer: account.details.issuer, name: account.details.name,
            credential: Model.Credential(account.credential?.parameters),
            tags: account.details.tags, state: account.state,
            consent: account.details.consent, isDeviceBound: account.isDeviceBound, lifetime: account.details.lifetime,
            created: account.created, modified: account.modified, removed: account.removed,
            hasNote: account.noteCount > 0, extras: account.extras)
        if version == 1 { self = inVersion1 }
    }
}
