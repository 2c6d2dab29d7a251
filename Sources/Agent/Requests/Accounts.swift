import OneTimePassword
import Platform
import Vault
import Wire

// LIST, SHOW, ADD, EDIT, REMOVE, RESTORE, MOVE: the accounts and their order.
extension Agent {
    func list(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(ListRequest.self, body)
        let contents = try use().contents
        var page: [Wire.Account] = []
        var bytes = 0
        var next: UInt32 = 0
        func take(_ account: Vault.Account, _ index: Int) -> Bool {
            let entry = Wire.Account(account)
            bytes += entry.encodedCount
            guard bytes <= Limits.page, page.count < Limits.pageEntries else {
                next = UInt32(index)
                return false
            }
            page.append(entry)
            return true
        }
        let start = Int(request.start)
        if request.flags.contains(.trash) {
            let trash = contents.trash
            for index in min(start, trash.count)..<trash.count {
                guard take(trash[index], index) else { break }
            }
        } else {
            var index = start
            for account in contents.inOrder.dropFirst(start) {
                guard take(account, index) else { break }
                index += 1
            }
        }
        server.send(AccountsReply(revision: contents.revision, next: next, accounts: page), to: connection, request: id)
    }

    func show(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(ShowRequest.self, body)
        let contents = try use().contents
        let account: Vault.Account
        if case .id(let wanted) = request.selector, let any = contents[wanted.inVault] {
            account = any
        } else {
            account = try find(request.selector, in: contents)
        }
        let onWire = Wire.Account(account)
        connection.holdsSecrets = connection.holdsSecrets || account.noteCount > 0
        contents.withNote(of: account.id) { note in
            server.send(AccountReply(onWire, note: note), to: connection, request: id)
        }
    }

    func add(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(AddRequest.self, body)
        _ = try use()
        try checkRoom()
        let details = AccountDetails(request.account)
        var origin = Origin(request.more)
        let parameters = try Parameters(request.account.credential)
        let key = request.key
        let pin = request.pin
        let note = request.note
        if let parameters {
            do { try parameters.check(key: key) } catch { throw Refusal(error) }
        }
        let utc = utc
        if let transaction = connection.transaction {
            origin.batch = transaction.batch
            let (account, outcome) = try transaction.add(
                details, parameters, key: key, pin: pin, note: note, origin, at: utc)
            return server.send(added(account, outcome, transaction.preview), to: connection, request: id)
        }
        try change(for: connection, id) { (contents: inout Contents) throws(VaultError) in
            let added = try contents.add(details, parameters, key: key, pin: pin, note: note, origin, at: utc)
            return (id: added.id, outcome: added.outcome, contents: contents)
        } then: { [unowned self] answer, requester in
            if answer.outcome != .same {
                let event: AuditEvent = answer.outcome == .raised ? .edited : .added
                log(event, answer.id.onWire, outcome: .done, by: server.connection(requester.connection))
            }
            reply(added(answer.id, answer.outcome, answer.contents), to: requester)
        }
    }

    private func added(_ id: Vault.Identifier, _ outcome: Vault.AddOutcome, _ contents: Contents) -> AddedReply {
        let onWire: Wire.AddOutcome =
            switch outcome {
            case .added: .added
            case .same: .alreadyThere
            case .renamed: .renamed
            case .raised: .raised
            }
        let account = contents[id]
        return AddedReply(
            account: id.onWire, outcome: onWire, issuer: account?.details.issuer ?? "",
            name: account?.details.name ?? "", counter: account?.credential?.parameters.counter ?? 0)
    }

    func edit(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(EditRequest.self, body)
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
        let details = edit.applied(to: account.details)
        // Taking a protection away is itself something that the owner is asked about.
        let weakens =
            account.isDeviceBound && edit.isDeviceBound == false || account.details.confirm && !details.confirm
            || account.details.lifetime != 0 && (details.lifetime == 0 || details.lifetime > account.details.lifetime)
        let apply = { [unowned self, note] (connection: Connection, id: UInt32) throws(Refusal) in
            let utc = utc
            try change(for: connection, id) { (contents: inout Contents) throws(VaultError) in
                // What it is now: others may have changed it while the owner was asked.
                guard let current = contents[account.id] else { throw .notFound }
                let details = edit.applied(to: current.details)
                let isBound = edit.isDeviceBound
                guard let note else {
                    return try contents.edit(account.id, details: details, isDeviceBound: isBound, at: utc)
                }
                try note.withBytes { (note: Span<UInt8>) throws(VaultError) in
                    try contents.edit(account.id, details: details, note: note, isDeviceBound: isBound, at: utc)
                }
            } then: { [unowned self] _, requester in
                log(.edited, account.id.onWire, outcome: .done, by: server.connection(requester.connection))
                reply(OKReply(), to: requester)
            }
        }
        guard weakens else { return try apply(connection, id) }
        try raise(.code, "take a protection away", for: account, connection, id) { [unowned self] requester in
            guard let connection = server.connection(requester.connection) else { return }
            do throws(Refusal) { try apply(connection, requester.request) } catch { reply(error, to: requester) }
        }
    }

