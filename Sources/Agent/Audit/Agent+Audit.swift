import Vault
import Wire

// What is told to the audit log. One function for each kind of thing that is told in several places.
extension Agent {
    func log(
        _ event: AuditEvent, _ account: Identifier? = nil, outcome: AuditOutcome, _ details: AuditDetail...,
        by connection: Connection? = nil
    ) {
        log(event, account, outcome: outcome, details, by: connection)
    }

    func log(
        _ event: AuditEvent, _ account: Identifier?, outcome: AuditOutcome, _ details: [AuditDetail],
        by connection: Connection?
    ) {
        audit.append(
            event, account: account, outcome: outcome, caller: connection?.caller.logFields, details, at: utc)
    }

    func log(
        _ event: AuditEvent, _ account: Identifier? = nil, outcome: AuditOutcome, _ details: AuditDetail...,
        by requester: Requester
    ) {
        let caller = server.connection(requester.connection)?.caller.logFields
        audit.append(event, account: account, outcome: outcome, caller: caller, details, at: utc)
    }

    /// Notes what a security key was used for, by the program that a listener asked for.
    func logKey(
        _ event: AuditEvent, _ key: KeyCredential, _ purpose: [AuditDetail], for asker: KeyRequester,
        by requester: Requester
    ) {
        let connection = server.connection(requester.connection)
        let caller = connection?.beneficiary(of: asker)?.caller ?? connection?.caller
        audit.append(event, account: key.account, outcome: .done, caller: caller?.logFields, purpose, at: utc)
    }

    /// Notes what somebody did who may be gone by now.
    func log(_ event: AuditEvent, outcome: AuditOutcome, _ details: AuditDetail..., by caller: Caller) {
        audit.append(event, account: nil, outcome: outcome, caller: caller.logFields, details, at: utc)
    }

    /// Notes that a code, a next code or a response was given.
    ///
    /// - Parameter utc: when, in seconds.
    func logCode(of account: Identifier, by connection: Connection?, at utc: UInt64) {
        guard let connection else { return log(.code, account, outcome: .done) }
        audit.append(
            frequent: .code, account: account, outcome: .done, caller: connection.caller, at: utc, now)
    }

    /// Notes that an unlock method came or went.
    ///
    /// - Parameter outcome: `pending` for one that waits for the owner's proof, `refused` for one that was dropped.
    func logUnlockMethod(
        _ way: Vault.UnlockMethod, came: Bool, outcome: AuditOutcome = .done, from origin: AuditOrigin,
        by requester: Requester
    ) {
        log(
            came ? .accessAdded : .accessRemoved, way.id, outcome: outcome, .what(way.auditSubject),
            .from(origin), by: requester)
    }

    /// Notes each unlock method that one state of the vault has and the other has not.
    func logUnlockMethods(
        from before: [Vault.UnlockMethod], to after: [Vault.UnlockMethod], origin: AuditOrigin, by requester: Requester
    ) {
        let (former, present) = (Set(before.map(\.id)), Set(after.map(\.id)))
        for way in before where !present.contains(way.id) {
            logUnlockMethod(way, came: false, from: origin, by: requester)
        }
        for way in after where !former.contains(way.id) {
            logUnlockMethod(way, came: true, from: origin, by: requester)
        }
    }

    /// Notes that a protection of an account, of a key (by its account) or, for nil, of the vault became weaker.
    ///
    /// - Parameter outcome: `done`; `denied` and the like where the owner was asked and did not say yes.
    func logWeakened(
        _ protection: AuditSubject, of account: Identifier? = nil, outcome: AuditOutcome = .done,
        from origin: AuditOrigin, by requester: Requester
    ) {
        log(.weakened, account, outcome: outcome, .what(protection), .from(origin), by: requester)
    }

    /// Notes what a restore, a sync or an undo did to one part of the vault; nothing where it did nothing.
    func logRestored(
        _ part: AuditSubject, count: Int, outcome: AuditOutcome = .done, from origin: AuditOrigin,
        by requester: Requester
    ) {
        guard count > 0 else { return }
        log(.restoredPart, outcome: outcome, .what(part), .number(UInt64(count)), .from(origin), by: requester)
    }
}

extension Vault.UnlockMethod {
    /// What the audit log calls it.
    var auditSubject: AuditSubject {
        switch source {
        case .passphrase: .passphrase
        case .identity: .recipient
        case .code: .kitCode
        case .recoveryKey: .recoveryKey
        case .hardware: .securityKey
        }
    }
}
