import Client
import Wire

/// Rows and lines that describe something.
extension Sentences {
    static func details(of account: Account) -> [(String, String)] {
        let credential = account.credential
        var rows = [("name", account.label), ("kind", credential.kind.text)]
        switch credential.kind {
        case .none: break
        case .totp, .hotp:
            rows += [("algorithm", credential.algorithm.text), ("digits", "\(credential.digits)")]
        case .steam, .motp, .yandex: break
        case .ocra: rows.append(("suite", credential.ocraSuite))
        }
        if credential.period > 0 { rows.append(("period", "\(credential.period) s")) }
        if credential.start > 0 { rows.append(("counts from", Moment.text(credential.start))) }
        if credential.kind == .hotp { rows.append(("next counter", "\(credential.counter)")) }
        if !account.tags.isEmpty { rows.append(("tags", account.tags.joined(separator: ", "))) }
        if account.state == .needsVerification { rows.append(("state", needsVerification)) }
        if account.isDeviceBound { rows.append(("backup", "its key stays on this machine")) }
        switch account.consent {
        case .none: break
        case .confirm: rows.append(("confirm", "each code is asked for"))
        case .verify: rows.append(("confirm", "each code takes the passphrase"))
        }
        if account.lifetime > 0 {
            rows.append(("lifetime", "\(Seconds.text(UInt64(account.lifetime))) after unlocking"))
        }
        if account.extras.isFavourite { rows.append(("favourite", "yes")) }
        if !account.extras.icon.isEmpty { rows.append(("icon", account.extras.icon)) }
        if account.extras.uses > 0 { rows.append(("used before", "\(account.extras.uses) times")) }
        if account.extras.lastUsed > 0 { rows.append(("last used before", Moment.text(account.extras.lastUsed))) }
        rows += [("created", Moment.text(account.created)), ("changed", Moment.text(account.modified))]
        if account.removed > 0 { rows.append(("in the trash since", Moment.text(account.removed))) }
        rows.append(("id", account.id.description))
        return rows
    }

    static func details(of challenge: Challenge, at utc: UInt64) -> [(String, String)] {
        var rows = [("id", String(challenge.id.description.prefix(8))), ("what", challenge.sentence)]
        if let host = challenge.host { rows.append(("host", host.details)) }
        for hop in challenge.hops { rows.append(("through", hop.details)) }
        if challenge.moreHops > 0 { rows.append(("through", "\(challenge.moreHops) more hosts")) }
        for detail in challenge.details { rows.append((challenge.kind == .protection ? "takes away" : "note", detail)) }
        if let hash = challenge.dataHash { rows.append(("SHA-256", hash.hexadecimal)) }
        for (name, text) in [("user", challenge.user), ("data", challenge.dataName), ("account", challenge.account)]
        where !text.isEmpty {
            rows.append((name, Text.quoted(text, most: 256)))
        }
        for (index, program) in challenge.programs.enumerated() {
            rows.append((index == 0 ? "asked by" : "started by", program.text))
        }
        rows.append(("terminal", challenge.terminal.isEmpty ? "none" : challenge.terminal))
        if !challenge.unit.isEmpty { rows.append(("unit", challenge.unit)) }
        let left = challenge.deadline > utc ? challenge.deadline - utc : 0
        rows.append(("time left", Seconds.text(left)))
        return rows
    }

    static func vault(_ status: StatusReply, withoutCode: Int? = nil) -> String {
        switch status.vault {
        case .none: "vault: none yet; make one with fob init"
        case .locked: "vault: locked"
        case .unlocked:
            "vault: unlocked, \(Count.text(status.accounts, "account"))"
                + (withoutCode.map { $0 > 0 ? " (\($0) without codes)" : "" } ?? "")
                + ", \(status.inTrash) in the trash, save \(status.generation)"
        }
    }

    static func locksIn(_ status: StatusReply) -> String {
        let times = [(status.idleSecondsLeft, "without use"), (status.absoluteSecondsLeft, "in any case")]
            .filter { $0.0 > 0 }.map { "in \(Seconds.text(UInt64($0.0))) \($0.1)" }
        return "locks: " + (times.isEmpty ? "never by itself" : times.joined(separator: ", "))
    }

    static func memory(_ status: StatusReply) -> String {
        let used = "\(kibibytes(status.arenaUsed)) of \(kibibytes(status.arenaReserved)) used"
        let limit = status.memoryLockLimit == .max ? "no limit" : "limit \(kibibytes(status.memoryLockLimit))"
        return switch status.memory {
        case .secret: "memory: secrets are in pages hidden even from the kernel (memfd_secret), \(used)"
        case .shielded: "memory: secrets are locked against swapping and encrypted between uses, \(used), \(limit)"
        case .unlocked: "memory: secrets are NOT locked and may reach the swap; encrypted between uses, \(used)"
        }
    }

    private static func kibibytes(_ bytes: UInt64) -> String { "\((bytes + 1023) / 1024) KiB" }

    static func agent(_ status: StatusReply, _ release: String) -> String {
        let name = release.isEmpty ? "agent" : "agent: \(release)"
        return "\(name), process \(status.processID), up \(Seconds.text(status.uptimeSeconds)), "
            + "\(status.connections) connection\(status.connections == 1 ? "" : "s")"
    }

    static func pending(_ count: Int) -> String {
        "waiting: \(count) confirmation\(count == 1 ? "" : "s"); answer with fob confirm"
    }

    static func warning(_ text: String) -> String { "warning: \(text)" }
}