    func remove(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let account = try find(read(RemoveRequest.self, body).selector, in: use().contents)
        let utc = utc
        try changeOne(.removed, account.id, connection, id) { (contents: inout Contents) throws(VaultError) in
            try contents.remove(account.id, at: utc)
        }
    }

    func restore(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(RestoreRequest.self, body)
        let contents = try use().contents
        let account: Vault.Account
        switch request.selector {
        case .id(let wanted):
            guard let found = contents[wanted.inVault], found.removed != 0 else { throw Refusal(VaultError.notFound) }
            account = found
        case .name(let query):
            do { account = try contents.findInTrash(query) } catch { throw Refusal(error) }
        }
        let utc = utc
        try changeOne(.restored, account.id, connection, id) { (contents: inout Contents) throws(VaultError) in
            try contents.restore(account.id, at: utc)
        }
    }

    func move(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(MoveRequest.self, body)
        let contents = try use().contents
        let account = try find(request.selector, in: contents)
        let place: Vault.Place =
            switch request.place {
            case .first: .first
            case .last: .last
            case .before(let other): .before(try find(other, in: contents).id)
            case .after(let other): .after(try find(other, in: contents).id)
            }
        let utc = utc
        try changeOne(.moved, account.id, connection, id) { (contents: inout Contents) throws(VaultError) in
            try contents.move(account.id, to: place, at: utc)
        }
    }

    private func changeOne(
        _ event: AuditEvent, _ account: Vault.Identifier, _ connection: Connection, _ id: UInt32,
        _ apply: (inout Contents) throws(VaultError) -> Void
    ) throws(Refusal) {
        try change(for: connection, id, apply) { [unowned self] _, requester in
            log(event, account.onWire, outcome: .done, by: server.connection(requester.connection))
            reply(OKReply(), to: requester)
        }
    }
}

extension AccountDetails {
    /// What ADD says of an account besides its one-time password and where it came from.
    init(_ account: NewAccount) {
        self.init(
            issuer: account.issuer, name: account.name, tags: account.tags, confirm: account.confirm,
            lifetime: account.lifetime)
    }
}

extension Origin {
    init(_ more: AddRequest.More) {
        self.init(
            state: more.state == .ok ? .ok : .needsVerification, extras: Vault.AccountExtras(more.extras),
            raisesCounter: more.flags.contains(.raiseCounter))
    }
}

extension Vault.AccountExtras {
    init(_ extras: Wire.AccountExtras) {
        self.init()
        (isFavourite, icon, uses, lastUsed) = (extras.isFavourite, extras.icon, extras.uses, extras.lastUsed)
    }
}

extension Wire.AccountExtras {
    init(_ extras: Vault.AccountExtras) {
        self.init()
        (isFavourite, icon, uses, lastUsed) = (extras.isFavourite, extras.icon, extras.uses, extras.lastUsed)
    }
}

extension AccountEdit {
    /// The details with the fields that are to change.
    func applied(to old: AccountDetails) -> AccountDetails {
        var details = old
        if let issuer { details.issuer = issuer }
        if let name { details.name = name }
        if let tags { details.tags = tags }
        if let confirm { details.confirm = confirm }
        if let lifetime { details.lifetime = lifetime }
        return details
    }
}

extension Parameters {
    /// The parameters that a request names; nil for an account without a one-time password.
    init?(_ credential: Wire.Credential) throws(Refusal) {
        guard let kind = Kind(rawValue: credential.kind.rawValue) else { return nil }
        do {
            try self.init(
                kind: kind, algorithm: HashAlgorithm(rawValue: credential.algorithm.rawValue) ?? .sha1,
                digits: credential.digits, period: credential.period == 0 ? 30 : credential.period,
                start: credential.start, counter: credential.counter, suite: credential.ocraSuite)
        } catch { throw Refusal(error) }
    }
}

extension Wire.Account {
    init(_ account: Vault.Account) {
        let parameters = account.credential?.parameters
        self.init(
            id: account.id.onWire, issuer: account.details.issuer, name: account.details.name,
            credential: Wire.Credential(
                kind: parameters.flatMap { CredentialKind(rawValue: $0.kind.rawValue) } ?? .none,
                algorithm: parameters.flatMap { Algorithm(rawValue: $0.algorithm.rawValue) } ?? .none,
                digits: parameters?.digits ?? 0, period: parameters.map { $0.isTimeBased ? $0.period : 0 } ?? 0,
                start: parameters?.start ?? 0, counter: parameters?.counter ?? 0, ocraSuite: parameters?.suite ?? ""),
            tags: account.details.tags, state: account.state == .ok ? .ok : .needsVerification,
            confirm: account.details.confirm, isDeviceBound: account.isDeviceBound, lifetime: account.details.lifetime,
            created: account.created, modified: account.modified, removed: account.removed,
            hasNote: account.noteCount > 0, extras: Wire.AccountExtras(account.extras))
    }
}
