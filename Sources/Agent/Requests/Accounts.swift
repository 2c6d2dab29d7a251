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
        var octets = 0
        var next: UInt32 = 0
        func take(_ account: Vault.Account, _ index: Int) -> Bool {
            let entry = Wire.Account(account)
            octets += entry.encodedCount
            guard octets <= Limits.page, page.count < Limits.pageEntries else {
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
        server.send(
            AccountReply(account: Wire.Account(account), note: contents.note(of: account.id)), to: connection,
            request: id)
    }

    func add(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(AddRequest.self, body)
        _ = try use()
        try checkRoom()
        let new = NewDetails(request.account)
        let parameters = try Parameters(request.account.credential)
        let key = body.extracting(request.key)
        let pin = body.extracting(request.pin)
        if let parameters {
            do { try parameters.check(key: key) } catch { throw Refusal(error) }
        }
        let utc = utc
        if let transaction = connection.transaction {
            let (account, outcome) = try transaction.add(new, parameters, key: key, pin: pin, at: utc)
            return server.send(added(account, outcome, transaction.preview), to: connection, request: id)
        }
        try change(for: connection, id) { (contents: inout Contents) throws(VaultError) in
            let added = try contents.add(new.details, parameters, key: key, pin: pin, note: new.note, at: utc)
            return (id: added.id, outcome: added.outcome, contents: contents)
        } then: { [unowned self] answer, requester in
            if answer.outcome != .same {
                log(.added, answer.id.onWire, outcome: .done, by: server.connection(requester.connection))
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
            }
        return AddedReply(account: id.onWire, outcome: onWire, name: contents[id]?.details.name ?? "")
    }

    func edit(_ connection: Connection, _ id: UInt32, _ body: Span<UInt8>) throws(Refusal) {
        let request = try read(EditRequest.self, body)
        let account = try find(request.selector, in: use().contents)
        if request.note != nil { try checkRoom() }
        let details = request.applied(to: account.details)
        // Taking a protection away is itself something that the owner is asked about.
        let weakens =
            account.details.confirm && !details.confirm
            || account.details.lifetime != 0 && (details.lifetime == 0 || details.lifetime > account.details.lifetime)
        let apply = { [unowned self] (connection: Connection, id: UInt32) throws(Refusal) in
            let utc = utc
            try change(for: connection, id) { (contents: inout Contents) throws(VaultError) in
                // What it is now: others may have changed it while the owner was asked.
                guard let current = contents[account.id] else { throw .notFound }
                try contents.edit(
                    account.id, details: request.applied(to: current.details), note: request.note, at: utc)
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

/// What ADD says of an account besides its one-time password.
struct NewDetails {
    let details: AccountDetails
    let note: String

    init(_ account: NewAccount) {
        details = AccountDetails(
            issuer: account.issuer, name: account.name, tags: account.tags, confirm: account.confirm,
            lifetime: account.lifetime)
        note = account.note
    }
}

extension EditRequest {
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

extension Contents {
    /// An account's note; it is checked text when it gets in.
    func note(of id: Vault.Identifier) -> String {
        withNote(of: id) { bytes in
            guard let text = try? UTF8Span(validating: bytes) else { return "" }
            return String(copying: text)
        } ?? ""
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
            confirm: account.details.confirm, lifetime: account.details.lifetime, created: account.created,
            modified: account.modified, removed: account.removed, hasNote: account.noteCount > 0)
    }
}
