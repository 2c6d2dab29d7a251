import ArgumentParser
import Backup
import Client
import Platform
import Wire

/// `fob doctor`.
struct DoctorVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: Help.doctor, discussion: Help.doctorDiscussion)

    @OptionGroup var common: Common

    func run() throws {
        let checks = Self.system() + Self.backups()
        if common.json {
            Output.json([("checks", .array(checks.map(\.json)))])
        } else {
            for check in checks {
                Output.line(
                    Wrapped.forPeople(Label.shown("\(check.state.words): \(check.shown): \(check.message)"), on: 1))
                if !check.remedy.isEmpty { Output.line(Wrapped.forPeople(Label.shown("  \(check.remedy)"), on: 1)) }
            }
        }
        let faults = checks.filter { $0.state == .fault }
        guard let first = faults.first(where: \.isBackup) ?? faults.first else { return }
        Program.end(
            afterResult: ClientError(
                first.isBackup ? .backupFailed : .system, Sentences.faultsFound(faults.count),
                remedy: tr("the remedy is below each of them")))
    }

    // MARK: The machine

    private static func system() -> [Check] { agent() + [directory(), clock()] + units() }

    private static func agent() -> [Check] {
        do throws(ClientError) {
            var connection = try Connection.open(starting: false)
            let status: StatusReply = try connection.request(StatusRequest())
            var checks = [Check(name: "agent", state: .ok, message: Sentences.agentAnswers(status))]
            checks.append(
                status.memory == .unlocked
                    ? Check(
                        name: "memory", state: .fault, message: Sentences.memoryUnlocked,
                        remedy: tr("raise the limit with 'ulimit -l' or LimitMEMLOCK, then restart the agent"))
                    : Check(name: "memory", state: .ok, message: tr("secrets are kept from swap")))
            if status.vault == .none {
                checks.append(
                    Check(name: "vault", state: .warning, message: Sentences.noVault, remedy: Sentences.makeOne))
            }
            checks += status.warnings.map { Check(name: "agent", state: .warning, message: Translation.heard($0)) }
            if status.vault == .unlocked { checks += try kit(&connection) }
            return checks
        } catch {
            let state: Check.State = error.code == .noAgent ? .warning : .fault
            return [Check(name: "agent", state: state, message: error.message, remedy: error.remedy)]
        }
    }

    /// The kit on paper.
    private static func kit(_ connection: inout Connection) throws(ClientError) -> [Check] {
        let access: AccessReply = try connection.request(AccessRequest())
        guard access.left > 0 else { return [] }
        let name = "emergency kit"
        let told = KitStanding.warnings(access, looks: true)
        guard told.isEmpty else { return told.map { Check(name: name, state: .warning, message: $0) } }
        return [Check(name: name, state: .ok, message: tr("it says where the backups are"))]
    }

    /// Below that, a vault may not be saved.
    private static let leastFree: UInt64 = 16 << 20

    private static func directory() -> Check {
        let name = "directory"
        guard let path = Paths.data else {
            return Check(name: name, state: .fault, message: Sentences.noHome, remedy: Sentences.setHome)
        }
        do throws(DirectoryError) {
            let directory = try Directory.open(path, create: false)
            guard let free = directory.freeBytes, free < leastFree else {
                return Check(name: name, state: .ok, message: path)
            }
            return Check(
                name: name, state: .fault, message: Sentences.diskFull(path, free >> 10), remedy: Sentences.makeRoom)
        } catch {
            guard error.fault == .absent else {
                return Check(name: name, state: .fault, message: tr(error.message), remedy: tr(error.remedy))
            }
            return Check(name: name, state: .warning, message: Sentences.noVault, remedy: Sentences.makeOne)
        }
    }

    /// Seconds by which clocks of machines may differ.
    private static let tolerance: UInt64 = 86_400

    private static func clock() -> Check {
        let utc = Clock.utc
        // The last one, not the latest: a clock that was ahead is right again.
        let newest = (try? LocalBackups().names())?.last?.utc ?? 0
        guard utc < max(Command.released, newest > tolerance ? newest - tolerance : 0) else {
            // Being minutes behind, it would give wrong codes, and nothing here could tell.
            guard Clock.isKeptRight == false else {
                return Check(name: "clock", state: .ok, message: Moment.text(utc))
            }
            return Check(
                name: "clock", state: .warning, message: Sentences.clockFree(Moment.text(utc)),
                remedy: tr("compare it with another clock; have it set by the network: timedatectl set-ntp true"))
        }
        return Check(
            name: "clock", state: .fault, message: Sentences.clockBehind(Moment.text(utc)), remedy: Sentences.setClock)
    }

    /// The user's systemd, where the vault is the everyday one.
    private static func units() -> [Check] {
        (BackupUnits.areActive ?? []).map { unit, isActive in
            isActive
                ? Check(name: unit, state: .ok, message: tr("it is active"))
                : Check(
                    name: unit, state: .warning, message: Sentences.unitInactive, remedy: Sentences.enableUnit(unit))
        }
    }

    // MARK: Backups

    private static func backups() -> [Check] {
        do throws(ClientError) {
            let entries = try BackupConfiguration().entries
            guard !entries.isEmpty else {
                return [
                    Check(
                        name: "backup", state: .warning, message: Sentences.noDestinations,
                        remedy: Sentences.addDestination, isBackup: true)
                ]
            }
            let local = try LocalBackups()
            let agent = AgentLink { () throws(ClientError) in try Connection.open(starting: false) }
            var checks: [Check] = []
            let earlier = Self.earlier()
            for entry in entries {
                do throws(ClientError) { checks += try destination(entry, local, agent, earlier) } catch {
                    checks.append(
                        Check(
                            name: "backup \(entry.name)", state: .fault, message: error.message, remedy: error.remedy,
                            isBackup: true))
                }
            }
            return checks
        } catch {
            return [
                Check(
                    name: "configuration", state: .fault, message: error.message, remedy: error.remedy, isBackup: true)
            ]
        }
    }

    /// Vaults that have become one with that here, as far as it is open.
    private static func earlier() -> [String: String] {
        guard var connection = try? Connection.open(starting: false) else { return [:] }
        return (try? EarlierVaults(&connection).named) ?? [:]
    }

    private static func destination(
        _ entry: BackupConfiguration.Entry, _ local: LocalBackups, _ agent: AgentLink, _ earlier: [String: String]
    ) throws(ClientError) -> [Check] {
        let name = "backup \(entry.name)"
        let upload = Upload(entry, local, at: Clock.utc)
        let state = try upload.noted()
        func found(_ state: Check.State, _ message: String, _ remedy: String = "") -> Check {
            Check(name: name, state: state, message: message, remedy: remedy, isBackup: true)
        }
        var checks: [Check] = []
        let behind = Upload.notUploaded(try local.names(), state)
        let health = state.health(notUploaded: behind, at: Clock.utc)
        if health == .stale { checks.append(found(.fault, Sentences.isStale, Sentences.runBackup)) }
        if !state.vanished.isEmpty {
            checks.append(found(.fault, Translation.heard(state.reason), Translation.heard(state.remedy)))
        }
        let survey: Upload.Survey
        do throws(DestinationError) { survey = try upload.survey(agent) } catch {
            return checks + [
                found(.fault, Translation.heard(error.message), Translation.heard(error.remedy(at: entry.name)))
            ]
        }
        // What is there may be good, and the newest one has not got there.
        if behind != nil, state.failure > 0, state.vanished.isEmpty {
            checks.append(
                found(
                    .fault, Sentences.newestNotThere(Translation.heard(state.reason)), Translation.heard(state.remedy)))
        }
        let foreign = survey.others.filter { earlier[$0.key] == nil }
        let former = survey.others.keys.sorted().compactMap { earlier[$0] }
        if !former.isEmpty { checks.append(found(.ok, tr("backups of \(former.joined(separator: "; "))"))) }
        guard survey.ours > 0 else {
            if !foreign.isEmpty {
                checks.append(found(.fault, Sentences.onlyForeign(foreign), Sentences.foreignRemedy))
            } else if state.success > 0 {
                checks.append(found(.fault, Sentences.nothingThere, Sentences.nothingThereRemedy))
            } else {
                checks.append(found(.warning, tr("nothing was backed up there yet"), Sentences.runBackup))
            }
            return checks
        }
        if !foreign.isEmpty { checks.append(found(.ok, Sentences.alsoForeign(foreign))) }
        switch survey.verdict {
        case .bad(let reason): checks.append(found(.fault, Translation.heard(reason), Sentences.makeAnother))
        case .unknown(let silence):
            checks.append(
                found(.warning, Sentences.notLookedInto(survey.ours, Sentences.cause(silence)), Sentences.unlockIt))
        case .verified(let reply):
            checks.append(found(.ok, Sentences.holds(survey.ours, reply)))
        }
        for (planted, reason) in survey.planted where planted != survey.newest {
            checks.append(found(.warning, Sentences.plantedThere(planted.description, reason), Sentences.plantedRemedy))
        }
        switch survey.hasKey {
        case .some(true): break
        case .some(false): checks.append(found(.fault, Sentences.keyNotThere, Sentences.runBackup))
        case .none: checks.append(found(.warning, Sentences.noRecoveryKey, Sentences.makeRecoveryKey))
        }
        return checks
    }
}
