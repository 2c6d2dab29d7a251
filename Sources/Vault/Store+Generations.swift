import Platform

// The older copies of the vault, whose they are, and the number of the last save.
extension Store {
    /// The newest older copy of the vault, nil when there is none.
    package func newestCopy() throws(StoreError) -> [UInt8]? {
        guard let newest = copies(upTo: .max).max(by: { ($0.number, $0.utc) < ($1.number, $1.utc) }) else { return nil }
        do { return try generations.read(newest.name, limit: Limits.sealed) } catch { throw StoreError(reading: error) }
    }

    /// What is left of a vault whose file is not there.
    package struct Remains: Sendable, Equatable {
        /// Older copies.
        package let copies: Int
        /// The newest of them.
        package let newest: Generation?
        /// The number of its last save; 0 when that is not known.
        package let number: UInt64
    }

    /// What is left of a vault whose file is not there; nil when nothing is, or the file is there.
    package func remains() throws(StoreError) -> Remains? {
        guard try !hasVault() else { return nil }
        let copies = copies(upTo: .max)
        let number = highestGeneration()
        guard !copies.isEmpty || number > 0 else { return nil }
        return Remains(
            copies: copies.count, newest: copies.max { ($0.number, $0.utc) < ($1.number, $1.utc) }, number: number)
    }

    /// Puts what is left of another vault out of the way of a new one: into a directory of its own, whose name is
    /// returned.
    @discardableResult
    package func setRemainsAside(at utc: UInt64) throws(StoreError) -> String {
        do throws(DirectoryError) {
            let name = "former-\(CompactTime.text(min(utc, CompactTime.latest)))"
            let former = try directory.subdirectory(name)
            for copy in copies(upTo: .max) { try generations.rename(copy.name, to: copy.name, in: former) }
            for name in [Self.owner, Self.number] {
                do throws(DirectoryError) { try directory.rename(name, to: name, in: former) } catch {
                    guard error.fault == .absent else { throw error }
                }
            }
            try former.sync()
            try generations.sync()
            try directory.sync()
            return name
        } catch { throw StoreError(writing: error) }
    }

    /// The number of the last save, as the file beside the vault says: an older vault was put back when it is higher
    /// than the vault's own. 0 when it is not known.
    package func highestGeneration() -> UInt64 {
        guard let bytes = try? directory.read(Self.number, limit: 32), bytes.last == UInt8(ascii: "\n") else {
            return 0
        }
        let number = UInt64(String(decoding: bytes.dropLast(), as: UTF8.self)) ?? 0
        return number <= Self.largestNumber ? number : 0
    }

    /// Older copies of the vault with numbers up to `generation`; those whose number is not known count.
    package func olderCopies(upTo generation: UInt64) -> Int { copies(upTo: generation).count }

    /// Removes them, and tells how many there were.
    package func removeOlderCopies(upTo generation: UInt64) throws(StoreError) -> Int {
        let old = copies(upTo: generation)
        do {
            for copy in old { try generations.remove(copy.name) }
            try generations.sync()
        } catch { throw StoreError(writing: error) }
        return old.count
    }

    func copies(upTo generation: UInt64) -> [Generation] {
        ((try? generations.names()) ?? []).compactMap { Generation(name: $0) }.filter { $0.number <= generation }
    }

    /// Sets the generations of another vault aside, and writes down whose those are that come now.
    func claimGenerations(for vault: Identifier, _ known: inout Known, at utc: UInt64) throws(StoreError) {
        guard known.owner != vault else { return }
        let text = Array("\(vault)\n".utf8)
        if let owner = try? directory.read(Self.owner, limit: 64), owner != text, !owner.isEmpty {
            try setRemainsAside(at: utc)
        }
        // Not fatal: without it, copies of two vaults stand beside each other.
        try? directory.remove(Self.temporaryNumber)
        do {
            let file = try directory.openFile(Self.temporaryNumber, for: .creatingNew)
            try file.writeAll(text.span)
            try file.sync()
            try directory.rename(Self.temporaryNumber, to: Self.owner)
            known.owner = vault
        } catch {
            try? directory.remove(Self.temporaryNumber)
        }
    }

    /// Removes the oldest copies, but never the last two; false when there are no others.
    func giveUpOldest(_ count: Int) -> Bool {
        let oldest = copies(upTo: .max).sorted { ($0.number, $0.utc) < ($1.number, $1.utc) }.dropLast(2).prefix(count)
        for copy in oldest { try? generations.remove(copy.name) }
        return !oldest.isEmpty
    }

    /// Not fatal: the number only helps to notice that an older vault was put back.
    func writeNumber(_ number: UInt64) {
        let text = Array("\(number)\n".utf8)
        try? directory.remove(Self.temporaryNumber)
        do {
            let file = try directory.openFile(Self.temporaryNumber, for: .creatingNew)
            try file.writeAll(text.span)
            try file.sync()
            try directory.rename(Self.temporaryNumber, to: Self.number)
        } catch {
            try? directory.remove(Self.temporaryNumber)
        }
    }

    func prune(at utc: UInt64) {
        let all = ((try? generations.names()) ?? []).compactMap { Generation(name: $0) }
        let kept = Retention.kept(of: all, at: utc)
        for generation in all where !kept.contains(generation) { try? generations.remove(generation.name) }
    }
}
