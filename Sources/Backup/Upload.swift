package import Client
import Encodings
package import Platform
package import Wire

/// Brings a destination up to date: uploads what it lacks, reads it back, has the agent look into it, and removes what is
/// not needed any more. A backup counts only when what came back was equal.
package struct Upload {
    private let entry: BackupConfiguration.Entry
    private let local: LocalBackups
    private let utc: UInt64

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
        /// The newest one that is there and was looked into.
        package var verified: BackupVerifiedReply?
        /// Why it failed; nil when it did not.
        package var failure: DestinationError?
    }

    /// A run for one destination at the time `utc`.
    package init(_ entry: BackupConfiguration.Entry, _ local: LocalBackups, at utc: UInt64) {
        self.entry = entry
        self.local = local
        self.utc = utc
    }

    /// Whether there is something to do: a backup that is not there or was not looked into, or a day without a look.
    package func isDue() throws(ClientError) -> Bool {
        let state = try load()
        guard let newest = try local.names().last, let there = state.files[newest] else { return true }
        if let key = try local.recoveryKey(as: .recoveryKey(vault: nil)), state.key?.hash != Self.hash(of: key.bytes) {
            return true
        }
        return there.verified == 0 || state.failure > 0 || state.success + 72_000 < utc || state.success > utc
    }

    private func load() throws(ClientError) -> DestinationState {
        do throws(DirectoryError) {
            return try DestinationState.load(entry.name, from: local.notes) ?? DestinationState(added: utc)
        } catch { throw ClientError(error) }
    }

    /// Does it, notes how it went, and tells the agent.
    package func run(_ agent: inout AgentLink) throws(ClientError) -> Result {
        var result = Result(state: try load())
        result.state.attempt = utc
        var names = try local.names()
        do throws(DestinationError) {
            try upload(&names, &result, &agent, attempts: Self.attempts)
            (result.state.failure, result.state.reason, result.state.remedy) = (0, "", "")
        } catch {
            result.failure = error
            (result.state.failure, result.state.reason, result.state.remedy) = (utc, error.message, error.remedy)
        }
        do throws(DirectoryError) { try result.state.save(entry.name, in: local.notes) } catch {
            throw ClientError(error)
        }
        result.health = result.state.health(notUploaded: Self.notUploaded(names, result.state), at: utc)
        agent.report(
            BackupReport(
                destination: entry.name, health: result.health, success: result.state.success,
                cause: Text.clipped(result.state.reason)))
        return result
    }

    /// When the oldest backup was sealed that is newer than all that are there.
    package static func notUploaded(_ names: [BackupName], _ state: DestinationState) -> UInt64? {
        let newest = state.newest
        return names.filter { name in newest.map { $0 < name } ?? true }.map(\.utc).min()
    }

    /// How many names are tried.
    private static let attempts = 8

    private func upload(
        _ names: inout [BackupName], _ result: inout Result, _ agent: inout AgentLink, attempts: Int
    ) throws(DestinationError) {
        do throws(DestinationError) {
            try upload(names, &result, &agent)
        } catch {
            // Another machine has sealed as many times, and in the same second: the next one has another name.
            guard error.cause == .taken, attempts > 1, let made = try? agent.seal(force: true),
                let new = BackupName(made.name)
            else { throw error }
            names.append(new)
            try upload(&names, &result, &agent, attempts: attempts - 1)
        }
    }

    private func upload(
        _ names: [BackupName], _ result: inout Result, _ agent: inout AgentLink
    ) throws(DestinationError) {
        let place = try entry.kind.open(local.notes)
        let found = try place.list()
        var there: [BackupName: StoredFile] = [:]
        for stored in found { if let name = stored.name.backup { there[name] = stored } }
        result.state.files = result.state.files.filter { there[$0.key] != nil }
        let ours = Set(there.keys.filter { $0.vault == names.last?.vault })
        let wanted = BackupRetention.inTiers(Array(ours.union(names)), at: utc)
        // The newest first: if the rest does not get through, it is there.
        for name in names.reversed() where wanted.contains(name) {
            let isNewest = name == names.last
            guard let backup = try read(name) else { continue }
            let came: [UInt8]?
            do throws(DestinationError) {
                came = try bring(name, backup, there[name], place, isNewest: isNewest, &result)
            } catch {
                guard error.cause == .taken, !isNewest else { throw error }
                continue
            }
            if let came { try look(into: came, name, isNewest: isNewest, &result, &agent) }
            if isNewest { result.state.success = utc }
        }
        if let vault = names.last?.vault { try bringKey(of: vault, Set(found.map(\.name)), place, &result) }
        try prune(ours.union(result.uploaded), place, &result)
    }

    /// Sees to it that the recovery key lies beside the backups. Another machine's or vault's is left alone: then this
    /// one has the vault in its name.
    private func bringKey(
        of vault: String, _ there: Set<StoredName>, _ place: any Destination, _ result: inout Result
    ) throws(DestinationError) {
        let known = result.state.key
        result.state.key = nil
        for name in [StoredName.recoveryKey(vault: nil), .recoveryKey(vault: vault)] {
            let key: LocalFile?
            do throws(ClientError) { key = try local.recoveryKey(as: name) } catch {
                throw DestinationError(.other, error.message)
            }
            guard let key else { return }
            let hash = Self.hash(of: key.bytes)
            if there.contains(name) {
                let came = try place.get(name)
                if came == key.bytes {
                    result.state.key = DestinationState.Key(name: name, hash: hash)
                    return
                }
                // This machine's own from before, or torn since; otherwise not its own.
                guard known?.name == name, came?.count != key.bytes.count || came.map(Self.hash) == known?.hash else {
                    continue
                }
                try place.replace(key)
            } else {
                try place.put(key)
            }
            let came = try place.get(name)
            guard let came, came == key.bytes else {
                throw DestinationError(.altered, "\(name): \(Self.difference(came, key.bytes))")
            }
            result.state.key = DestinationState.Key(name: name, hash: hash)
            return
        }
        throw DestinationError(.other, Sentences.noRoomForKey)
    }

    private static func hash(of bytes: [UInt8]) -> String { BaseEncoding.base16.text(Sodium.sha256(bytes.span).span) }

    private func read(_ name: BackupName) throws(DestinationError) -> LocalFile? {
        do throws(ClientError) { return try local.backup(name) } catch {
            throw DestinationError(.other, error.message)
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
        if let stored {
            let fits = stored.size == nil || stored.size == UInt64(backup.bytes.count)
            if fits, known?.hash == hash, !isNewest, known?.verified ?? 0 > 0 { return nil }
            // What is there under the name is looked at before anything is done to it.
            let came = fits || known == nil ? try place.get(.backup(name)) : nil
            if came == backup.bytes {
                note(name, backup, hash, &result)
                return came
            }
            // Torn or rotten, it stands in the way of a good one. What this machine has not put there, and is not the
            // beginning of what it would, is another machine's.
            guard known != nil || came.map({ backup.bytes.starts(with: $0) }) ?? true else {
                throw DestinationError(.taken, Sentences.nameTaken(name.description))
            }
            result.state.files[name] = nil
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
        // Without an index it is never removed; that is all that is lost.
        try? local.keepIndex(of: name)
    }

    private static func difference(_ came: [UInt8]?, _ sent: [UInt8]) -> String {
        guard let came else { return Sentences.notThere }
        if came.isEmpty { return Sentences.cameBackEmpty }
        if came.count < sent.count { return Sentences.cameBackShort(came.count, sent.count) }
        return Sentences.cameBackAltered
    }

    /// Has the agent look into what came back, unless it has before and this is not the newest.
    private func look(
        into came: [UInt8], _ name: BackupName, isNewest: Bool, _ result: inout Result, _ agent: inout AgentLink
    ) throws(DestinationError) {
        guard isNewest || result.state.files[name]?.verified == 0 else { return }
        let verdict: AgentLink.Verdict
        do throws(ClientError) { verdict = try agent.verify(came, as: name) } catch {
            throw DestinationError(.other, error.message)
        }
        switch verdict {
        case .unknown: return
        case .bad(let reason):
            result.state.files[name]?.verified = 0
            throw DestinationError(.altered, reason)
        case .verified(let reply):
            result.state.files[name]?.verified = utc
            guard isNewest else { return }
            result.state.verified = utc
            result.verified = reply
        }
    }

    private func prune(
        _ names: Set<BackupName>, _ place: any Destination, _ result: inout Result
    ) throws(DestinationError) {
        guard place.canDelete else { return }
        let candidates = names.map { name in
            let known = result.state.files[name]
            return BackupRetention.Candidate(
                name, accounts: known == nil ? nil : local.accounts(in: name), isVerified: known?.verified ?? 0 > 0)
        }
        for name in BackupRetention.removable(of: candidates, at: utc).sorted() {
            try place.delete(.backup(name))
            result.state.files[name] = nil
            result.removed.append(name)
        }
    }

    /// Fetches the newest backup that the destination has, and has the agent compare every account with the vault.
    package func rehearse(_ agent: inout AgentLink) throws(ClientError) -> (BackupName, AgentLink.Verdict) {
        do throws(DestinationError) {
            let place = try entry.kind.open(local.notes)
            let vault = try local.vault()
            let there = try place.list().compactMap(\.name.backup)
            guard let name = there.filter({ vault == nil || $0.vault == vault }).max(),
                let came = try place.get(.backup(name))
            else { throw DestinationError(.altered, Sentences.notThere) }
            return (name, try agent.verdict(came, as: name))
        } catch { throw ClientError(destination: error, entry.name) }
    }

    /// What a destination holds, as far as can be told without changing anything.
    package struct Survey: Sendable {
        /// Backups of the vault that was sealed last here.
        package var ours = 0
        /// The newest of those.
        package var newest: BackupName?
        /// Backups of other vaults.
        package var others = 0
        /// What the agent says about the newest.
        package var verdict = AgentLink.Verdict.unknown
        /// Whether this vault's recovery key lies beside them; nil when it has none yet.
        package var hasKey: Bool?
    }

    /// Looks at what is there, and has the agent look into the newest.
    package func survey(_ agent: inout AgentLink) throws(DestinationError) -> Survey {
        let place = try entry.kind.open(local.notes)
        let vault = try local.vault()
        var survey = Survey()
        let found = try place.list().map(\.name)
        for name in found.compactMap(\.backup) {
            guard vault == nil || name.vault == vault else {
                survey.others += 1
                continue
            }
            survey.ours += 1
            survey.newest = max(survey.newest ?? name, name)
        }
        if let newest = survey.newest {
            guard let came = try place.get(.backup(newest)) else {
                throw DestinationError(.altered, Sentences.notThere)
            }
            survey.verdict = try agent.verdict(came, as: newest)
        }
        survey.hasKey = try hasKey(in: place, found)
        return survey
    }

    private func hasKey(in place: any Destination, _ found: [StoredName]) throws(DestinationError) -> Bool? {
        let key: LocalFile?
        do throws(ClientError) { key = try local.recoveryKey(as: .recoveryKey(vault: nil)) } catch {
            throw DestinationError(.other, error.message)
        }
        guard let key else { return nil }
        for name in found where name.backup == nil {
            if try place.get(name) == key.bytes { return true }
        }
        return false
    }

    /// What earlier runs have noted.
    package func noted() throws(ClientError) -> DestinationState { try load() }

    /// Puts a file there, reads it back and removes it: whether the destination works.
    package func test() throws(ClientError) {
        let name = BackupName(vault: "00000000", utc: utc, sequence: 0)
        do throws(DestinationError) {
            let place = try entry.kind.open(local.notes)
            let probe = try local.probe(name)
            defer { try? local.notes.remove(name.description) }
            try place.put(probe)
            let came = try place.get(probe.name)
            if place.canDelete { try place.delete(probe.name) }
            guard let came, came == probe.bytes else {
                throw DestinationError(.altered, Self.difference(came, probe.bytes))
            }
        } catch { throw ClientError(destination: error, entry.name) }
    }
}

extension LocalBackups {
    fileprivate func vault() throws(DestinationError) -> String? {
        do throws(ClientError) { return try names().last?.vault } catch {
            throw DestinationError(.other, error.message)
        }
    }

    /// Random bytes under the name of a backup of no vault.
    fileprivate func probe(_ name: BackupName) throws(DestinationError) -> LocalFile {
        let bytes = [UInt8](capacity: 4096) { output in Sodium.randomBytes(into: &output, count: 4096) }
        do throws(DirectoryError) { try notes.replace(name.description, by: bytes) } catch {
            throw DestinationError(.other, error.message)
        }
        return LocalFile(name: .backup(name), localName: name.description, bytes: bytes, directory: notes)
    }
}

extension AgentLink {
    fileprivate mutating func verdict(_ file: [UInt8], as name: BackupName) throws(DestinationError) -> Verdict {
        do throws(ClientError) { return try verify(file, as: name) } catch {
            throw DestinationError(.other, error.message)
        }
    }
}

extension ClientError {
    /// What a destination did not do.
    package init(destination error: DestinationError, _ name: String) {
        self.init(.backupFailed, "\(name): \(error.message)", remedy: error.remedy)
    }
}
