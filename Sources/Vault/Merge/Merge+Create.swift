import OneTimePassword

// A vault that is made of a file: there is nothing yet that it would have to be compared with.
extension Merge {
    /// Whether all that is here is of the file, and all of the file belongs together.
    var isOfFile: Bool {
        get throws(VaultError) {
            guard authority.purpose == .create, ours.accounts.isEmpty, try theirs.orphans().isEmpty else {
                return false
            }
            let isOwn = ours.records.values.allSatisfy { own in
                theirs.records[own.id].map { $0.body === own.body && $0.revision == own.revision } ?? false
            }
            var hasManifest = false
            theirs.records.each { _, record in if record.kind == RecordKind.manifest.rawValue { hasManifest = true } }
            return isOwn && !hasManifest
        }
    }

    /// All of the file, as the merge with nothing makes it.
    consuming func created() throws(VaultError) -> Merged {
        (records, accounts, isBegunWithFile) = (Overlay(theirs.records), Overlay(theirs.accounts), true)
        added = theirOrder
        newSets = theirs.recoverySets.values.reduce(0) { $0 + $1.count }
        newKeys = theirs.keyTable.count
        if !labels.isPreview { try label() }
        var counting: Set<CredentialKind> = []
        // Whether two may have one name is told by the hashes of the names.
        var labels: [Int] = []
        labels.reserveCapacity(theirs.accounts.count)
        theirs.accounts.each { _, account in
            if account.removed == 0 { labels.append(account.details.label.hashValue) }
            if let parameters = account.credential?.parameters, parameters.counter > 0 {
                counting.insert(parameters.kind)
            }
        }
        if !counting.isEmpty {
            let same = theirs.accounts.values.filter { account in
                account.credential.map { counting.contains($0.parameters.kind) } ?? false
            }
            try raiseCounters(sameKeys(as: same.map(\.id)))
        }
        try settleRecoverySets(of: Set(theirs.recoverySets.lazy.filter { $0.value.count > 1 }.map(\.key)))
        labels.sort()
        let isShared = labels.indices.dropFirst().contains { labels[$0] == labels[$0 - 1] }
        if isShared { try settleNames(of: theirs.order) }
        let settings: MergedSettings = ours.settings == theirs.settings ? .same : .restored
        return try result(settings, over: theirs)
    }

    /// Says of each account and key with which restore it came.
    private mutating func label() throws(VaultError) {
        for id in added {
            guard var account = accounts[id], let record = records[id] else { continue }
            account.batch = labels.batch
            try put(account, over: record)
        }
        for var key in theirs.keyTable.values {
            guard let record = records[key.id] else { continue }
            key.batch = labels.batch
            try put(key, over: record)
        }
    }
}
