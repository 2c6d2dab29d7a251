package import Client
package import Platform
package import Wire

/// The agent, as far as uploading needs it: it looks into what comes back, and is told how it went. Uploading goes on
/// without one.
///
/// Each question has a connection of its own: an upload may take longer than the agent waits for who says nothing.
package struct AgentLink {
    private let connect: (() throws(ClientError) -> Connection)?

    /// What the agent says about a file.
    package enum Verdict: Sendable {
        /// It opens, and holds what it says.
        case verified(BackupVerifiedReply)
        /// It cannot be looked into now.
        case unknown(Silence)
        /// It is not what was sealed: why.
        case bad(String)
    }

    /// Why nothing was looked into.
    package enum Silence: Sendable {
        /// The vault is locked, or there is none.
        case locked
        /// No agent answers.
        case noAgent
        /// The agent has too much to do.
        case busy
    }

    /// Over connections that are made like that; without an agent when there is no way to make them.
    package init(_ connect: (() throws(ClientError) -> Connection)?) { self.connect = connect }

    private func connection() throws(ClientError) -> Connection {
        guard let connect else { throw ClientError(.noAgent, Sentences.noAgent, remedy: Sentences.startAgent) }
        return try connect()
    }

    /// Hands it a file that had this name: one that says otherwise of itself, such as an older backup under a newer name,
    /// does not count.
    package func verify(_ file: [UInt8], as name: BackupName) throws(ClientError) -> Verdict {
        do throws(ClientError) {
            var connection = try connection()
            let verified = try connection.verifyBackup(file.span)
            guard verified.sequence == name.sequence, verified.time == name.utc else {
                return .bad(Sentences.otherName(name.sequence, verified.sequence))
            }
            return .verified(verified)
        } catch {
            switch error.code {
            case .locked, .noVault: return .unknown(.locked)
            case .busy: return .unknown(.busy)
            case .noAgent: return .unknown(.noAgent)
            case .damaged, .permission: return .bad(error.original)
            default: throw error
            }
        }
    }

    /// Seals the last change, if no backup holds it.
    package func seal(force: Bool) throws(ClientError) -> BackupMadeReply {
        var connection = try connection()
        return try connection.request(BackupNowRequest(force: force))
    }

    /// Has the vault note where backups go, for the machine that it is restored on. That it could not be told, as while it is
    /// locked, changes nothing.
    package func note(_ entries: [BackupConfiguration.Entry], isUnattended: Bool = false, isFormer: Bool = false) {
        guard !entries.isEmpty, var connection = try? connection() else { return }
        let places = entries.map { BackupPlace($0, isUnattended: isUnattended, isFormer: isFormer) }
        _ = try? connection.request(BackupPlacesRequest(places))
    }

    /// Tells how it stands with a destination; that it could not be told changes nothing.
    package func report(_ report: BackupReport) {
        guard var connection = try? connection() else { return }
        _ = try? connection.request(BackupReportRequest(report))
    }
}

extension BackupPlace {
    /// A destination as the vault notes it: without what may be a credential.
    package init(_ entry: BackupConfiguration.Entry, isUnattended: Bool = false, isFormer: Bool = false) {
        let (kind, place): (BackupPlaceKind, String) =
            switch entry.kind {
            case .folder(let path): (.folder, path)
            case .rclone(let remote): (.rclone, remote)
            case .command: (.command, "")
            }
        self.init(kind, name: entry.name, place: place, isUnattended: isUnattended, isFormer: isFormer)
        (days, weeks, months, hours) = (entry.plan.days, entry.plan.weeks, entry.plan.months, entry.plan.hours)
    }

    /// Whether it is a destination of this machine, whatever it is called.
    package func isSame(as entry: BackupConfiguration.Entry) -> Bool {
        let other = BackupPlace(entry)
        return kind == other.kind && (kind == .command ? name == other.name : place == other.place)
    }
}
