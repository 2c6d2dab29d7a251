import Platform
import Vault
import Wire

// The vault remembers where the audit logs stand and has the keys that verify them: it is saved for that at every unlock
// and lock, after so many lines, and some time after the first of them.
extension Agent {
    /// Lines of both logs.
    private var auditLines: UInt64 { audit.files.reduce(0) { $0 + $1.written.sequence } }

    /// Has the vault saved when it should remember later lines.
    func lookForAnchor() {
        guard let vault = open, !isLocking else { return }
        let lines = auditLines - min(auditLines, vault.anchoredLines)
        if lines >= AgentLimits.anchorLines { vault.needsAnchor = true }
        guard lines > 0, !vault.awaitsAnchor else { return }
        vault.awaitsAnchor = true
        timers.add(at: now + AgentLimits.anchorMilliseconds) { [unowned self, weak vault] in
            guard let vault, vault === open else { return }
            vault.awaitsAnchor = false
            if auditLines > vault.anchoredLines { vault.needsAnchor = true }
        }
    }

    /// Notes in the contents that are to be saved where the logs stand. Lines that wait for room on the disk are not
    /// remembered: they may never come.
    func noteAudit(in vault: OpenVault, at utc: UInt64) throws(VaultError) {
        audit.write()
        guard audit.files.allSatisfy({ $0.failure == nil && $0.written == $0.chain }) else { return }
        var marks: [AuditState.Mark] = []
        do {
            var first: LockedBuffer?
            let state = vault.contents.auditState
            if state == nil {
                var keys = try LockedBuffer(capacity: AuditState.Log.allCases.count * AuditState.keyBytes)
                for log in AuditState.Log.allCases {
                    keys.append { Sodium.randomBytes(into: &$0, count: AuditState.keyBytes) }
                    let start = log.rawValue * AuditState.keyBytes
                    audit[log].adopt(
                        try AuditKey(
                            copying: keys.bytes.extracting(start..<start + AuditState.keyBytes),
                            for: audit[log].chain.sequence + 1))
                }
                first = consume keys
            }
            var next = try LockedBuffer(capacity: AuditState.Log.allCases.count * AuditState.keyBytes)
            for log in AuditState.Log.allCases {
                let file = audit[log]
                var mark = state?[log] ?? AuditState.Mark()
                if state == nil { mark.start = file.chain.sequence + 1 }
                (mark.sequence, mark.hash) = (file.written.sequence, file.written.hash)
                mark.missing = max(mark.missing, file.missing)
                marks.append(mark)
                file.key?.withKey { next.append(copying: $0) }
            }
            // The check of the log that was read has not ended: what there is is kept.
            guard next.count == next.capacity else { return }
            if let first {
                try vault.contents.note(marks, firstKeys: first.bytes, nextKeys: next.bytes, at: utc)
            } else {
                try vault.contents.note(marks, firstKeys: nil, nextKeys: next.bytes, at: utc)
            }
        } catch let error as MemoryError {
            throw .memory(error)
        } catch let error as VaultError {
            throw error
        } catch {
            throw .damaged("where the audit log stands cannot be written")
        }
        vault.anchoringLines = auditLines
    }

    /// Goes on with the logs of a vault that was just opened, and tells what of them is missing.
    func resumeAudit(of vault: OpenVault) {
        vault.needsAnchor = true
        guard let state = vault.contents.auditState else { return }
        var told: Set<AuditState.Log> = []
        for log in AuditState.Log.allCases {
            let (file, mark) = (audit[log], state[log])
            file.missing = max(file.missing, mark.missing)
            let last = file.chain.sequence
            file.skip(to: mark.sequence)
            _ = state.withNextKey(of: log) { key in
                // Without memory for it, lines have no tags until the next unlock.
                if let key = try? AuditKey(copying: key, for: mark.sequence + 1) { file.adopt(key) }
            }
            if last < mark.sequence {
                told.insert(log)
                audit.tell(.missing, in: log, [.first(last + 1), .last(mark.sequence)], at: utc)
            }
        }
        warnAboutAudit()
        let check = AuditCheck(directory: store.directory, state: state)
        let loaded = vault.durable.generation
        try? offload(check, on: files, for: nil, { $0.run() }) { [unowned self, weak vault, told] findings in
            if let vault { lookForRollback(of: vault, loaded: loaded, upTo: findings.map(\.saved).max() ?? 0) }
            for log in AuditState.Log.allCases {
                let finding = findings[log.rawValue]
                guard !finding.isClean, !told.contains(log) else { continue }
                let first = finding.anchor == .there ? finding.forged : state[log].sequence
                audit.tell(.replaced, in: log, [.first(first)], at: utc)
            }
            warnAboutAudit()
        }
    }

    /// Notes what was found since the last look, and warns as long as the log tells of anything missing.
    func warnAboutAudit() {
        for log in AuditState.Log.allCases where audit[log].isForeign {
            audit[log].isForeign = false
            audit.tell(.replaced, in: log, [.first(audit[log].written.sequence)], at: utc)
            open?.needsAnchor = true
        }
        warnings[.auditMissing] = audit.files.contains { $0.missing > 0 } ? Sentences.auditMissing : nil
    }

    // MARK: LOG

    /// LOG: has both logs verified with the keys that the vault has.
    func verifyLog(_: LogRequest, _ call: Call) throws(Refusal) {
        guard let vault = open, !isLocking else { throw hasVault ? .locked : .noVault }
        guard let state = vault.durable.auditState else {
            return server.send(LogReply([]), to: call)
        }
        let held = hold(call)
        let check = AuditCheck(directory: store.directory, state: state, isWhole: true)
        try offload(check, on: files, for: held, { $0.run() }) { [unowned self] findings in
            let logs = AuditState.Log.allCases.map { log in
                let (mark, finding) = (state[log], findings[log.rawValue])
                return LogState(
                    anchor: mark.sequence, hash: Digest(mark.hash), firstTagged: mark.start,
                    verified: finding.verified, forged: finding.forged)
            }
            reply(LogReply(logs), to: held.requester)
        }
    }
}
