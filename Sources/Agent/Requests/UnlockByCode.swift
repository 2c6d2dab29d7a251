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

    func unlock(byCode code: SharedSecret, for call: Call) throws(Refusal) {
        guard !isOpening, !isLocking, lateSave == nil else { throw .busyOpening }
        var sealed: [UInt8]?
        if open == nil { do { sealed = try store.load() } catch { throw Refusal(error) } }
        try tryGuess(CodeAttempt(code: code, sealed: sealed), for: call, Self.find) {
            [unowned self] result, held, guess throws(Refusal) in
            switch result {
            case .success(let found):
                try checkNotLocked(since: held)
                try use(found, held, guess)
            case .failure(.noMatch): refuseWrongSecret(.wrongCode, held, guess)
            case .failure(let error):
                log(.unlocked, outcome: .failed, by: guess.caller)
                throw Refusal(error)
            }
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

    private func use(_ found: CodeFound, _ held: Held, _ guess: Guess) throws(Refusal) {
        let wasClosed = open == nil
        if wasClosed, let contents = found.contents { admit(contents) }
        guard let vault = open else { throw .locked }
        var isUsed = false
        do { isUsed = try vault.contents.useCode(of: found.recipient, at: utc) } catch {
            if wasClosed { lock(.request) }
            throw Refusal(error)
        }
        // Somebody else may have used it a moment ago.
        guard isUsed || wasClosed else { return refuseWrongSecret(.wrongCode, held, guess) }
        vault.isDirty = true
        vault.waitingForNext.append { [unowned self] refusal in
            let requester = held.requester
            if let refusal {
                // A code that works twice is worse than one that waits for room on the disk.
                if wasClosed { lock(.request) }
                return reply(refusal, to: requester)
            }
            noteRightSecret(guess)
            recentUnlock = RecentUnlock(by: guess.caller.session, at: now)
            server.connection(requester.connection)?.unlockedByCode = lockEpoch
            let settings = vault.contents.settings
            vault.clock = LockClock(idle: settings.idleSeconds, absolute: settings.absoluteSeconds, at: now)
            log(.codeUsed, outcome: .done, by: guess.caller)
            log(.unlocked, outcome: .done, by: guess.caller)
            reply(OKReply(), to: requester)
            backupsAreOld()
        }
    }
}
