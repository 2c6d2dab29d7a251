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
    private var body: SharedSecret?

    init() {}

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &key, most: 32)
        try coder.some(2, &name, most: Limits.keeperName)
        try coder.list(3, &bindings, most: 16)
        try coder.list(4, &ended, most: 48)
        try coder.list(5, &proofs, most: 24)
    }

    init(_ record: Record) throws(VaultError) {
        try read(record)
        guard key.count == 32 else { throw .damaged("the key for tokens has the wrong length") }
        body = record.body
    }

    /// Lends the private key of P-256 with which cards and tokens are signed.
    package func withKey<R: ~Copyable, E: Error>(_ use: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        guard let body else { fatalError("fob: internal error: keeping without a key") }
        return try body.withBytes { (bytes: Span<UInt8>) throws(E) in try use(bytes.extracting(key)) }
    }

    fileprivate func record(_ bytes: Span<UInt8>, over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        var copy = self
        copy.bindings = copy.bindings.suffix(Limits.cardBindings)
        copy.ended = copy.ended.suffix(Limits.endedTokens)
        copy.proofs = copy.proofs.suffix(Limits.keepers.upperBound)
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
        time = try UInt64(in: body, at: (place.lowerBound + 16)..<place.upperBound)
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
