import Age
import Platform
import Vault
import Wire

// UNLOCK by a kit code: the code is used up on the disk before anybody is told that it was right.
extension Agent {
    private struct CodeAttempt: Sendable {
        let code: SharedSecret
        /// The vault's file; nil when the vault is open.
        let sealed: [UInt8]?
    }

    private struct CodeFound: Sendable {
        let recipient: X25519Recipient
        let contents: Contents?
    }

    func unlock(byCode code: SharedSecret, for connection: Connection, _ id: UInt32) throws(Refusal) {
        guard !isOpening, !isLocking else { throw .busyOpening }
        var sealed: [UInt8]?
        if open == nil { do { sealed = try store.load() } catch { throw Refusal(error) } }
        let caller = connection.caller
        guard wrongPassphrases.begin(caller.session, at: now) else { throw .callerMustWait }
        let requester = hold(connection, id)
        let epoch = lockEpoch
        let accepted = completions.run(on: derivations, CodeAttempt(code: code, sealed: sealed), Self.find) {
            [unowned self] result in
            wrongPassphrases.finish(caller.session)
            switch result {
            case .success(let found) where epoch == lockEpoch: use(found, requester, caller)
            case .success: refuseHeld(.locked, requester)
            case .failure(.noMatch): refuseWrongSecret(.wrongCode, requester, caller)
            case .failure(let error):
                log(.unlocked, outcome: .failed, by: caller)
                refuseHeld(Refusal(error), requester)
            }
        }
        if !accepted {
            wrongPassphrases.finish(caller.session)
            release(requester)
            throw .tooManyDerivations
        }
    }

    private static let find: @Sendable (CodeAttempt) -> Result<CodeFound, VaultError> = { attempt in
        Result { () throws(VaultError) in
            try attempt.code.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                let code = try KitCode(bytes)
                let recipient = try code.identity().recipient
                guard let sealed = attempt.sealed else { return CodeFound(recipient: recipient, contents: nil) }
                return CodeFound(recipient: recipient, contents: try VaultFile.open(sealed.span, code: code))
            }
        }
    }

    private func use(_ found: CodeFound, _ requester: Requester, _ caller: Caller) {
        let wasClosed = open == nil
        if wasClosed, let contents = found.contents { admit(contents) }
        guard let vault = open else { return refuseHeld(.locked, requester) }
        var isUsed = false
        do { isUsed = try vault.contents.useCode(of: found.recipient, at: utc) } catch {
            if wasClosed { lock(.request) }
            return refuseHeld(Refusal(error), requester)
        }
        // Somebody else may have used it a moment ago.
        guard isUsed || wasClosed else { return refuseWrongSecret(.wrongCode, requester, caller) }
        vault.isDirty = true
        vault.waitingForNext.append { [unowned self] refusal in
            release(requester)
            if let refusal {
                // A code that works twice is worse than one that waits for room on the disk.
                if wasClosed { lock(.request) }
                return reply(refusal, to: requester)
            }
            wrongPassphrases.forget(caller.session)
            recentUnlock = RecentUnlock(by: caller.session, at: now)
            server.connection(requester.connection)?.unlockedByCode = lockEpoch
            let settings = vault.contents.settings
            vault.clock = LockClock(idle: settings.idleSeconds, absolute: settings.absoluteSeconds, at: now)
            log(.codeUsed, outcome: .done, by: caller)
            log(.unlocked, outcome: .done, by: caller)
            reply(OKReply(), to: requester)
            backupsAreOld()
        }
    }
}
