import Client
import Wire

/// What is told about a set of recovery codes wherever it is met: how many, and what is wrong with that.
enum RecoveryCounts {
    /// So few are left that new ones should be had while one can still sign in.
    static let few = 3

    /// Warns of a set with few or no codes left.
    static func warning(_ set: RecoverySet) -> String? {
        // Some services give one code in all.
        guard set.left <= few, set.left < set.total || set.total > 1 else { return nil }
        return set.left == 0 ? Sentences.noRecoveryCodeLeft(Label.shown(set.label)) : Sentences.fewRecoveryCodes(set)
    }

    /// All that is to be said of the sets of a vault, one sentence each.
    static func warnings(_ sets: [RecoverySet]) -> [String] {
        var warnings = sets.compactMap(warning)
        let both = sets.filter(\.isBesidePassword).map { Label.shown($0.label) }
        if !both.isEmpty { warnings.append(Sentences.bothFactors(both)) }
        return warnings
    }
}

extension JSON {
    /// A set of recovery codes as fob(1) describes it.
    init(_ set: RecoverySet) {
        self = .object(Self.members(set))
    }

    /// The members of that object.
    static func members(_ set: RecoverySet) -> [(String, JSON)] {
        [
            ("id", .string(set.account.description)), ("account", .string(set.label)),
            ("service", set.service.isEmpty ? .null : .string(set.service)), ("total", .number(set.total)),
            ("left", .number(set.left)), ("shown", .number(set.shown)), ("in_order", .bool(set.isInOrder)),
            ("imported", .number(set.imported)),
            ("superseded_until", set.supersededUntil == 0 ? .null : .number(set.supersededUntil)),
            ("both_factors", .bool(set.isBesidePassword)),
        ]
    }
}
