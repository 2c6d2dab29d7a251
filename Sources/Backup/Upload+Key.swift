import Client
import Platform

// The recovery keys beside the backups.
extension Upload {
    /// Sees to it that the recovery key of each backup that was put there lies beside it, under the key's own name: those of
    /// former passphrases stay, because the backups of their days need them.
    func bringKeys(
        _ names: [BackupName], _ found: [StoredFile], _ place: any Destination, _ result: inout Result
    ) throws(DestinationError) {
        guard let newest = names.last else { return }
        let known = result.state.key
        result.state.key = nil
        var brought: Set<StoredName> = []
        for name in names.reversed() where result.state.files[name] != nil {
            guard let key = try localKey(of: name), brought.insert(key.name).inserted else { continue }
            let isCurrent = name == newest
            let hash = Self.hash(of: key.bytes)
            // Release 0.1.0 has put the same file there under the name of any.
            let legacy = DestinationState.Key(name: .recoveryKey(nil), hash: hash)
            if isCurrent, known == legacy, try place.get(legacy.name) == key.bytes {
                result.state.key = legacy
                continue
            }
            let stored = found.first { $0.name == key.name }
            let fits = stored.map { $0.size == nil || $0.size == UInt64(key.bytes.count) } ?? false
            if !fits || isCurrent { try bring(key, isThere: stored != nil, place) }
            if isCurrent { result.state.key = DestinationState.Key(name: key.name, hash: hash) }
        }
    }

    /// What has this name and another content is torn: the name is that of the content.
    private func bring(_ key: LocalFile, isThere: Bool, _ place: any Destination) throws(DestinationError) {
        if isThere {
            if try place.get(key.name) == key.bytes { return }
            try place.replace(key)
        } else {
            try place.put(key)
        }
        let came = try place.get(key.name)
        guard let came, came == key.bytes else {
            throw DestinationError(.altered, "\(key.name): \(Self.difference(came, key.bytes))")
        }
    }

    private func localKey(of name: BackupName) throws(DestinationError) -> LocalFile? {
        do throws(ClientError) { return try local.recoveryKey(of: name) } catch {
            throw DestinationError(.other, error.original)
        }
    }

    /// Whether the recovery key of the last backup here lies there; nil when it has none.
    func hasKey(in place: any Destination, _ found: [StoredName]) throws(DestinationError) -> Bool? {
        var key: LocalFile?
        do throws(ClientError) {
            if let last = try local.names().last { key = try local.recoveryKey(of: last) }
            if key == nil { key = try local.recoveryKey(as: .recoveryKey(nil)) }
        } catch { throw DestinationError(.other, error.original) }
        guard let key else { return nil }
        if found.contains(key.name), try place.get(key.name) == key.bytes { return true }
        for name in found where name.isRecoveryKey && name != key.name {
            if try place.get(name) == key.bytes { return true }
        }
        return false
    }
}
