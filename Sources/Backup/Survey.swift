package import Client
package import Platform
import Wire

// What lies at a destination, looked at without changing anything.
extension Upload {
    /// What a destination holds.
    package struct Survey: Sendable {
        /// Backups of the vault that was sealed last here, whoever has put them there.
        package var ours = 0
        /// Backups of other vaults, by the beginning of the vault's id.
        package var others: [String: Int] = [:]
        /// The one that was looked into: the newest of this machine, or, where it has none there, of another one.
        package var newest: BackupName?
        /// What the agent says about it.
        package var verdict = AgentLink.Verdict.unknown(.noAgent)
        /// What bears the name of a backup of this vault and is none, or another one: its name, and what it is.
        package var planted: [(name: BackupName, reason: String)] = []
        /// Whether this vault's recovery key lies beside them; nil when it has none yet.
        package var hasKey: Bool?
    }

    /// Of other machines, so many files that stand before all others are looked into.
    private static let looks = 4

    /// Looks at what is there, and has the agent look into the newest of this machine, and into what claims to be newer.
    package func survey(_ agent: AgentLink) throws(DestinationError) -> Survey {
        let place = try entry.kind.open(local.notes)
        var survey = Survey()
        let found = try place.list().map(\.name)
        let own: Set<BackupName>
        let elsewhere: DestinationError?
        let vault: String?
        do throws(ClientError) {
            let names = try local.names()
            let state = try noted()
            vault = names.last?.vault
            elsewhere = fault(of: place, Set(found), state)
            own = Set(names).union(state.files.keys.filter { $0.vault == vault })
        } catch { throw DestinationError(.other, error.message) }
        if let elsewhere { throw elsewhere }
        var ours: [BackupName] = []
        for name in found.compactMap(\.backup) {
            if vault == nil || name.vault == vault {
                ours.append(name)
            } else {
                survey.others[name.vault, default: 0] += 1
            }
        }
        survey.ours = ours.count
        let mine = ours.filter(own.contains).max()
        if let mine {
            (survey.newest, survey.verdict) = (mine, try verdict(mine, place, agent))
        }
        var looks = Self.looks
        for name in BackupOrder.newest(of: ours.filter { !own.contains($0) }, at: utc) {
            // Behind this machine's own, nothing that others have put there leads anybody astray.
            let isBefore = mine.map { $0 < name || $0.utc < name.utc } ?? true
            guard looks > 0, isBefore, survey.newest == nil || isKnown(survey.verdict) else { break }
            looks -= 1
            let found = try verdict(name, place, agent)
            if case .bad(let reason) = found {
                survey.planted.append((name, reason))
            } else if survey.newest == nil {
                (survey.newest, survey.verdict) = (name, found)
            } else {
                break
            }
        }
        if survey.newest == nil, let first = survey.planted.first {
            (survey.newest, survey.verdict) = (first.name, .bad(first.reason))
        }
        survey.hasKey = try hasKey(in: place, found)
        return survey
    }

    private func isKnown(_ verdict: AgentLink.Verdict) -> Bool {
        if case .unknown = verdict { false } else { true }
    }

    private func verdict(
        _ name: BackupName, _ place: any Destination, _ agent: AgentLink
    ) throws(DestinationError) -> AgentLink.Verdict {
        guard let came = try place.get(.backup(name)) else { throw DestinationError(.altered, Sentences.notThere) }
        return came.isEmpty ? .bad(Sentences.cameBackEmpty) : try agent.verdict(came, as: name)
    }

    private func hasKey(in place: any Destination, _ found: [StoredName]) throws(DestinationError) -> Bool? {
        guard let key = try localKey(.recoveryKey(nil)) else { return nil }
        for name in found where name.isRecoveryKey {
            if try place.get(name) == key.bytes { return true }
        }
        return false
    }

    /// The same for who wants to restore from there: an error where nothing of this vault is there.
    package func rehearse(_ agent: AgentLink) throws(ClientError) -> Survey {
        do throws(DestinationError) {
            let survey = try survey(agent)
            guard survey.newest != nil else { throw DestinationError(.altered, Sentences.notThere) }
            return survey
        } catch { throw ClientError(destination: error, entry.name) }
    }
}
