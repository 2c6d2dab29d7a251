import OneTimePassword
import Platform
import Wire

/// What a format can hold of an account. What it cannot is told, never guessed or dropped in silence.
package struct Holding: Sendable {
    /// Words that accounts are sorted by.
    package enum Tags: Sendable {
        /// None.
        case none
        /// One folder or group, whose name has none of these characters.
        case one(without: String)
        /// Any number, without any of these characters.
        case many(without: String)

        func kept(of tags: [String]) -> [String] {
            switch self {
            case .none: []
            case .one(let without): Array(tags.filter { Self.has(none: without, $0) }.prefix(1))
            case .many(let without): tags.filter { Self.has(none: without, $0) }
            }
        }

        private static func has(none characters: String, _ tag: String) -> Bool {
            !tag.unicodeScalars.contains { characters.unicodeScalars.contains($0) }
        }
    }

    /// The kinds of one-time password.
    let kinds: [CredentialKind]
    /// The hashes of TOTP and HOTP.
    let algorithms: [HashAlgorithm]
    /// Characters of a code of TOTP and HOTP.
    let digits: [UInt8]
    /// Seconds of a time step of TOTP.
    let periods: ClosedRange<UInt32>
    /// Highest counter.
    let mostCounter: UInt64
    /// Whether time steps may start at another second than 0.
    let hasStart: Bool
    /// Tags.
    let tags: Tags
    /// Free text.
    let hasNote: Bool
    /// Favourites.
    let hasFavourite: Bool
    /// How often and when it was used last.
    let hasUse: Bool
    /// The longest period of which the program that the format is for shows the right code, and which program that is.
    let shownRight: (period: UInt32, by: String)?
    /// Kinds that are written with a title and a login and nothing that names both: when issuer and name are the same, it
    /// reads like a name alone.
    let untoldIssuer: [CredentialKind]

    init(
        _ kinds: [CredentialKind], algorithms: [HashAlgorithm] = [.sha1, .sha256, .sha512],
        digits: [UInt8] = Self.uriDigits,
        periods: ClosedRange<UInt32> = Limits.period, mostCounter: UInt64 = UInt64(Int64.max), hasStart: Bool = false,
        tags: Tags = .none, hasNote: Bool = false, hasFavourite: Bool = false, hasUse: Bool = false,
        shownRight: (period: UInt32, by: String)? = nil, untoldIssuer: [CredentialKind] = []
    ) {
        self.shownRight = shownRight
        self.kinds = kinds
        self.algorithms = algorithms
        self.digits = digits
        self.periods = periods
        self.mostCounter = mostCounter
        self.hasStart = hasStart
        self.tags = tags
        self.hasNote = hasNote
        self.hasFavourite = hasFavourite
        self.hasUse = hasUse
        self.untoldIssuer = untoldIssuer
    }

    /// Fewer digits than three are taken for a mistake in a URI.
    static let uriDigits: [UInt8] = Array(3...10)

    /// Why an account cannot be written at all: its codes would be wrong. Nil when it can.
    func refusal(of entry: borrowing Entry) -> String? {
        guard let parameters = entry.parameters else { return "no one-time password is kept for it" }
        guard kinds.contains(parameters.kind) else { return "the format has no \(parameters.kind.title) accounts" }
        if parameters.start != 0, !hasStart { return "the format has no start of time steps" }
        if parameters.counter > mostCounter { return "the format has no counters so high" }
        switch parameters.kind {
        case .totp where !periods.contains(parameters.period):
            return "the format has no period of \(parameters.period) s"
        case .totp, .hotp: break
        case .steam, .motp, .yandex, .ocra: return nil
        }
        if !algorithms.contains(parameters.algorithm) { return "the format has no \(parameters.algorithm.title)" }
        if !digits.contains(parameters.digits) { return "the format has no codes of \(parameters.digits) digits" }
        return nil
    }

    /// What is left out of an account that is written.
    func losses(of entry: borrowing Entry) -> [String] {
        var losses = entry.lost
        if entry.issuer == entry.name, let kind = entry.parameters?.kind, untoldIssuer.contains(kind) {
            losses.append("its issuer, which is the same as its name")
        }
        if let shownRight, let parameters = entry.parameters, parameters.kind == .totp,
            parameters.period > shownRight.period
        {
            losses.append(
                "codes that \(shownRight.by) shows right: it takes a period over \(shownRight.period) s for "
                    + "\(shownRight.period) s")
        }
        if entry.note.count > 0, !hasNote { losses.append("its note") }
        let left = entry.tags.count - tags.kept(of: entry.tags).count
        if left > 0 { losses.append(left == entry.tags.count ? "its tags" : "its other tags") }
        if entry.extras.isFavourite, !hasFavourite { losses.append("its mark as a favourite") }
        if !entry.extras.icon.isEmpty { losses.append("its icon") }
        if entry.extras.uses > 0 || entry.extras.lastUsed > 0, !hasUse { losses.append("how often it was used") }
        return losses
    }
}

extension CredentialKind {
    /// As people write it.
    var title: String {
        switch self {
        case .totp: "TOTP"
        case .hotp: "HOTP"
        case .steam: "Steam"
        case .motp: "mOTP"
        case .yandex: "Yandex"
        case .ocra: "OCRA"
        }
    }
}

extension HashAlgorithm {
    /// As most formats write it.
    var title: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        case .md5: "MD5"
        }
    }
}
