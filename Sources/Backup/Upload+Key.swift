import Client
import Platform

// The recovery key beside the backups.
extension Upload {
    /// Sees to it that the recovery key lies beside the backups. Another machine's or vault's is left alone: then this
    /// one has the vault in its name.
    func bringKey(
        of vault: String, _ there: Set<StoredName>, _ place: any Destination, _ result: inout Result
    ) throws(DestinationError) {
        let known = result.state.key
        result.state.key = nil
        for name in [StoredName.recoveryKey(nil), .recoveryKey(vault)] {
            guard let key = try localKey(name) else { return }
            let hash = Self.hash(of: key.bytes)
            if there.contains(name) {
                let came = try place.get(name)
                if came == key.bytes {
                    result.state.key = DestinationState.Key(name: name, hash: hash)
                    return
                }
                // This machine's own from before, or torn since; otherwise not its own.
                guard known?.name == name, came?.count != key.bytes.count || came.map(Self.hash) == known?.hash else {
                    continue
                }
                try place.replace(key)
            } else {
                try place.put(key)
            }
            let came = try place.get(name)
            guard let came, came == key.bytes else {
                throw DestinationError(.altered, "\(name): \(Self.difference(came, key.bytes))")
            }
            result.state.key = DestinationState.Key(name: name, hash: hash)
            return
        }
        throw DestinationError(.other, "the names for recovery-key.age are taken there")
    }

    func localKey(_ name: StoredName) throws(DestinationError) -> LocalFile? {
        do throws(ClientError) { return try local.recoveryKey(as: name) } catch {
            throw DestinationError(.other, error.message)
        }
    }
}
