import Platform
import Vault
import Wire

/// A PIN that may be set.
struct NewPIN {
    let hash: SharedSecret
    /// Code points of it.
    let length: UInt8
}

// PIN_STATE, PIN_AGREEMENT, PIN_SET, PIN_CHANGE (CTAP 2.1, section 6.5). A PIN never comes in the clear: the platform
// encrypts it for the connection's key pair.
extension Agent {
    /// It is no use of the vault, and can be asked while that is locked.
    func pinState(_: PinStateRequest, _ call: Call) throws(Refusal) {
        let vault = isLocking ? nil : open
        var state = PinStateReply(vault: vault != nil ? .unlocked : hasVault ? .locked : .none)
        state.canVerify = hasVault
        if let contents = vault?.contents {
            let pin = contents.pin
            (state.isSet, state.retries, state.shortest) = (pin.isSet, pin.retries, pin.minimumLength)
            state.isPaused = wrongPassphrases.isPaused(wrongPassphrases.guesser(call.connection.caller))
            state.discoverable = UInt32(contents.keys.count { $0.flags.contains(.discoverable) })
            state.room = UInt32(Limits.securityKeys - contents.keyCount)
        } else {
            (state.isSet, state.retries, state.shortest) = knownKeys.pin
        }
        server.send(state, to: call)
    }

    func pinAgreement(_: PinAgreementRequest, _ call: Call) throws(Refusal) {
        let agreement: KeyAgreement
        if let present = call.connection.keys.agreement {
            agreement = present
        } else {
            do throws(SecurityKeyError) { agreement = try KeyAgreement() } catch { throw Refusal(error) }
            call.connection.keys.agreement = agreement
        }
        let point = agreement.publicKey
        server.send(
            PinAgreementReply(publicKey: point.indices.map { point[$0] }), to: call)
    }

    /// What counts as the owner from now on is the owner's to say: the first PIN needs the passphrase.
    func pinSet(_ request: PinSetRequest, _ call: Call) throws(Refusal) {
        let pin = try use().contents.pin
        guard !pin.isSet else { throw .tokenInvalid }
        let key = try agreedKey(call.connection, request.version, request.platformKey)
        try check(request.authentication, of: request.newPin, key)
        let hash = try newPin(request.newPin, key, pin)
        var question = Question(.verification, Self.setsPIN)
        question.isAtAuthenticator = true
        question.needsPassphrase = !configuration.testAuthenticator
        try raise(question, call) { [unowned self] requester in
            goOn(requester) { (call) throws(Refusal) in
                guard try !use().contents.pin.isSet else { throw .tokenInvalid }
                try setPin(hash, call)
            }
        }
    }

    /// What the owner is asked before the first PIN.
    static let setsPIN = "set a PIN that stands for you at security keys"

    func pinChange(_ request: PinChangeRequest, _ call: Call) throws(Refusal) {
        let pin = try use().contents.pin
        try checkTries(of: pin, by: call.connection)
        let key = try agreedKey(call.connection, request.version, request.platformKey)
        try check(request.authentication, of: request.newPin + request.oldHash, key)
        try checkPin(request.oldHash, key, call) { [unowned self] (call) throws(Refusal) in
            try setPin(try newPin(request.newPin, key, pin), call)
        }
    }

    // MARK: Parts

    /// What the platform and this connection's key pair agree on.
    func agreedKey(
        _ connection: Connection, _ version: PinProtocolNumber, _ platformKey: [UInt8]
    ) throws(Refusal) -> AgreedKey {
        guard let agreement = connection.keys.agreement else { throw .noAgreement }
        do throws(SecurityKeyError) {
            return AgreedKey(try agreement.sharedKey(with: platformKey.span, version.inAgent))
        } catch { throw Refusal(error) }
    }

    private func check(_ tag: [UInt8], of message: [UInt8], _ key: AgreedKey) throws(Refusal) {
        do throws(SecurityKeyError) { try key.key.check(tag.span, of: message.span) } catch { throw Refusal(error) }
    }

    /// Refuses where no PIN is checked now. What wrong ones cost is on the same account as with passphrases.
    func checkTries(of pin: SecurityPIN, by connection: Connection) throws(Refusal) {
        guard pin.isSet else { throw .pinNotSet }
        guard pin.retries > 0 else { throw .pinBlocked }
        guard !wrongPassphrases.isPaused(wrongPassphrases.guesser(connection.caller)) else { throw .pinPaused }
    }

