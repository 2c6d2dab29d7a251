import Client
import Wire

/// Rows and lines that describe something.
extension Sentences {
    static func details(of account: Account) -> [(String, String)] {
        let credential = account.credential
        var rows = [(tr("name"), account.label), (tr("kind"), credential.kind.text)]
        switch credential.kind {
        case .none: break
        case .totp, .hotp:
            rows += [(tr("algorithm"), credential.algorithm.text), (tr("digits"), "\(credential.digits)")]
        case .steam, .motp, .yandex: break
        case .ocra: rows.append((tr("suite"), credential.ocraSuite))
        }
        if credential.period > 0 { rows.append((tr("period"), "\(credential.period) s")) }
        if credential.start > 0 { rows.append((tr("counts from"), Moment.text(credential.start))) }
        if credential.kind == .hotp { rows.append((tr("next counter"), "\(credential.counter)")) }
        if !account.tags.isEmpty { rows.append((tr("tags"), account.tags.joined(separator: ", "))) }
        if account.state == .needsVerification { rows.append((tr("state"), needsVerification)) }
        if account.isDeviceBound { rows.append((tr("backup"), tr("its key stays on this machine"))) }
        switch account.consent {
        case .none: break
        case .confirm: rows.append((tr("confirm"), tr("each code is asked for")))
        case .verify: rows.append((tr("confirm"), tr("each code takes the passphrase")))
        }
        if account.lifetime > 0 {
            rows.append((tr("lifetime"), tr("\(Seconds.text(UInt64(account.lifetime))) after unlocking")))
        }
        if account.extras.isFavourite { rows.append((tr("favourite"), tr("yes"))) }
        if !account.extras.icon.isEmpty { rows.append((tr("icon"), account.extras.icon)) }
        if account.extras.uses > 0 { rows.append((tr("used before"), Count.text(account.extras.uses, "time"))) }
        if account.extras.lastUsed > 0 { rows.append((tr("last used before"), Moment.text(account.extras.lastUsed))) }
        rows += [(tr("created"), Moment.text(account.created)), (tr("changed"), Moment.text(account.modified))]
        if account.removed > 0 { rows.append((tr("in the trash since"), Moment.text(account.removed))) }
        rows.append(("id", account.id.description))
        return rows
    }

    static func details(of challenge: Challenge, at utc: UInt64) -> [(String, String)] {
        var rows = [("id", String(challenge.id.description.prefix(8))), (tr("what"), challenge.told)]
        if let host = challenge.host { rows.append((tr("host"), host.details)) }
        for hop in challenge.hops { rows.append((tr("through"), hop.details)) }
        if challenge.moreHops > 0 {
            rows.append(
                (
                    tr("through"),
                    trn(challenge.moreHops, "\(challenge.moreHops) more host", "\(challenge.moreHops) more hosts")
                ))
        }
        for detail in challenge.details {
            rows.append((challenge.kind == .protection ? tr("takes away") : tr("note"), Translation.heard(detail)))
        }
        if let hash = challenge.dataHash { rows.append(("SHA-256", hash.hexadecimal)) }
        for (name, text) in [
            (tr("user"), challenge.user), (tr("data"), challenge.dataText), (tr("account"), challenge.account),
        ]
        where !text.isEmpty {
            rows.append((name, Text.quoted(text, most: 256)))
        }
        for (index, program) in challenge.programs.enumerated() {
            rows.append((index == 0 ? tr("asked by") : tr("started by"), program.text))
        }
        rows.append((tr("terminal"), challenge.terminal.isEmpty ? tr("none") : challenge.terminal))
        if !challenge.unit.isEmpty { rows.append((tr("unit"), challenge.unit)) }
        let left = challenge.deadline > utc ? challenge.deadline - utc : 0
        rows.append((tr("time left"), Seconds.text(left)))
        return rows
    }

    static func vault(_ status: StatusReply, withoutCode: Int? = nil) -> String {
        switch status.vault {
        case .none: return tr("vault: none yet; make one with fob init")
        case .locked: return tr("vault: locked")
        case .unlocked:
            let count = accounts(Int(status.accounts))
            let told = withoutCode.map { $0 > 0 ? tr("\(count) (\($0) without codes)") : count } ?? count
            return tr("vault: unlocked, \(told), \(status.inTrash) in the trash, save \(status.generation)")
        }
    }

    static func locksIn(_ status: StatusReply) -> String {
        let idle = Seconds.text(UInt64(status.idleSecondsLeft))
        let absolute = Seconds.text(UInt64(status.absoluteSecondsLeft))
        return switch (status.idleSecondsLeft > 0, status.absoluteSecondsLeft > 0) {
        case (true, true): tr("locks: in \(idle) without use, in \(absolute) in any case")
        case (true, false): tr("locks: in \(idle) without use")
        case (false, true): tr("locks: in \(absolute) in any case")
        case (false, false): tr("locks: never by itself")
        }
    }

    static func memory(_ status: StatusReply) -> String {
        let used = tr("\(kibibytes(status.arenaUsed)) of \(kibibytes(status.arenaReserved)) used")
        let limit = status.memoryLockLimit == .max ? tr("no limit") : tr("limit \(kibibytes(status.memoryLockLimit))")
        return switch status.memory {
        case .secret: tr("memory: secrets are in pages hidden even from the kernel (memfd_secret), \(used)")
        case .shielded: tr("memory: secrets are locked against swapping and encrypted between uses, \(used), \(limit)")
        case .unlocked: tr("memory: secrets are NOT locked and may reach the swap; encrypted between uses, \(used)")
        }
    }

    private static func kibibytes(_ bytes: UInt64) -> String { "\((bytes + 1023) / 1024) KiB" }

    static func agent(_ status: StatusReply, _ release: String) -> String {
        let name = release.isEmpty ? tr("agent") : tr("agent: \(release)")
        let connections = Count.text(status.connections, "connection")
        return tr("\(name), process \(status.processID), up \(Seconds.text(status.uptimeSeconds)), \(connections)")
    }

    static func pending(_ count: Int) -> String {
        tr("waiting: \(Count.text(count, "confirmation")); answer with fob confirm")
    }

    static func warning(_ text: String) -> String { tr("warning: \(text)") }
}
