import Age
package import Platform
import Synchronization

/// The directory with the sealed vault, its older generations and the lock that makes this agent its only writer.
///
/// A save replaces the file in one step or not at all. Methods block on the disk: call them from a worker thread.
package final class Store: Sendable {
    /// The steps of a save, in their order.
    package enum Step: Sendable, CaseIterable {
        /// Makes the temporary file.
        case create
        /// Writes it.
        case write
        /// Waits for the device.
        case sync
        /// Reads it back and compares.
        case verify
        /// Keeps the current vault as a generation.
        case keep
        /// Puts the new file in the vault's place.
        case replace
        /// Waits for the device again.
        case finish
    }

    /// The vault's directory, for what else the agent keeps there.
    package let directory: Directory

    /// A higher number of saves is not believed: nothing vouches for the file that tells it, and the saves go on from
    /// there.
    static let largestNumber: UInt64 = 1 << 48

    static let vault = "vault.age"
    static let number = "generation"
    static let generations = "generations"
    /// Whose the generations are.
    static let owner = "vault-id"
    static let temporary = ".vault.age.new"
    static let temporaryNumber = ".vault.age.generation"
    private static let leftover = ".vault.age."

    private let lock: FileLock
    let generations: Directory
    private let before: @Sendable (Step) throws(DirectoryError) -> Void
    private let known: Mutex<Known>

    /// What was last read or written.
    struct Known {
        /// The number of the last save by this agent.
        var number: UInt64?
        var stamp: Stamp?
        /// Whose generations they are.
        var owner: Identifier?
    }

    /// By which the vault's file is known again.
    struct Stamp {
        let status: FileStatus
        let digest: [32 of UInt8]

        func isSame(_ other: FileStatus) -> Bool {
            status.identity == other.identity && status.size == other.size && status.changed == other.changed
        }
    }

    /// Opens the directory, makes it when it is missing, locks it and removes what killed saves left behind.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - before: called before each step of a save, which it can make fail; for tests.
    package init(
        path: String, before: @escaping @Sendable (Step) throws(DirectoryError) -> Void = { _ in }
    ) throws(StoreError) {
        let parts: (directory: Directory, lock: FileLock?, generations: Directory)
        do {
            let directory = try Directory.open(path, create: true)
            parts = (directory, try directory.lock("lock"), try directory.subdirectory(Self.generations))
        } catch { throw StoreError(opening: error) }
        guard let lock = parts.lock else { throw .lockedByAnother(path: path) }
        directory = parts.directory
        generations = parts.generations
        self.lock = lock
        self.before = before
        known = Mutex(Known())
        Self.removeLeftovers(in: directory)
        Self.removeLeftovers(in: generations)
    }

    /// Whether there is a vault.
    package func hasVault() throws(StoreError) -> Bool {
        do { return try directory.status(of: Self.vault) != nil } catch { throw StoreError(reading: error) }
    }

    /// The sealed vault.
    package func load() throws(StoreError) -> [UInt8] {
        do {
            // Before the file is read: what replaces it meanwhile is noticed later.
            let status = try directory.status(of: Self.vault)
            if let status, let sealed = try directory.read(Self.vault, limit: Limits.sealed) {
                known.withLock { $0.stamp = Stamp(status: status, digest: Sodium.sha256(sealed.span)) }
                return sealed
            }
        } catch { throw StoreError(reading: error) }
        throw .noVault(path: directory.path)
    }

    /// The first bytes of the sealed vault, with the whole of its header.
    package func head() throws(StoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(DirectoryError) {
            let file = try directory.openFile(Self.vault, for: .reading)
            do throws(SystemError) {
                var count = 0
                repeat {
                    count = bytes.count
                    try bytes.append(addingCapacity: AgeLimits.headerBytes - count) {
                        (output: inout OutputSpan<UInt8>) throws(SystemError) in _ = try file.read(into: &output)
                    }
                } while bytes.count > count && bytes.count < AgeLimits.headerBytes
            } catch { throw directory.failure(error, of: Self.vault) }
        } catch { throw error.fault == .absent ? .noVault(path: directory.path) : StoreError(reading: error) }
        return bytes
    }

    /// Whether the file system takes no writes.
    package var isReadOnly: Bool { directory.isReadOnly }

    /// Replaces the vault. On any error the vault from before is in place, and nothing of the new one is left.
    ///
    /// - Parameters:
    ///   - sealed: the whole new file.
    ///   - generation: its number.
    ///   - utc: now, in seconds.
    ///   - files: files beside it that the new one speaks of: they are on the device before it is.
    ///   - isKept: whether the current file is kept as a generation; one that differs in nothing of the owner's is not.
    ///   - vault: whose generations they are: those of another vault are set aside first.
    ///   - calendar: the time by which older copies are dropped; nil for now.
    /// - Throws: `replaced` when the vault's file is not the one that was last read or written here.
    package func save(
        _ sealed: [UInt8], generation: UInt64, at utc: UInt64, after files: [String] = [],
        keepingCurrent isKept: Bool = true, of vault: Identifier? = nil, calendar: UInt64? = nil
    ) throws(StoreError) {
        guard sealed.count <= Limits.sealed else {
            throw .notSaved(.tooLarge(path: directory.path(of: Self.vault), limit: Limits.sealed))
        }
        try known.withLock { (known: inout Known) throws(StoreError) in
            try checkNotReplaced(&known)
            if let vault { try claimGenerations(for: vault, &known, at: utc) }
            var givenUp = 1
            while true {
                try? directory.remove(Self.temporary)
                do throws(DirectoryError) {
                    for name in files { try directory.sync(name) }
                    let isSame = try replace(by: sealed, &known, at: utc, keepingCurrent: isKept)
                    if isSame { break }
                } catch {
                    try? directory.remove(Self.temporary)
                    // The vault is worth more than its oldest copies.
                    guard error.isFull, giveUpOldest(givenUp) else { throw StoreError(writing: error) }
                    givenUp *= 2
                    continue
                }
                try? directory.remove(Self.temporary)
                throw .notVerified(path: directory.path(of: Self.temporary))
            }
            known.number = generation
            writeNumber(generation)
            prune(at: calendar ?? utc)
        }
    }

    /// Keeps what this agent has saved last, when something else has put another file in its place.
    ///
    /// - Returns: the path of the copy.
    package func keepAside(_ sealed: [UInt8], generation: UInt64, at utc: UInt64) throws(StoreError) -> String {
        let name = Generation(number: generation, utc: utc).name
        do {
            if try generations.status(of: name) == nil {
                try? generations.remove(Self.temporary)
                try write(sealed, to: Self.temporary, in: generations, at: utc)
                try generations.rename(Self.temporary, to: name)
                try generations.sync()
            }
            return generations.path(of: name)
        } catch {
            try? generations.remove(Self.temporary)
            throw StoreError(writing: error)
        }
    }

    private func checkNotReplaced(_ known: inout Known) throws(StoreError) {
        do {
            // One that is gone can be written anew: nothing is lost by that.
            guard let stamp = known.stamp, let status = try directory.status(of: Self.vault), !stamp.isSame(status)
            else { return }
            // The same content may come back, from a copy of the directory or a program that synchronises it.
            let found = try directory.read(Self.vault, limit: Limits.sealed) ?? []
            guard Sodium.equal(Sodium.sha256(found.span).span, stamp.digest.span) else {
                throw StoreError.replaced(path: directory.path(of: Self.vault), kept: nil)
            }
            known.stamp = Stamp(status: status, digest: stamp.digest)
        } catch let error as StoreError {
            throw error
        } catch let error as DirectoryError {
            throw StoreError(writing: error)
        } catch {
            throw .notVerified(path: directory.path(of: Self.vault))
        }
    }

    // MARK: - Steps

    /// False when the new file came back altered.
    private func replace(
        by sealed: [UInt8], _ known: inout Known, at utc: UInt64, keepingCurrent isKept: Bool
    ) throws(DirectoryError) -> Bool {
        try write(sealed, to: Self.temporary, in: directory, at: utc, before)
        try before(.verify)
        guard try directory.holds(sealed.span, as: Self.temporary) else { return false }
        try before(.keep)
        let kept = try keepCurrent(known.number)
        try before(.replace)
        try directory.rename(Self.temporary, to: Self.vault)
        do {
            try before(.finish)
            try directory.sync()
        } catch {
            // What is on the disk is not certain: the caller is told that nothing was saved, so nothing should be.
            putBack(kept?.name)
            if let stamp = known.stamp, let status = try? directory.status(of: Self.vault) {
                known.stamp = Stamp(status: status, digest: stamp.digest)
            }
            throw error
        }
        known.stamp = (try? directory.status(of: Self.vault)).flatMap { $0 }.map { status in
            Stamp(status: status, digest: Sodium.sha256(sealed.span))
        }
        if !isKept, let kept, kept.isNew { try? generations.remove(kept.name) }
        return true
    }

    private func write(
        _ bytes: [UInt8], to name: String, in directory: Directory, at utc: UInt64,
        _ before: (Step) throws(DirectoryError) -> Void = { _ in }
    ) throws(DirectoryError) {
        try before(.create)
        let file = try directory.openFile(name, for: .creatingNew)
        try before(.write)
        do { try file.writeAll(bytes.span) } catch { throw directory.failure(error, of: name) }
        // The names of generations come from this time; nothing else does.
        try? file.setModified(utc)
        try before(.sync)
        do { try file.sync() } catch { throw directory.failure(error, of: name) }
        file.dropCache()
    }

    /// Keeps the current vault, if there is one, as a generation, whose name is returned, and whether it was made.
    private func keepCurrent(_ knownNumber: UInt64?) throws(DirectoryError) -> (name: String, isNew: Bool)? {
        guard let status = try directory.status(of: Self.vault) else { return nil }
        var number = knownNumber ?? highestGeneration()
        var name = Generation(number: number, utc: status.modified).name
        // A save that got no further than this kept it already. Anything else of that name is another copy, because
        // the number was not written down: the next number is as good as any.
        while try generations.status(of: name) != nil, try !isCurrent(name) {
            number &+= 1
            name = Generation(number: number, utc: status.modified).name
        }
        var isNew = true
        do {
            try directory.link(Self.vault, to: name, in: generations)
        } catch {
            switch error.fault {
            case .exists: isNew = false
            case .linksUnsupported:
                try copy(Self.vault, in: directory, to: name, in: generations, at: status.modified)
            default: throw error
            }
        }
        try generations.sync()
        return (name, isNew)
    }

    private func isCurrent(_ name: String) throws(DirectoryError) -> Bool {
        guard let vault = try directory.read(Self.vault, limit: Limits.sealed) else { return false }
        return try generations.holds(vault.span, as: name)
    }

    /// Copies a file under a temporary name, so that a half copy never has the real one.
    private func copy(
        _ name: String, in source: Directory, to other: String, in target: Directory, at utc: UInt64
    ) throws(DirectoryError) {
        guard let bytes = try source.read(name, limit: Limits.sealed) else { return }
        try? target.remove(Self.temporary)
        do {
            try write(bytes, to: Self.temporary, in: target, at: utc)
            try target.rename(Self.temporary, to: other)
        } catch {
            try? target.remove(Self.temporary)
            throw error
        }
    }

    /// The kept copy is the vault again. It is moved where that can be: a disk that takes no more writes
    /// does that.
    private func putBack(_ kept: String?) {
        guard let kept else {
            try? directory.remove(Self.vault)
            return
        }
        do { try generations.rename(kept, to: Self.vault, in: directory) } catch {
            try? copy(kept, in: generations, to: Self.vault, in: directory, at: Generation(name: kept)?.utc ?? 0)
        }
        try? directory.sync()
    }

    private static func removeLeftovers(in directory: Directory) {
        for name in (try? directory.names()) ?? [] where name.hasPrefix(leftover) { try? directory.remove(name) }
    }
}
