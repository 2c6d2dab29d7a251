import Wire

/// What a new vault needs before it can be relied on.
package struct FirstSteps: Equatable, Sendable {
    package enum Kind: CaseIterable, Sendable {
        case accounts
        case kit
        case backup
    }

    /// In the order in which they are offered.
    package let all: [(kind: Kind, isDone: Bool)]

    package init(_ standing: Standing) {
        all = [
            (.accounts, !standing.codes.accounts.isEmpty), (.kit, standing.access.map { $0.set != 0 } ?? false),
            (.backup, standing.destinations.map { $0.contains { $0.success != nil } } ?? false),
        ]
    }

    package var isDone: Bool { all.allSatisfy(\.isDone) }

    package static func == (a: FirstSteps, b: FirstSteps) -> Bool { a.all.elementsEqual(b.all, by: ==) }
}
