import Backup
import Client
import Platform

/// How sure it is that a way back leads there.
enum Standing: Equatable {
    /// It was gone to its end, the last time at that second of UTC.
    case works(UInt64)
    /// All that it takes is there; nobody has ever tried.
    case untried
    /// It takes something that is not there, which can be had beforehand.
    case needs
    /// It ends with what was lost.
    case lost

    /// In JSON.
    var word: String {
        switch self {
        case .works: "works"
        case .untried: "untried"
        case .needs: "needs"
        case .lost: "lost"
        }
    }

    /// Whether somebody who has lost something would go it.
    var leads: Bool {
        switch self {
        case .works, .untried: true
        case .needs, .lost: false
        }
    }

    /// That of a way which takes both: of what was tried, the older date counts.
    func and(_ other: Standing) -> Standing {
        switch (self, other) {
        case (.lost, _), (_, .lost): .lost
        case (.needs, _), (_, .needs): .needs
        case (.works(let a), .works(let b)): .works(min(a, b))
        case (.untried, _), (_, .untried): .untried
        }
    }
}

/// Something that opens a copy of the vault, or such a copy, and how it stands with it while nothing is lost.
struct Means {
    /// What a person calls it.
    let name: String
    let standing: Standing
    /// What makes it better; empty when nothing has to.
    var advice = ""
    /// With what it is lost.
    let lostWith: Set<Loss.Kind>
    /// What has to come to it.
    var needs: Loss.Kind?
    /// The name of the place where it is.
    var place: String?
    /// Of what opens a copy, since when copies are sealed to it, in seconds of UTC; 0 where that is not told.
    var since: UInt64 = 0
    /// Of a copy that may be behind: when it was sealed, and when the first one was that waits to be brought there.
    var sealed: (at: UInt64, next: UInt64?)?
    /// Of a copy, whether the vault's passphrase opens it, where that can be seen.
    var hasPassphrase: Bool?
    /// What reads the copy is on this machine only, unless its owner has written it down.
    var isReadHere = false
    /// Of a copy at a place, where it was seen a moment ago.
    var seen = Upload.Glance.Newest.there

    /// How it stands once something is lost.
    func standing(after loss: Loss) -> Standing {
        if !lostWith.isDisjoint(with: loss.kinds) { return .lost }
        if let place, loss.places.contains(place) { return .lost }
        if isReadHere, loss.kinds.contains(.machine) { return standing.and(.untried) }
        return isWanting(after: loss) ? .needs : standing
    }

    /// Whether it was sealed before that opened anything. A new unlock method has the vault sealed at once: of two of one
    /// second, the later one is.
    func isOlder(than opener: Means) -> Bool {
        if opener.lostWith == [.passphrase], let hasPassphrase { return !hasPassphrase }
        return sealed.map { $0.at < opener.since || $0.at == opener.since && $0.next == opener.since } ?? false
    }

    /// What makes it better once something is lost.
    func advice(after loss: Loss) -> String {
        if isReadHere, loss.kinds.contains(.machine), advice.isEmpty { return Sentences.writePasswords }
        return isWanting(after: loss) ? Sentences.renewPlusCode : advice
    }

    private func isWanting(after loss: Loss) -> Bool { needs.map(loss.kinds.contains) ?? false }
}

/// What a person may lose tomorrow.
struct Loss {
    enum Kind: String {
        case machine
        case passphrase
        case kit
        case place
        case keepers
        case plusCode
        case securityKeys
        case fob
    }

    let kinds: Set<Kind>
    /// The places of backups that are gone.
    var places: Set<String> = []
    let name: String
    /// In JSON.
    let word: String
}

/// One way back after one loss.
struct WayBack {
    let name: String
    let standing: Standing
    let advice: String
    /// Where the copy was seen a moment ago.
    let seen: Upload.Glance.Newest

    /// What opens it, and what is opened.
    init(_ opener: Means, _ copy: Means, after loss: Loss) {
        name = tr("\(opener.name), and \(copy.name)")
        seen = copy.seen
        let (opens, opened) = (opener.standing(after: loss), copy.standing(after: loss))
        let both = opens.and(opened)
        let isOlder = both.leads && copy.isOlder(than: opener)
        standing = isOlder ? .needs : both
        // What is lost is not mended by advice.
        let advices =
            standing == .lost
            ? []
            : [
                isOlder ? "" : opener.advice(after: loss), copy.advice(after: loss),
                isOlder ? tr("what is there was sealed before: fob backup now") : "",
            ]
            .filter { !$0.isEmpty }
        advice = advices.first ?? ""
    }

    var json: JSON {
        var members: [(String, JSON)] = [("way", .string(name)), ("state", .string(standing.word))]
        if case .works(let utc) = standing { members.append(("proven", .number(utc))) }
        members.append(("advice", advice.isEmpty ? .null : .string(advice)))
        members.append(("copy", .string(seen.rawValue)))
        return .object(members)
    }
}
