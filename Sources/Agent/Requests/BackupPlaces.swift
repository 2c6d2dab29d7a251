import Vault
import Wire

// BACKUP_PLACES.
extension Agent {
    func backupPlaces(_ request: BackupPlacesRequest, _ call: Call) throws(Refusal) {
        guard !request.places.isEmpty else {
            return server.send(BackupPlacesReply(of: try look().contents), to: call)
        }
        let places = request.places.map { KnownPlace($0) }
        let utc = utc
        try change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.note(places, at: utc)
            return contents
        } then: { [unowned self] contents, requester in
            reply(BackupPlacesReply(of: contents), to: requester)
        }
    }
}

extension BackupPlacesReply {
    fileprivate init(of contents: Contents) {
        self.init(contents.backupPlaces.compactMap { BackupPlace($0) }.prefix(Limits.destinations).map(\.self))
    }
}

extension BackupPlace {
    fileprivate init?(_ place: KnownPlace) {
        guard let kind = BackupPlaceKind(rawValue: place.kind?.rawValue ?? 0) else { return nil }
        self.init(
            kind, name: Text.clipped(place.name, to: Limits.destination), place: Text.clipped(place.place),
            isUnattended: place.isUnattended, isFormer: place.isFormer)
        (days, weeks, months, hours) = (place.days, place.weeks, place.months, place.hours)
    }
}

extension KnownPlace {
    fileprivate init(_ place: BackupPlace) {
        let kind: Kind =
            switch place.kind {
            case .folder: .folder
            case .rclone: .rclone
            case .command: .command
            }
        self.init(
            kind, name: place.name.oneLine, place: kind == .command ? "" : place.place.oneLine,
            isUnattended: place.isUnattended, isFormer: place.isFormer)
        (days, weeks, months, hours) = (place.days, place.weeks, place.months, place.hours)
    }
}
