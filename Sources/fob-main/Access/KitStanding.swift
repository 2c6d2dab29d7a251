import Backup
import Client
import Platform
import Wire

/// Whether the emergency kit that was printed last still says where the backups are.
enum KitStanding {
    /// What is no longer so, one sentence for each.
    ///
    /// - Parameter looks: whether the places themselves are looked at, and not only how they are configured.
    static func warnings(_ access: AccessReply, looks: Bool = false) -> [String] {
        // Where no code is left, that is told.
        guard access.left > 0 else { return [] }
        guard access.kitSet == access.set else { return [Sentences.kitOfEarlierRelease] }
        guard Paths.configuration != nil, let entries = try? BackupConfiguration().entries else { return [] }
        let places = entries.map { PlaceDescription($0, looks: looks) }
        var told: [String] = []
        for place in places {
            let named = access.kitPlaces.first { $0.configured == place.configured }
            if let named {
                if looks, named.described != place.described { told.append(Sentences.kitHasChanged(place.name)) }
            } else {
                told.append(Sentences.kitIsMissing(place.name))
            }
        }
        // What is not used here may be another machine's.
        let former = access.kitPlaces.filter { named in !places.contains { $0.configured == named.configured } }
        if looks || former.count == access.kitPlaces.count {
            told += former.map { Sentences.kitNamesFormer(Label.shown($0.name)) }
        }
        return told
    }
}

extension PlaceDescription {
    /// What the vault remembers of it.
    var onWire: KitPlace { KitPlace(name: name, configured: configured, described: described) }
}
