package import Client
import Encodings
import Platform

// Whether the place is the one that it was before, and what has become of the backups there.
extension Upload {
    /// Sees that it is the place that backups were put into before. A place is known by a file of its own; a directory also
    /// by its file system: of one that was emptied, it is believed that it is empty.
    ///
    /// - Throws: `elsewhere`: nothing was written, and nothing that it shows may be believed.
    func recognise(
        _ place: any Destination, _ found: [StoredFile], _ state: inout DestinationState
    ) throws(DestinationError) {
        let names = Set(found.map(\.name))
        if let error = fault(of: place, names, state) { throw error }
        if let id = state.place, names.contains(.place(id)) {} else { try mark(place, names, state.place, &state) }
        state.directory = place.identity
    }

    /// What one look at a place shows, without reading what programs keep.
    package struct Glance: Sendable {
        /// Where its newest backup is.
        package enum Newest: String, Sendable {
            /// It is there.
            case there
            /// It is on a disk that is not plugged in or not mounted.
            case away
            /// Backups were there, and the newest is no more, or not as it was put there.
            case gone
            /// The place does not answer now.
            case silent
        }

        /// Where its newest backup is.
        package let newest: Newest
        /// Whether the recovery key that was put there is listed, as far as that was seen.
        package var hasKey = true
    }

    /// Seconds for a look at what a program lists.
    private static let glanceSeconds: UInt64 = 20

    /// Looks at where it stands with the newest backup there. Nothing is noted.
    package func glance(_ state: DestinationState) -> Glance {
        guard let newest = state.newest, let shipped = state.files[newest] else { return Glance(newest: .there) }
        var isFolder = false
        if case .folder = entry.kind { isFolder = true }
        do throws(DestinationError) {
            let place = try entry.kind.open(local.notes, within: Self.glanceSeconds)
            let found = try place.list()
            let names = Set(found.map(\.name))
            if fault(of: place, names, state) != nil {
                return Glance(newest: isFolder && state.isOnOtherDisk ? .away : .gone)
            }
            let isWhole =
                if isFolder {
                    try place.get(.backup(newest)).map { Self.hash(of: $0) } == shipped.hash
                } else {
                    found.contains { $0.name == .backup(newest) && $0.size ?? shipped.size == shipped.size }
                }
            return Glance(newest: isWhole ? .there : .gone, hasKey: state.key.map { names.contains($0.name) } ?? true)
        } catch {
            guard isFolder, error.cause == .unreachable else { return Glance(newest: .silent) }
            return Glance(newest: state.isOnOtherDisk ? .away : .gone)
        }
    }

    /// Whether a folder of this machine's disk has its newest backup no more, or not as it was put there. Places that are not
    /// folders are not asked: that takes time.
    package func hasLostNewest(_ state: DestinationState) -> Bool {
        if case .folder = entry.kind { glance(state).newest == .gone } else { false }
    }

    /// That it is another place than before; nil when nothing says so.
    package func fault(of place: any Destination, _ names: Set<StoredName>, _ state: DestinationState)
        -> DestinationError?
    {
        let id = state.place == DestinationState.unmarked ? nil : state.place
        if let id, names.contains(.place(id)) { return nil }
        if let identity = place.identity, identity == state.directory { return nil }
        if state.files.keys.contains(where: { names.contains(.backup($0)) }) { return nil }
        if let id {
            let marker = StoredName.place(id).description
            return DestinationError(
                .elsewhere,
                place.identity != nil && state.isOnOtherDisk
                    ? Sentences.notPluggedIn(marker) : Sentences.elsewhere(marker))
        }
        return state.files.isEmpty ? nil : DestinationError(.elsewhere, Sentences.elsewhereUnmarked)
    }

    /// Marks it, unless somebody has.
    private func mark(
        _ place: any Destination, _ names: Set<StoredName>, _ known: String?, _ state: inout DestinationState
    ) throws(DestinationError) {
        if known == DestinationState.unmarked { return }
        if let present = names.compactMap(\.place).min() {
            state.place = present
            return
        }
        let id = known ?? Self.newID()
        let marker = try local.temporary(.place(id), Array(Sentences.placeText.utf8))
        defer { local.dropTemporary() }
        do throws(DestinationError) { try place.put(marker) } catch {
            // Backups are there, and what would mark the place is not shown.
            guard error.cause == .altered, known != nil else { throw error }
        }
        let isShown = try place.list().contains { $0.name == .place(id) }
        state.place = isShown ? id : DestinationState.unmarked
    }

    private static func newID() -> String {
        let count = StoredName.digits / 2
        let bytes = [UInt8](capacity: count) { output in Sodium.randomBytes(into: &output, count: count) }
        return BaseEncoding.base16.text(bytes.span).lowercased()
    }

