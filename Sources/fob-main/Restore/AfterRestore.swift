import Backup
import Client
import Platform
import Wire

/// What comes after a restore: backups that go on from this machine, and what is still missing on it.
struct AfterRestore {
    /// Where the vault was restored from, if backups can go there.
    let source: DestinationKind?
    /// Whether a person is asked.
    let mayAsk: Bool
    /// Places of the vault's backups, whatever machine has used them.
    private let known: [BackupPlace]
    /// How it stands with the emergency kit.
    private let access: AccessReply?
    /// Accounts whose key did not come back.
    private let unverified: Int

    init(_ source: String?, _ screen: RestoreScreen, mayAsk: Bool, _ connection: inout Connection) {
        self.source = screen.files[screen.index].backup == nil ? nil : source.flatMap(Self.kind)
        self.mayAsk = mayAsk
        known = ((try? connection.request(BackupPlacesRequest()))?.places ?? []).filter { !$0.isFormer }
        access = try? connection.request(AccessRequest())
        unverified = screen.summary?.count(.needsVerification) ?? 0
    }

    private static func kind(_ source: String) -> DestinationKind? {
        if FileTree.isDirectory(source) { return source.hasPrefix("/") ? .folder(source) : nil }
        return !Child.isReadable(source) && RcloneDestination.isPlain(source) ? .rclone(source) : nil
    }

    /// Offers to go on backing up to the places that can be reached from here, and to have that done by units.
    ///
    /// - Returns: what is still missing then, one sentence for each.
    func goOn() throws(ClientError) -> [String] {
        guard Paths.configuration != nil else { return [] }
        for entry in try candidates() {
            let question = Sentences.goOnPrompt(Label.shown(entry.name), Label.shown(entry.kind.place))
            guard mayAsk, try Question.confirm(question) == true else { continue }
            try Destinations.begin(try Destinations.add(entry), entry)
        }
        let entries = try BackupConfiguration().entries
        var missing = known.filter { place in !entries.contains(where: place.isSame) }
            .map { Label.shown(Sentences.placeMissing($0)) }
        if entries.isEmpty, missing.isEmpty {
            missing.append("\(Sentences.nothingBackedUp); \(Sentences.addDestination)")
        }
        if !entries.isEmpty, let told = try units() { missing.append(told) }
        if unverified > 0 { missing.append(Sentences.keysMissing(unverified)) }
        if let access { missing += access.left == 0 ? [Sentences.noKit] : KitStanding.warnings(access) }
        return missing
    }

    /// Places that this machine can reach and does not use: first the one that the vault has come from.
    private func candidates() throws(ClientError) -> [BackupConfiguration.Entry] {
        let configured = try BackupConfiguration().entries
        var found: [BackupConfiguration.Entry] = []
        func offer(_ kind: DestinationKind, _ place: BackupPlace?) {
            guard !(configured + found).contains(where: { $0.kind == kind }) else { return }
            let taken = (configured + found).map(\.name)
            var free = place.map(\.name).flatMap { BackupConfiguration.isName($0) ? $0 : nil } ?? Self.usualName
            var number = 2
            while taken.contains(free) {
                free = "\(Self.usualName)\(number)"
                number += 1
            }
            found.append(
                BackupConfiguration.Entry(name: free, kind: kind, plan: place.map { BackupPlan($0) } ?? .usual))
        }
        if let source {
            let same = known.first { $0.isSame(as: BackupConfiguration.Entry(name: "", kind: source)) }
            offer(source, same)
        }
        for place in known {
            switch place.kind {
            case .folder where FileTree.isDirectory(place.place): offer(.folder(place.place), place)
            case .rclone:
                let remote = place.place.prefix { $0 != ":" }
                guard RcloneDestination.isPlain(place.place), RcloneSettings(of: String(remote))["type"] != nil else {
                    continue
                }
                offer(.rclone(place.place), place)
            case .folder, .command: continue
            }
        }
        return found
    }

    private static let usualName = "backups"

    /// Nil when backups get to their places by themselves.
    private func units() throws(ClientError) -> String? {
        guard let units = BackupUnits.areActive else { return Sentences.nothingRunsThem }
        guard units.contains(where: { !$0.isActive }) else { return nil }
        guard mayAsk, try Question.confirm(Sentences.unitsPrompt) == true, BackupUnits.enable() else {
            return Sentences.unitsMissing(BackupUnits.command)
        }
        return nil
    }
}
