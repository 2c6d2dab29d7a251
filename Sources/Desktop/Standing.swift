package import Client
package import Encodings
package import Wire

/// What the window is about now.
package enum Screen: Equatable, Sendable {
    case starting
    /// No agent answers, and why.
    case noAgent(message: String, remedy: String)
    /// It has ended while the window was open.
    case agentGone
    case noVault
    case locked
    /// Unlocked, without any account.
    case empty
    case list

    /// Its name in the window's stack.
    package var name: String {
        switch self {
        case .starting: "starting"
        case .noAgent: "no-agent"
        case .agentGone: "agent-gone"
        case .noVault: "no-vault"
        case .locked: "locked"
        case .empty: "empty"
        case .list: "list"
        }
    }
}

/// What is known of agent and vault, from its replies and events.
package struct Standing: Sendable {
    package private(set) var screen = Screen.starting
    package var codes = CodeList()
    package private(set) var questions: [Challenge] = []
    package private(set) var reports: [BackupReport] = []
    package var backup: BackupStateReply?
    package var access: AccessReply?
    package var recoverySets: [RecoverySet] = []
    package var grants: [GrantEntry] = []
    package var mutes: [MuteEntry] = []
    package var keys: [KeyEntry] = []
    package var settings: Settings?
    package private(set) var memory = MemoryKind.secret
    package private(set) var warnings: [String] = []
    /// Destinations of backups that are configured; nil before they are known.
    package var destinations: [Destination]?

    package init() {}

    package mutating func lose() {
        self = Standing(screen: .agentGone, destinations: destinations)
    }

    package mutating func fail(_ error: ClientError) {
        self = Standing(screen: .noAgent(message: error.message, remedy: error.remedy), destinations: nil)
    }

    private init(screen: Screen, destinations: [Destination]?) {
        (self.screen, self.destinations) = (screen, destinations)
    }

    /// STATUS.
    package mutating func take(_ status: StatusReply) {
        (memory, warnings) = (status.memory, status.warnings)
        switch status.vault {
        case .none: forget(.noVault)
        case .locked: forget(.locked)
        case .unlocked: screen = status.accounts == 0 && codes.accounts.isEmpty ? .empty : .list
        }
    }

    /// LIST, with all of its pages.
    package mutating func take(_ accounts: [Account]) {
        codes.take(accounts)
        if screen == .list || screen == .empty { screen = codes.accounts.isEmpty ? .empty : .list }
    }

    /// Names and codes are gone with the vault; what is asked of the owner stays.
    private mutating func forget(_ screen: Screen) {
        self.screen = screen
        let (query, isByName) = (codes.query, codes.isByName)
        codes = CodeList()
        (codes.query, codes.isByName) = (query, isByName)
        (access, recoverySets, keys) = (nil, [], [])
    }

    /// What an event changes here; what has to be asked anew is the caller's.
    package mutating func take(_ event: AgentEvent) {
        switch event {
        case .locked: forget(.locked)
        case .challenge(let challenge): ask(challenge)
        case .challengeEnded(let id, _): questions.removeAll { $0.id == id }
        case .backupHealth(let report):
            reports.removeAll { $0.destination == report.destination }
            reports.append(report)
        case .unlocked, .changed, .backupDue, .number: break
        }
    }

    /// CHALLENGES.
    package mutating func take(_ challenges: [Challenge]) {
        questions = []
        for challenge in challenges { ask(challenge) }
    }

    private mutating func ask(_ challenge: Challenge) {
        questions.removeAll { $0.id == challenge.id }
        questions.append(challenge)
        questions.sort { $0.created < $1.created }
    }

    /// BACKUP_STATE.
    package mutating func take(_ state: BackupStateReply) {
        backup = state
        reports = state.reports
    }

    // MARK: - What needs somebody

    /// Secrets could be written to the disk.
    package var isMemoryUnlocked: Bool { memory == .unlocked }

    /// Kit codes that are left; nil before they are known, or without a kit.
    package var kitLeft: Int? { access.flatMap { $0.set == 0 ? nil : Int($0.left) } }

    /// No kit was made, or few codes of it are left.
    package var isKitLow: Bool { access.map { $0.set == 0 || $0.left <= Self.fewCodes } ?? false }

    package static let fewCodes: UInt8 = 3

    /// There is nowhere that a backup goes.
    package var isNeverBackedUp: Bool {
        guard let destinations, screen == .list else { return false }
        return destinations.isEmpty || destinations.allSatisfy { $0.success == nil }
    }

    package var isStale: Bool { reports.contains { $0.health == .stale } }

    /// The red dot on the page for backups.
    package var backupNeedsSomebody: Bool { isStale || isNeverBackedUp || isKitLow }

    /// The red dot on the page for security.
    package var securityNeedsSomebody: Bool { !questions.isEmpty || isMemoryUnlocked }
}

/// Where backups go, as `fob backup status --json` tells.
package struct Destination: Equatable, Sendable {
    package let name: String
    /// `verified`, `shipped`, `failing` or `stale`.
    package let health: String
    /// UTC of the last upload.
    package let success: String?
    package let reason: String
    package let remedy: String

    package init?(_ json: JSONValue) {
        guard let name = json["name"]?.string else { return nil }
        self.name = name
        health = json["state"]?.string ?? ""
        success = json["last_success"]?.string
        reason = json["reason"]?.string ?? ""
        remedy = json["remedy"]?.string ?? ""
    }
}
