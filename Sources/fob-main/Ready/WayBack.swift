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
    /// The name of the place where it is.
    var place: String?

    /// How it stands once something is lost.
    func standing(after loss: Loss) -> Standing {
        if !lostWith.isDisjoint(with: loss.kinds) { return .lost }
        if let place, loss.places.contains(place) { return .lost }
        return standing
    }
}

/// What a person may lose tomorrow.
struct Loss {
    enum Kind: String {
        case machine
        case passphrase
        case kit
        case place
        case keepers
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

    /// What opens it, and what is opened.
    init(_ opener: Means, _ copy: Means, after loss: Loss) {
        name = tr("\(opener.name), and \(copy.name)")
        let (opens, opened) = (opener.standing(after: loss), copy.standing(after: loss))
        standing = opens.and(opened)
        // What is lost is not mended by advice.
        let advices = standing == .lost ? [] : [opener.advice, copy.advice].filter { !$0.isEmpty }
        advice = advices.first ?? ""
    }

    var json: JSON {
        var members: [(String, JSON)] = [("way", .string(name)), ("state", .string(standing.word))]
        if case .works(let utc) = standing { members.append(("proven", .number(utc))) }
        members.append(("advice", advice.isEmpty ? .null : .string(advice)))
        return .object(members)
    }
}
