import Platform

extension Limits {
    /// Bytes of a way as a record has it: kind, time, text.
    static let otherWayText = 4 + 20 + otherWay
}

// A way is a text `KIND SECONDS TEXT`: what two machines have noted of an account is put together as its tags are, and a kind
// that this release does not know is kept.
extension OtherWay {
    init?(_ record: String) {
        let parts = record.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let kind = UInt8(parts[0]).flatMap(OtherWayKind.init), let verified = UInt64(parts[1])
        else {
            return nil
        }
        self.init(kind, String(parts[2]), verified: Record.within(verified))
        guard isSound else { return nil }
    }

    var record: String { "\(kind.rawValue) \(verified) \(text)" }

    func isSame(as other: OtherWay) -> Bool { kind == other.kind && text == other.text }
}

extension Account {
    /// Something is noted.
    package var mayHaveOtherWays: Bool { !otherWayTexts.isEmpty }

    /// The ways into it that lie elsewhere, by kind and text. Of one that two machines have noted the later time holds.
    package var otherWays: [OtherWay] {
        var found: [OtherWay] = []
        for way in otherWayTexts.compactMap({ OtherWay($0) }) {
            if let index = found.firstIndex(where: way.isSame) {
                found[index].verified = max(found[index].verified, way.verified)
            } else {
                found.append(way)
            }
        }
        return found.sorted { ($0.kind.rawValue, $0.text) < ($1.kind.rawValue, $1.text) }
    }
}

extension Contents {
    /// Notes a way into an account that lies elsewhere, that it works, or that it is gone.
    ///
    /// Errors: `notFound` for an account or way that is not there, `badValue` for one that cannot be or one too many. One that is
    /// there already is not added again.
    package mutating func change(
        _ way: OtherWay, _ change: OtherWayChange, of id: Identifier, at utc: UInt64
    ) throws(VaultError) {
        guard let old = accounts[id], old.removed == 0 else { throw .notFound }
        guard way.isSound else { throw .badValue("such a number or name") }
        let known = old.otherWays.first(where: way.isSame)
        var account = old
        account.otherWayTexts.removeAll { OtherWay($0).map(way.isSame) ?? false }
        switch change {
        case .add:
            guard known == nil else { return }
            guard old.otherWays.count < Limits.otherWays else {
                throw .badValue("more than \(Limits.otherWays) numbers and keys")
            }
            account.otherWayTexts.append(OtherWay(way.kind, way.text).record)
        case .verified:
            guard known != nil else { throw .notFound }
            account.otherWayTexts.append(OtherWay(way.kind, way.text, verified: utc).record)
        case .remove:
            guard known != nil else { throw .notFound }
        }
        try replace(old, by: account, at: utc)
    }
}
