package import Client
package import Platform

/// What other machines with the same vault have put into a destination that this one puts its backups into.
package struct OtherMachines {
    private let entry: BackupConfiguration.Entry
    private let local: LocalBackups
    private let place: any Destination
    private var state: DestinationState
    /// The names of backups that were made here.
    private let own: Set<BackupName>
    /// Their backups that this machine has not taken in yet, the newest first.
    package let unseen: [BackupName]
    /// Backups of other vaults that are there.
    package let foreign: [BackupName]
    /// How many they are, by the beginning of the vault's id.
    package var others: [String: Int] { Dictionary(grouping: foreign, by: \.vault).mapValues(\.count) }

    /// Looks at what is there.
    ///
    /// - Parameters:
    ///   - vault: the first eight digits of the vault's id.
    ///   - utc: now.
    package init(
        _ entry: BackupConfiguration.Entry, _ local: LocalBackups, of vault: String, at utc: UInt64
    ) throws(ClientError) {
        self.entry = entry
        self.local = local
        var state = try Upload(entry, local, at: utc).noted()
        own = Set(try local.names())
        do throws(DestinationError) {
            place = try entry.kind.open(local.notes)
            let found = try place.list()
            try Upload(entry, local, at: utc).recognise(place, found, &state)
            let there = Set(found.compactMap(\.name.backup))
            foreign = there.filter { $0.vault != vault }
            state.seen.formIntersection(there)
            state.rubbish = state.rubbish.filter { there.contains($0.key) }
            unseen = there.filter { name in
                name.vault == vault && state.files[name] == nil && !state.seen.contains(name)
            }.sorted { BackupOrder.precedes($0, $1, at: utc) }
        } catch { throw ClientError(destination: error, entry.name) }
        self.state = state
    }

    /// One of them; nil when it was removed meanwhile, and when it is this machine's own. Another machine that has sealed as
    /// many times, and in the same second, has one of the same name.
    package func read(_ name: BackupName) throws(ClientError) -> [UInt8]? {
        let there: [UInt8]?
        do throws(DestinationError) { there = try place.get(.backup(name)) } catch {
            throw ClientError(destination: error, entry.name)
        }
        guard own.contains(name), let there, try local.backup(name)?.bytes == there else { return there }
        return nil
    }

    /// Notes that a file is none, whatever its name says; false when that was noted before.
    package mutating func note(rubbish bytes: [UInt8], as name: BackupName) -> Bool {
        let found = DestinationState.Rubbish(hash: Upload.hash(of: bytes), release: Platform.Command.release)
        guard state.rubbish[name] != found else { return false }
        state.rubbish[name] = found
        return true
    }

    /// Notes that this machine need not look at them again.
    package mutating func note(seen names: [BackupName]) throws(ClientError) {
        state.seen.formUnion(names)
        do throws(DirectoryError) { try state.save(entry.name, in: local.notes) } catch { throw ClientError(error) }
    }

    /// What a sync has taken in was taken back: the next one looks at it again, at all destinations.
    package static func lookAgain() throws(ClientError) {
        let local = try LocalBackups()
        let lock = try local.lock()
        defer { withExtendedLifetime(lock) {} }
        for entry in try BackupConfiguration().entries {
            var state = try Upload(entry, local, at: Clock.utc).noted()
            guard !state.seen.isEmpty else { continue }
            state.seen = []
            do throws(DirectoryError) { try state.save(entry.name, in: local.notes) } catch { throw ClientError(error) }
        }
    }
}
