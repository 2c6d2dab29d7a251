import Platform
import Vault
import Wire

// KEY_PIN, and the PIN where a question takes it in place of the passphrase.
extension Agent {
    func keyPin(_ request: KeyPinRequest, _ call: Call) throws(Refusal) {
        let pin = try use().contents.pin
        var hash: NewPIN?
        switch request.action {
        case .set: guard !pin.isSet else { throw .pinIsSet }
        case .change, .remove: guard pin.isSet else { throw .pinNotSet }
        case .freshUnlock: guard request.seconds <= AgentLimits.freshUnlockSeconds else { throw .freshUnlockTooLong }
        }
        if request.action == .set || request.action == .change { hash = try pinHash(request.pin, pin) }
        let (action, seconds) = (request.action, request.seconds)
        let isOfPin = action == .change || action == .remove
        try verify(try secret(request.proof), takesPin: isOfPin && canTryPin, for: call) {
            [unowned self] requester, _ in
            goOn(requester) { (call) throws(Refusal) in
                if let hash { return try setPin(hash, call) }
                try change(action, seconds, call)
            }
        }
    }

    /// Takes the PIN away, or chooses what an unlock is worth.
    private func change(_ action: KeyPinAction, _ seconds: UInt32, _ call: Call) throws(Refusal) {
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            if action == .remove { return try contents.removePIN(at: utc) }
            try contents.setFreshUnlock(seconds: seconds, at: utc)
        } then: { [unowned self] _, requester in
            if action == .remove {
                wrongPassphrases.forgivePINs()
                for connection in server.all { connection.keys.token = nil }
                log(.pinRemoved, outcome: .done, by: requester)
            } else {
                log(.freshUnlock, outcome: .done, .number(UInt64(seconds)), by: requester)
            }
            reply(OKReply(), to: requester)
        }
    }

    /// Whether a PIN can be tried: there is one, and it is not blocked.
    var canTryPin: Bool { open.map { $0.contents.pin.isSet && $0.contents.pin.retries > 0 } ?? false }

    /// Whether the vault was unlocked so short a time ago that a yes verifies its owner.
    var isUnlockFresh: Bool {
        guard let open, !isLocking, open.contents.pin.freshSeconds > 0 else { return false }
        return now < open.clock.unlockedAt + UInt64(open.contents.pin.freshSeconds) * 1000
    }

    /// Calls `then` if that is the passphrase or, where it is taken, the PIN, with which of them it is. A try of the PIN is
    /// used up, and that is durable, before it is looked at; the passphrase gives it back.
    ///
    /// - Parameter onRefusal: called when it is neither, or cannot be told.
    func verify(
        _ secret: SharedSecret, takesPin: Bool, for call: Call, onRefusal: @escaping () -> Void = {},
        then: @escaping (Requester, _ isPin: Bool) -> Void
    ) throws(Refusal) {
        let guesser = wrongPassphrases.guesser(call.connection.caller)
        let pin = try use().contents.pin
        // What cannot be a PIN costs none of its tries.
        let isPossible = secret.withBytes { (1...Limits.keyPin).contains($0.count) }
        guard takesPin, isPossible, pin.isSet, pin.retries > 0, !wrongPassphrases.isPaused(guesser) else {
            return try check(secret, for: call, onRefusal: onRefusal) { requester, _ in then(requester, false) }
        }
        let utc = utc
        func set(_ retries: UInt8, _ call: Call, next: @escaping (Requester) -> Void) throws(Refusal) {
            try change(for: call, onRefusal: onRefusal) { (contents: inout Contents) throws(VaultError) in
                try contents.setPINRetries(retries, at: utc)
            } then: { _, requester in
                next(requester)
            }
        }
        /// Goes on with what fails by a refusal.
        func goingOn(_ requester: Requester, _ work: (Call) throws(Refusal) -> Void) {
            // Whoever has gone is not told; another may answer.
            guard server.connection(requester.connection) != nil else { return onRefusal() }
            goOn(requester) { (call) throws(Refusal) in
                do throws(Refusal) { try work(call) } catch {
                    onRefusal()
                    throw error
                }
            }
        }
        try set(pin.retries - 1, call) { [unowned self] requester in
            goingOn(requester) { (call) throws(Refusal) in
                // Others of the same guesser may have been wrong while that was saved.
                let isPaused = wrongPassphrases.isPaused(guesser)
                let present = try use().contents.pin
                guard isPaused || !isPin(secret, present) else {
                    wrongPassphrases.forgivePINs(guesser)
                    return try set(SecurityPIN.mostRetries, call) { then($0, true) }
                }
                // At once, and not only when it is no passphrase either: a right one forgives it.
                if !isPaused { wrongPassphrases.notePIN(guesser, at: now) }
                let requester = call.requester
                let isWrong = { [unowned self] in
                    log(.pinWrong, outcome: .refused, by: requester)
                    onRefusal()
                }
                do throws(Refusal) {
                    try check(secret, for: call, onRefusal: isWrong) { [unowned self] requester, _ in
                        goingOn(requester) { (call) throws(Refusal) in
                            let left = try use().contents.pin.retries
                            try set(min(left + 1, SecurityPIN.mostRetries), call) { then($0, false) }
                        }
                    }
                } catch {
                    log(.pinWrong, outcome: .refused, by: requester)
                    throw error
                }
            }
        }
    }

    private func isPin(_ secret: SharedSecret, _ pin: SecurityPIN) -> Bool {
        secret.withBytes { bytes in
            guard var hash = try? LockedBuffer(capacity: 32) else { return false }
            hash.append { Sodium.sha256(bytes, into: &$0) }
            return pin.isRight(hash.bytes.extracting(first: SecurityPIN.hashBytes))
        }
    }
}

extension Refusal {
    static let pinIsSet = Refusal(
        .alreadyExists, "the security keys have a PIN already", "change it with 'fob key pin change'")
    static let freshUnlockTooLong = Refusal(
        .badInput, "an unlock verifies for at most \(AgentLimits.freshUnlockSeconds) seconds", "choose a shorter time")
}
