import Platform

/// Which process may answer for another. A person answers in another place than the program that asks; what such a
/// program can start, or was started by, or shares its job or its terminal with, is no other place.
struct Kinship {
    /// What is known of a process by its number.
    let describe: (Int32) -> ProcessDescription

    /// Parents that are followed.
    private static let generations = 64

    /// Whether one process, which lives, may answer what another asks.
    func mayAnswer(_ answerer: ProcessDescription, _ asker: ProcessDescription) -> Bool {
        guard answerer.identity.isKnown, asker.identity.isKnown, answerer.identity != asker.identity else {
            return false
        }
        guard !ancestors(of: answerer).contains(where: { $0.identity == asker.identity }) else { return false }
        let above = ancestors(of: asker).prefix { $0.session == asker.session && $0.process != asker.session }
        guard !above.contains(where: { $0.identity == answerer.identity }) else { return false }
        guard answerer.group == 0 || answerer.group != asker.group else { return false }
        guard answerer.session == asker.session else { return true }
        // A job in the background of a terminal waits for a person who uses its foreground.
        return answerer.foreground != 0 && answerer.group == answerer.foreground && asker.group != asker.foreground
    }

    /// Its parent, the parent's parent, and so on.
    private func ancestors(of process: ProcessDescription) -> [ProcessDescription] {
        var found: [ProcessDescription] = []
        var last = process
        while last.parent > 1, found.count < Self.generations {
            let parent = describe(last.parent)
            // Of two generations the younger is not the older: one has ended meanwhile, and its number is another's.
            guard parent.identity.isKnown, parent.startTime <= last.startTime else { break }
            found.append(parent)
            last = parent
        }
        return found
    }
}
