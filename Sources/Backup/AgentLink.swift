package import Client
package import Platform
package import Wire

/// The agent, as far as uploading needs it: it looks into what comes back, and is told how it went. Uploading goes on
/// without one.
package struct AgentLink: ~Copyable {
    private var connection: Connection?

    /// What the agent says about a file.
    package enum Verdict: Sendable {
        /// It opens, and holds what it says.
        case verified(BackupVerifiedReply)
        /// It cannot be looked into now: the vault is locked, or there is no agent.
        case unknown
        /// It is not what was sealed: why.
        case bad(String)
    }

    /// Over a connection, or without one.
    package init(_ connection: consuming Connection?) { self.connection = connection }

    /// Hands it a file that had this name: one that says otherwise of itself, such as an older backup under a newer name,
    /// does not count.
    package mutating func verify(_ file: [UInt8], as name: BackupName) throws(ClientError) -> Verdict {
        guard connection != nil else { return .unknown }
        do throws(ClientError) {
            guard let verified = try connection?.verifyBackup(file.span) else { return .unknown }
            guard verified.sequence == name.sequence, verified.time == name.utc else {
                return .bad(Sentences.otherName(name.sequence, verified.sequence))
            }
            return .verified(verified)
        } catch {
            switch error.code {
            case .locked, .noVault, .busy: return .unknown
            case .noAgent:
                connection = nil
                return .unknown
            case .damaged, .permission: return .bad(error.message)
            default: throw error
            }
        }
    }

    /// Seals the last change, if no backup holds it. Nil when the vault is locked or there is no agent.
    package mutating func seal(force: Bool) throws(ClientError) -> BackupMadeReply? {
        guard connection != nil else { return nil }
        return try connection?.request(BackupNowRequest(force: force))
    }

    /// Tells how it stands with a destination; that it could not be told changes nothing.
    package mutating func report(_ report: BackupReport) {
        _ = try? connection?.request(BackupReportRequest(report))
    }
}
