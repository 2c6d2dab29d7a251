import Platform

/// What this vault is known by to its keepers and to those for whom it keeps tokens, as a record of the vault.
package struct Keeping: Sendable, FieldList {
    /// A token that has ended here, and does not come back.
    package struct Ended: Sendable, Equatable {
        /// SHA-256 of its owner's public key in DER.
        package let owner: [UInt8]
        /// Its id.
        package let token: Identifier

        package init(owner: [UInt8], token: Identifier) { (self.owner, self.token) = (owner, token) }
    }

    /// That a keeper gave back the right share.
    package struct Proof: Sendable, Equatable {
        /// Of which token.
        package let token: Identifier
        /// Seconds of UTC.
        package let time: UInt64

        package init(token: Identifier, time: UInt64) { (self.token, self.time) = (token, time) }
    }

    /// What it is called on its cards.
    package var name = ""
    /// Bindings of cards that were given away and wait for a token, the oldest first.
    package var bindings: [[UInt8]] = []
    /// Tokens of others that have ended, the oldest first.
    package var ended: [Ended] = []
    /// When each keeper has last given back the right share.
    package var proofs: [Proof] = []
    private var key = 0..<0
    /// Keys for which cards and tokens of before are still about.
    private var former: [Range<Int>] = []
    private var body: SharedSecret?

    init() {}

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &key, most: 32)
        try coder.some(2, &name, most: Limits.keeperName)
        try coder.list(3, &bindings, most: 16)
        try coder.list(4, &ended, most: 48)
        try coder.list(5, &proofs, most: 24)
        try coder.list(6, &former, most: 32)
    }

    init(_ record: Record) throws(VaultError) {
        try read(record)
        guard key.count == 32, former.allSatisfy({ $0.count == 32 }) else {
            throw .damaged("a key for tokens has the wrong length")
        }
        body = record.body
    }

    /// Lends the private key of P-256 with which cards and tokens are signed.
    package func withKey<R: ~Copyable, E: Error>(_ use: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        guard let body else { fatalError("fob: internal error: keeping without a key") }
        return try body.withBytes { (bytes: Span<UInt8>) throws(E) in try use(bytes.extracting(key)) }
    }

    /// Lends each private key, that of new cards first, until one of them is the right one.
    package func withKeys<R, E: Error>(_ use: (Span<UInt8>) throws(E) -> R?) throws(E) -> R? {
        guard let body else { return nil }
        return try body.withBytes { (bytes: Span<UInt8>) throws(E) in
            for place in [key] + former { if let found = try use(bytes.extracting(place)) { return found } }
            return nil
        }
    }

    /// Of two that were begun apart, one that answers for both: the lower of their keys is that of new cards, on all
    /// machines.
    ///
    /// - Parameters:
    ///   - used: bindings of tokens that have come.
    ///   - takesCards: whether cards that the older one has given away are good.
    static func joined(
        _ own: Record, _ their: Record, used: [[UInt8]], takesCards: Bool
    ) throws(VaultError) -> Record {
        let isTheirs = their.isNewer(than: own)
        let (newer, older) = (isTheirs ? their : own, isTheirs ? own : their)
        var (keeping, other) = (try newer.reading(Keeping.init), try older.reading(Keeping.init))
        let before = keeping
        if keeping.name.isEmpty { keeping.name = other.name }
        if takesCards { keeping.bindings = other.bindings.filter { !before.bindings.contains($0) } + before.bindings }
        keeping.bindings.removeAll { used.contains($0) }
        keeping.ended = other.ended.filter { !before.ended.contains($0) } + before.ended
        other.proofs.removeAll { proof in before.proofs.contains { $0.token == proof.token && $0.time >= proof.time } }
        keeping.proofs.removeAll { proof in other.proofs.contains { $0.token == proof.token } }
        keeping.proofs += other.proofs
        var keys = try RecordStream.buffer(32 * (2 + before.former.count + other.former.count))
        _ = before.withKeys { (key: Span<UInt8>) -> Bool? in
            keys.append(copying: key)
            return nil
        }
        let count = keys.count
        _ = other.withKeys { (key: Span<UInt8>) -> Bool? in
            let isKnown = stride(from: 0, to: keys.count, by: 32).contains {
                Sodium.equal(keys.bytes.extracting($0..<$0 + 32), key)
            }
            if !isKnown, keys.count <= 32 * Limits.formerKeepingKeys { keys.append(copying: key) }
            return nil
        }
        var places = stride(from: 0, to: keys.count, by: 32).map { $0..<$0 + 32 }
        places.sort { isLower(keys.bytes.extracting($0), keys.bytes.extracting($1)) }
        keeping.trim()
        let isSame =
            keys.count == count && places.first?.lowerBound == 0 && keeping.name == before.name
            && keeping.bindings == before.bindings && keeping.ended == before.ended && keeping.proofs == before.proofs
        guard !isSame, let first = places.first else { return newer }
        keeping.key = first
        keeping.former = Array(places.dropFirst())
        return try keeping.record(keys.bytes, over: newer, at: newer.modified)
    }

    private static func isLower(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
        for index in 0..<32 where a[index] != b[index] { return a[index] < b[index] }
        return false
    }

    private mutating func trim() {
        bindings = bindings.suffix(Limits.cardBindings)
        ended = ended.suffix(Limits.endedTokens)
        proofs = proofs.suffix(Limits.keepers.upperBound)
    }

    fileprivate func record(_ bytes: Span<UInt8>, over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        var copy = self
        copy.trim()
        return try Record.make(.keeping, .single(.keeping), over: old, at: utc, body: copy.body(from: bytes, over: old))
    }

    fileprivate static func new(_ key: Span<UInt8>, at utc: UInt64) throws(VaultError) -> Record {
        var keeping = Keeping()
        keeping.key = 0..<32
        return try keeping.record(key, over: nil, at: utc)
    }
}

extension Keeping.Ended: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == 48 else { throw .damaged("an ended token has the wrong length") }
        owner = [UInt8](in: body, at: place.lowerBound..<(place.lowerBound + 32))
        token = try Identifier(in: body, at: (place.lowerBound + 32)..<place.upperBound)
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { 48 }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        owner.append(to: &output, from: lent)
        token.append(to: &output, from: lent)
    }
}

extension Keeping.Proof: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == 24 else { throw .damaged("the proof of a keeper has the wrong length") }
        token = try Identifier(in: body, at: place.lowerBound..<(place.lowerBound + 16))
        time = Record.within(try UInt64(in: body, at: (place.lowerBound + 16)..<place.upperBound))
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { 24 }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        token.append(to: &output, from: lent)
        time.append(to: &output, from: lent)
    }
}

extension Contents {
    /// Nil before the first card.
    package var keeping: Keeping? {
        guard let record = records[.single(.keeping)], record.kind == RecordKind.keeping.rawValue else { return nil }
        return try? Keeping(record)
    }

    /// Gives the vault its key for cards and tokens, where it has none.
    package mutating func beginKeeping(key: Span<UInt8>, at utc: UInt64) throws(VaultError) {
        precondition(key.count == 32)
        guard keeping == nil else { return }
        records[.single(.keeping)] = try Keeping.new(key, at: utc)
        revision += 1
    }

    /// Changes what is known besides the key.
    package mutating func keep(at utc: UInt64, _ change: (inout Keeping) -> Void) throws(VaultError) {
        guard var keeping, let old = records[.single(.keeping)] else { return }
        change(&keeping)
        records[old.id] = try old.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            try keeping.record(bytes, over: old, at: utc)
        }
        revision += 1
    }
}