    /// Of what had vanished, what is there again as it was has not: a listing was wrong, or somebody has brought it back.
    /// What cannot be read back is as good as away; the next run looks again.
    func noteReturned(
        _ there: [BackupName: StoredFile], _ place: any Destination, _ result: inout Result
    ) throws(DestinationError) {
        for (name, shipped) in result.state.lost where there[name] != nil {
            var came: [UInt8]?
            do throws(DestinationError) { came = try place.get(.backup(name)) } catch {
                if error.cause == .interrupted { throw error }
            }
            guard let came, Self.hash(of: came) == shipped.hash else { continue }
            result.state.files[name] = shipped
            (result.state.lost[name], result.state.vanished[name]) = (nil, nil)
        }
    }

    /// Notes what this machine has put there and is there no more.
    func noteVanished(_ there: [BackupName: StoredFile], _ result: inout Result) {
        for (name, shipped) in result.state.files where there[name] == nil {
            result.state.files[name] = nil
            result.state.lost[name] = shipped
            result.state.vanished[name] = utc
            result.vanished.append(name)
        }
        result.vanished.sort()
    }

    /// Says so until the owner takes note.
    func tellVanished(_ result: inout Result) {
        let names = result.state.vanished.keys.sorted()
        guard !names.isEmpty else { return }
        result.state.reason = Sentences.vanished(
            names.map(\.description), restored: names.count { result.state.files[$0] != nil })
        result.state.remedy = Sentences.acceptVanished(entry.name)
    }

    /// Marks a new destination, so that it is known again from the first run on.
    package func begin() throws(ClientError) {
        var state = try noted()
        defer { try? save(state) }
        do throws(DestinationError) {
            try Interruption.held { () throws(DestinationError) in
                let place = try entry.kind.open(local.notes)
                try recognise(place, place.list(), &state)
            }
        } catch { throw ClientError(destination: error, entry.name) }
    }

    /// Takes what is there now for what there is: the owner knows what has become of the rest, and that it is the place.
    ///
    /// - Returns: how many backups are there no more.
    package func accept() throws(ClientError) -> Int {
        var state = try noted()
        do throws(DestinationError) {
            try Interruption.held { () throws(DestinationError) in
                let place = try entry.kind.open(local.notes)
                let found = try place.list()
                let there = Set(found.compactMap(\.name.backup))
                for name in state.files.keys where !there.contains(name) {
                    state.files[name] = nil
                    state.vanished[name] = utc
                }
                (state.place, state.directory) = (nil, nil)
                if !there.contains(where: { state.files[$0] != nil }) { state.files = [:] }
                try recognise(place, found, &state)
            }
        } catch { throw ClientError(destination: error, entry.name) }
        let gone = state.vanished.keys.count { state.files[$0] == nil }
        (state.vanished, state.lost) = ([:], [:])
        (state.reason, state.remedy) = ("", "")
        if state.success > 0 { state.failure = 0 }
        try save(state)
        return gone
    }

    /// What a trial has left there.
    package enum Trial: Sendable {
        /// Nothing.
        case removed
        /// Its file: the place takes no removals.
        case left(String)
    }

    /// Puts a file there, reads it back and removes it: whether the destination works.
    package func test() throws(ClientError) -> Trial {
        var state = try noted()
        do throws(DestinationError) {
            return try Interruption.held { () throws(DestinationError) in
                let place = try entry.kind.open(local.notes)
                let found = try place.list(cleaning: true)
                try recognise(place, found, &state)
                return try trial(place, found)
            }
        } catch { throw ClientError(destination: error, entry.name) }
    }

    private static let trialBytes = 4096

    private func trial(_ place: any Destination, _ found: [StoredFile]) throws(DestinationError) -> Trial {
        if place.canDelete { for old in found where old.name.isTrial { try? place.delete(old.name) } }
        let bytes = [UInt8](capacity: Self.trialBytes) { output in
            Sodium.randomBytes(into: &output, count: Self.trialBytes)
        }
        let sent = try local.temporary(.trial(Self.newID()), bytes)
        defer { local.dropTemporary() }
        try place.put(sent)
        let came = try place.get(sent.name)
        guard let came, came == sent.bytes else {
            if place.canDelete { try? place.delete(sent.name) }
            throw DestinationError(.altered, Self.difference(came, sent.bytes))
        }
        guard place.canDelete else { return .left(sent.name.description) }
        try place.delete(sent.name)
        return try place.list().contains { $0.name == sent.name } ? .left(sent.name.description) : .removed
    }
}