    /// Calls `then` if that is the PIN. A try is used up, and that is durable, before it is looked at.
    func checkPin(
        _ encryptedHash: [UInt8], _ key: AgreedKey, _ call: Call,
        then: @escaping (Call) throws(Refusal) -> Void
    ) throws(Refusal) {
        try checkTries(of: use().contents.pin, by: call.connection)
        let guesser = wrongPassphrases.guesser(call.connection.caller)
        let given = try decrypted(encryptedHash, key, count: SecurityPIN.hashBytes)
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            let retries = contents.pin.retries
            if retries > 0 { try contents.setPINRetries(retries - 1, at: utc) }
            return retries > 0
        } then: { [unowned self] isTried, requester in
            goOn(requester) { (call) throws(Refusal) in
                guard isTried else { throw .pinBlocked }
                guard !wrongPassphrases.isPaused(guesser) else { throw .pinPaused }
                let pin = try use().contents.pin
                guard given.withBytes({ pin.isRight($0) }) else {
                    wrongPassphrases.notePIN(guesser, at: now)
                    // Section 6.5.5.6: the next try is encrypted for another key.
                    call.connection.keys.agreement = nil
                    log(.pinWrong, outcome: .refused, by: call.connection)
                    guard pin.retries > 0 else { throw .pinBlocked }
                    throw wrongPassphrases.isPaused(guesser) ? .pinPaused : .pinWrong
                }
                wrongPassphrases.forgivePINs(guesser)
                try change(for: call) { (contents: inout Contents) throws(VaultError) in
                    try contents.setPINRetries(SecurityPIN.mostRetries, at: utc)
                } then: { [unowned self] _, requester in
                    goOn(requester, then)
                }
            }
        }
    }

    /// The hash of a new PIN, if it is one that is allowed (section 6.5.5.5).
    private func newPin(_ encrypted: [UInt8], _ key: AgreedKey, _ pin: SecurityPIN) throws(Refusal) -> NewPIN {
        let padded = try decrypted(encrypted, key, count: 64)
        return try padded.withBytes { (padded: Span<UInt8>) throws(Refusal) in
            var count = padded.count
            while count > 0, padded[count - 1] == 0 { count -= 1 }
            return try pinHash(padded.extracting(first: count), pin)
        }
    }

    /// The hash of a new PIN, if it is one that is allowed.
    func pinHash(_ new: Span<UInt8>, _ pin: SecurityPIN) throws(Refusal) -> NewPIN {
        // Bytes that begin a code point of UTF-8.
        let points = new.indices.count { new[$0] & 0xC0 != 0x80 }
        guard new.count <= Limits.keyPin, points >= Int(pin.minimumLength) else { throw .pinPolicy }
        do throws(MemoryError) {
            var hash = try LockedBuffer(capacity: 32)
            hash.append { Sodium.sha256(new, into: &$0) }
            let kept = SharedSecret(try Secret(copying: hash.bytes.extracting(first: SecurityPIN.hashBytes)))
            return NewPIN(hash: kept, length: UInt8(points))
        } catch { throw .lockedMemory }
    }

    /// What a field decrypts to, which must have `count` bytes.
    private func decrypted(_ field: [UInt8], _ key: AgreedKey, count: Int) throws(Refusal) -> SharedSecret {
        do {
            let plain = try key.key.decrypted(field.span)
            guard plain.count == count else { throw SecurityKeyError.badLength }
            return SharedSecret(try Secret(plain))
        } catch { throw (error as? SecurityKeyError).map { Refusal($0) } ?? .lockedMemory }
    }

    func setPin(_ new: NewPIN, _ call: Call) throws(Refusal) {
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try new.hash.withBytes { (hash: Span<UInt8>) throws(VaultError) in
                try contents.setPIN(hash: hash, length: new.length, at: utc)
            }
        } then: { [unowned self] _, requester in
            wrongPassphrases.forgivePINs()
            // What was handed out for the old one is over.
            for connection in server.all { connection.keys.token = nil }
            log(.pinSet, outcome: .done, by: requester)
            reply(OKReply(), to: requester)
        }
    }
}
