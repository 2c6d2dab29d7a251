package import Client
import Encodings
package import Platform
package import Wire

/// Brings a destination up to date: uploads what it lacks, reads it back, has the agent look into it, and removes what is
/// not needed any more. A backup counts only when what came back was equal.
package struct Upload {
    let entry: BackupConfiguration.Entry
    let local: LocalBackups
    let utc: UInt64

    /// How it went.
    package struct Result: Sendable {
        /// The state after it.
        package var state: DestinationState
        /// In one word.
        package var health: BackupHealth = .failing
        /// Backups that were put there.
        package var uploaded: [BackupName] = []
        /// Backups that were removed there.
        package var removed: [BackupName] = []
        /// Backups that somebody else has removed there since the last run.
        package var vanished: [BackupName] = []
        /// Whether the newest one of this machine was seen there.
        package var hasNewest = false
        /// The newest one that is there and was looked into.
        package var verified: BackupVerifiedReply?
        /// Why the newest one was not looked into.
        package var silence: AgentLink.Silence?
        /// What is wrong with the recovery key there; nil for nothing. The backups do not depend on it.
        package var keyFailure: DestinationError?
        /// Those of before the newest that are no good ones here, and what they are.
        package var spoiled: [BackupName: String] = [:]
        /// Why what is not needed any more was not removed; nil when it was.
        package var pruneFailure: DestinationError?
        /// Why the program for readers without fob does not lie beside them; nil when it does.
        package var programFailure: DestinationError?
        /// Why it failed; nil when it did not.
        package var failure: DestinationError?
    }

    /// A run for one destination at the time `utc`.
    package init(_ entry: BackupConfiguration.Entry, _ local: LocalBackups, at utc: UInt64) {
        self.entry = entry
        self.local = local
        self.utc = utc
    }

    /// Whether an unattended run has something to do.
    package enum Due: Sendable {
        /// A backup is not there or was not looked into, or a day has passed without a look.
        case now
        /// The same, but it has failed a moment ago.
        case later
        /// Nothing.
        case nothing
    }

    /// Whether an unattended run has something to do. What was sealed since a failure is tried at once.
    package func due() throws(ClientError) -> Due {
        let state = try noted()
        guard try isDue(state) else { return .nothing }
        let isNew = try local.names().last.map { $0.utc > state.attempt } ?? false
        return state.isPausing(at: utc) && !isNew ? .later : .now
    }

    private func isDue(_ state: DestinationState) throws(ClientError) -> Bool {
        guard let newest = try local.names().last, let there = state.files[newest] else { return true }
        if let key = try local.recoveryKey(as: .recoveryKey(nil)), state.key?.hash != Self.hash(of: key.bytes) {
            return true
        }
        return there.verified == 0 || state.failure > 0 || state.success + UInt64(entry.plan.hours) * 3600 < utc
            || state.success > utc
    }

    /// What earlier runs have noted.
    package func noted() throws(ClientError) -> DestinationState {
        do throws(DirectoryError) {
            return try DestinationState.load(entry.name, from: local.notes) ?? DestinationState(added: utc)
        } catch { throw ClientError(error) }
    }

    /// Does it, notes how it went, and tells the agent.
    ///
    /// - Throws: `interrupted` when the user has interrupted it; what was done is noted then.
    package func run(_ agent: AgentLink) throws(ClientError) -> Result {
        var result = Result(state: try noted())
        result.state.attempt = utc
        var names = try local.names()
        Interruption.held {
            do throws(DestinationError) {
                try upload(&names, &result, agent, attempts: Self.attempts)
                (result.state.failure, result.state.reason, result.state.remedy) = (0, "", "")
                result.state.failures = 0
                tellVanished(&result)
            } catch {
                result.failure = error
                if error.cause == .interrupted { return }
                (result.state.failure, result.state.reason) = (utc, error.message)
                result.state.failures += 1
                result.state.remedy = error.remedy(at: entry.name)
            }
        }
        try save(result.state)
        if result.failure?.cause == .interrupted {
            throw ClientError(.interrupted, "\(entry.name): \(Sentences.interrupted)")
        }
        result.health = result.state.health(notUploaded: Self.notUploaded(names, result.state), at: utc)
        agent.report(
            BackupReport(
                destination: entry.name, health: result.health, success: result.state.success,
                cause: Text.clipped(result.state.reason)))
        return result
    }

    func save(_ state: DestinationState) throws(ClientError) {
        do throws(DirectoryError) { try state.save(entry.name, in: local.notes) } catch { throw ClientError(error) }
    }

    /// When the oldest backup was sealed that is newer than all that are there.
    package static func notUploaded(_ names: [BackupName], _ state: DestinationState) -> UInt64? {
        let newest = state.newest
        return names.filter { name in newest.map { $0 < name } ?? true }.map(\.utc).min()
    }

    /// How many names are tried.
    private static let attempts = 8

    private func upload(
        _ names: inout [BackupName], _ result: inout Result, _ agent: AgentLink, attempts: Int
    ) throws(DestinationError) {
        do throws(DestinationError) {
            try upload(names, &result, agent)
        } catch {
            // Another machine has sealed as many times, and in the same second: the next one has another name.
            guard error.cause == .taken, attempts > 1, let made = try? agent.seal(force: true),
                let new = BackupName(made.name)
            else { throw error }
            names.append(new)
            try upload(&names, &result, agent, attempts: attempts - 1)
        }
    }

    private func upload(
        _ names: [BackupName], _ result: inout Result, _ agent: AgentLink
    ) throws(DestinationError) {
        let place = try entry.kind.open(local.notes)
        let found = try place.list(cleaning: true)
        try recognise(place, found, &result.state)
        var there: [BackupName: StoredFile] = [:]
        for stored in found { if let name = stored.name.backup { there[name] = stored } }
        try noteReturned(there, place, &result)
        noteVanished(there, &result)
        // Only those of this machine: how many another one has put there, and when, says nothing about these.
        let wanted = BackupRetention.inTiers(names, by: entry.plan, at: utc)
        // The newest first: if the rest does not get through, it is there.
        for name in names.reversed() where wanted.contains(name) {
            try Interruption.check()
            let isNewest = name == names.last
            let came: [UInt8]?
            do throws(DestinationError) {
                guard let backup = try read(name) else { continue }
                came = try bring(name, backup, there[name], place, isNewest: isNewest, &result)
            } catch {
                guard !isNewest else { throw error }
                switch error.cause {
                case .taken: continue
                // One older file is no reason to leave out all that follows.
                case .altered, .other: result.spoiled[name] = error.message
                default: throw error
                }
                continue
            }
            if let came { try look(into: came, name, isNewest: isNewest, &result, agent) }
            if isNewest { (result.state.success, result.hasNewest) = (utc, true) }
        }
        // Without these the backups are as good as before.
        result.pruneFailure = try failure { () throws(DestinationError) in try prune(names, place, &result) }
        result.keyFailure = try failure { () throws(DestinationError) in
            try bringKeys(names, found, place, &result)
        }
        result.programFailure = try failure { () throws(DestinationError) in
            try bringProgram(found, place)
        }
    }

    /// What keeps `body` from what it does; only the user's interruption is thrown.
    private func failure(
        of body: () throws(DestinationError) -> Void
    ) throws(DestinationError) -> DestinationError? {
        do throws(DestinationError) { try body() } catch {
            if error.cause == .interrupted { throw error }
            return error
        }
        return nil
    }

    /// SHA-256 in hexadecimal digits, as the state of a destination keeps it.
    package static func hash(of bytes: [UInt8]) -> String { BaseEncoding.base16.text(Sodium.sha256(bytes.span).span) }

    private func read(_ name: BackupName) throws(DestinationError) -> LocalFile? {
        do throws(ClientError) { return try local.backup(name) } catch {
            throw DestinationError(.other, error.original)
        }
    }

    /// Sees to it that the destination has the backup; returns what came back from there, nil when that was not asked
    /// for again.
    private func bring(
        _ name: BackupName, _ backup: LocalFile, _ stored: StoredFile?, _ place: any Destination, isNewest: Bool,
        _ result: inout Result
    ) throws(DestinationError) -> [UInt8]? {
        let hash = Self.hash(of: backup.bytes)
        let known = result.state.files[name]
        // What was put there has vanished, and the file here is another one since.
        if let lost = result.state.lost[name], lost.hash != hash {
            let told = Sentences.damagedHere(name.description)
            guard !isNewest else { throw DestinationError(.taken, told) }
            result.spoiled[name] = told
            return nil
        }
        if let stored {
            let fits = stored.size == nil || stored.size == UInt64(backup.bytes.count)
            if fits, known?.hash == hash, !isNewest, known?.verified ?? 0 > 0 { return nil }
            // What is there under the name is looked at before anything is done to it: listings may be wrong.
            let came = try place.get(.backup(name))
            if came == backup.bytes {
                note(name, backup, hash, &result)
                return came
            }
            // What was put there is there as it was: the file here is another one since.
            if let known, let came, known.hash != hash, known.hash == Self.hash(of: came) {
                let told = Sentences.damagedHere(name.description)
                guard !isNewest else { throw DestinationError(.taken, told) }
                result.spoiled[name] = told
                return nil
            }
            // Torn or rotten, it stands in the way of a good one. What this machine has not put there, and is not the
            // beginning of what it would, is another machine's.
            guard known != nil || came.map({ backup.bytes.starts(with: $0) }) ?? true else {
                throw DestinationError(.taken, Sentences.nameTaken(name.description))
            }
            result.state.files[name] = nil
            // Another backup gets another name.
            guard place.canDelete else { throw DestinationError(.taken, Sentences.damagedForGood(name.description)) }
            try place.delete(.backup(name))
        }
        try place.put(backup)
        let came = try place.get(.backup(name))
        guard let came, came == backup.bytes else {
            try? place.delete(.backup(name))
            throw DestinationError(.altered, Self.difference(came, backup.bytes))
        }
        note(name, backup, hash, &result)
        result.uploaded.append(name)
        return came
    }

    private func note(_ name: BackupName, _ backup: LocalFile, _ hash: String, _ result: inout Result) {
        let verified = result.state.files[name].flatMap { $0.hash == hash ? $0.verified : nil } ?? 0
        result.state.files[name] = DestinationState.Shipped(
            hash: hash, size: UInt64(backup.bytes.count), uploaded: utc, verified: verified)
        result.state.lost[name] = nil
        // Without an index it is never removed; that is all that is lost.
        try? local.keepIndex(of: name)
    }

    static func difference(_ came: [UInt8]?, _ sent: [UInt8]) -> String {
        guard let came else { return Sentences.notThere }
        if came.isEmpty { return Sentences.cameBackEmpty }
        if came.count < sent.count { return Sentences.cameBackShort(came.count, sent.count) }
        return Sentences.cameBackAltered
    }

    /// Has the agent look into what came back, unless it has before and this is not the newest.
    private func look(
        into came: [UInt8], _ name: BackupName, isNewest: Bool, _ result: inout Result, _ agent: AgentLink
    ) throws(DestinationError) {
        guard isNewest || result.state.files[name]?.verified == 0 else { return }
        switch try agent.verdict(came, as: name) {
        case .unknown(let silence): if isNewest { result.silence = silence }
        case .bad(let reason):
            result.state.files[name]?.verified = 0
            guard !isNewest else { throw DestinationError(.altered, reason) }
            // What is there is what is here.
            result.spoiled[name] = reason
        case .verified(let reply):
            result.state.files[name]?.verified = utc
            guard isNewest else { return }
            result.state.verified = utc
            result.verified = reply
        }
    }

    /// Removes what this machine has put there and no longer needs; what other machines have put there is theirs.
    private func prune(
        _ names: [BackupName], _ place: any Destination, _ result: inout Result
    ) throws(DestinationError) {
        guard place.canDelete else { return }
        let vault = names.last?.vault
        let candidates = result.state.files.filter { $0.key.vault == vault }.map { name, known in
            BackupRetention.Candidate(name, accounts: local.accounts(in: name), isVerified: known.verified > 0)
        }
        for name in BackupRetention.removable(of: candidates, by: entry.plan, at: utc).sorted() {
            try Interruption.check()
            try place.delete(.backup(name))
            result.state.files[name] = nil
            result.removed.append(name)
        }
    }
}

extension AgentLink {
    func verdict(_ file: [UInt8], as name: BackupName) throws(DestinationError) -> Verdict {
        do throws(ClientError) { return try verify(file, as: name) } catch {
            throw DestinationError(.other, error.original)
        }
    }
}

extension ClientError {
    /// What a destination did not do.
    package init(destination error: DestinationError, _ name: String) {
        self.init(
            error.cause == .interrupted ? .interrupted : .backupFailed, "\(name): \(Translation.heard(error.message))",
            remedy: Translation.heard(error.remedy(at: name)))
    }
}
