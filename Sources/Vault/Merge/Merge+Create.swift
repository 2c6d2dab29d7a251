import OneTimePassword
import Platform

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
        (records, accounts) = (Overlay(theirs.records), Overlay(theirs.accounts))
        added = theirOrder
        newSets = theirs.recoverySets.values.reduce(0) { $0 + $1.count }
        newKeys = theirs.keyTable.count
        if !labels.isPreview { try label() }
        var counting: Set<CredentialKind> = []
        // Whether two may have one name is told by the hashes of the names.
        var (hashes, areASCII) = ([Int](), true)
        hashes.reserveCapacity(theirs.accounts.count)
        var unverified: Set<Identifier> = []
        theirs.accounts.eachPage { accounts in
            for index in accounts.indices {
                Memory.prefetch(ObjectIdentifier(accounts[index].said))
                if let credential = accounts[index].credential { Memory.prefetch(ObjectIdentifier(credential)) }
            }
            for index in accounts.indices {
                let account = accounts[index]
                if account.removed == 0 {
                    if let hash = account.said.labelHash { hashes.append(hash) } else { areASCII = false }
                }
                if account.state == .needsVerification { unverified.insert(account.id) }
                if let parameters = account.credential?.parameters, parameters.counter > 0 {
                    counting.insert(parameters.kind)
                }
            }
        }
        begunUnverified = unverified
        if !counting.isEmpty {
            let same = theirs.accounts.values.filter { account in
                account.credential.map { counting.contains($0.parameters.kind) } ?? false
            }
            try raiseCounters(sameKeys(as: same.map(\.id)))
        }
        try settleRecoverySets(of: Set(theirs.recoverySets.lazy.filter { $0.value.count > 1 }.map(\.key)))
        if !areASCII { hashes = theirs.order.compactMap { theirs.accounts[$0]?.details.label.hashValue } }
        hashes.sort()
        let isShared = hashes.indices.dropFirst().contains { hashes[$0] == hashes[$0 - 1] }
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

extension Account.Said {
    /// A hash of the label, without making that (FNV-1a); nil where it is not ASCII: then equal ones may have other bytes.
    fileprivate var labelHash: Int? {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        var all: UInt8 = 0
        func add(_ text: Span<UInt8>) {
            for index in text.indices {
                add(text[index])
                all |= text[index]
            }
        }
        let (issuer, name) = (fields.details.issuer, fields.details.name)
        add(issuer.utf8Span.span)
        if !issuer.isEmpty, !name.isEmpty { add(UInt8(ascii: "/")) }
        add(name.utf8Span.span)
        return all < 0x80 ? Int(truncatingIfNeeded: hash) : nil
    }
}
