import Platform

/// The PIN by which the owner is verified towards security keys (CTAP 2.1, section 6.5), and what else an authenticator
/// keeps besides its keys, as a record of the vault. It belongs to the machine: no backup has it.
package struct SecurityPIN: Sendable, FieldList {
    /// Wrong PINs in a row after which it is blocked.
    package static let mostRetries: UInt8 = 8
    /// Code points that a PIN has at least, unless the owner wants more.
    package static let leastLength: UInt8 = 4
    /// The bounds of what the owner may want.
    package static let lengths: ClosedRange<UInt8> = 4...63
    /// Bytes of what is kept: the first half of the PIN's SHA-256.
    package static let hashBytes = 16
    /// Bytes of a token for who lists keys.
    package static let tokenBytes = 32

    /// Wrong PINs that may still be tried before it is blocked.
    package internal(set) var retries = mostRetries
    /// Code points that a new PIN has at least.
    package internal(set) var minimumLength = leastLength
    /// Seconds after an unlock for which a yes verifies the owner; 0 for never.
    package internal(set) var freshSeconds: UInt32 = 0
    /// It must be changed before it is of use.
    package internal(set) var mustChange = false
    /// Keys are made and used by a verified owner only (alwaysUv).
    package internal(set) var alwaysVerifies = false
    /// Code points of the PIN; 0 when it is not known.
    package internal(set) var length: UInt8 = 0
    /// Sites that may know `minimumLength`.
    package internal(set) var sites: [String] = []
    private var body: SharedSecret?
    private var hash = 0..<0
    private var token = 0..<0
    private var blobs = 0..<0

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.some(1, &hash)
        try coder.value(2, &retries)
        try coder.value(3, &minimumLength)
        try coder.some(4, &mustChange)
        try coder.some(5, &freshSeconds)
        try coder.some(6, &alwaysVerifies)
        try coder.some(7, &length)
        try coder.list(8, &sites, most: Limits.relyingParty)
        try coder.some(9, &token)
        try coder.some(10, &blobs)
    }

    /// None is set.
    package init() {}

    /// Whether there is one.
    package var isSet: Bool { !hash.isEmpty }

    /// Whether `hash`, the first 16 bytes of a PIN's SHA-256, is that of this PIN; in constant time.
    package func isRight(_ hash: Span<UInt8>) -> Bool {
        guard isSet, let body else { return false }
        return body.withBytes { Sodium.equal($0.extracting(self.hash), hash) }
    }

    /// Lends the token that lists keys, on all connections (persistentPinUvAuthToken of CTAP 2.2); empty for none.
    package func withToken<R: ~Copyable, E: Error>(_ use: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try lend(token, use)
    }

    /// Lends the array of large blobs, with its checksum; empty when nobody has written one.
    package func withBlobs<R: ~Copyable, E: Error>(_ use: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try lend(blobs, use)
    }

    private func lend<R: ~Copyable, E: Error>(
        _ place: Range<Int>, _ use: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        guard let body else { return try use(Span()) }
        return try body.withBytes { (body: Span<UInt8>) throws(E) in try use(body.extracting(place)) }
    }

    init(_ record: Record) throws(VaultError) {
        try read(record)
        guard hash == 0..<0 || hash.count == Self.hashBytes else { throw .damaged("the PIN has the wrong length") }
        guard retries <= Self.mostRetries, Self.lengths.contains(minimumLength) else {
            throw .damaged("the PIN has impossible bounds")
        }
        guard [0, Self.tokenBytes].contains(token.count), blobs.count <= Limits.largeBlobs,
            sites.count <= Limits.pinSites
        else { throw .damaged("what is kept beside the PIN has the wrong length") }
        body = record.body
    }

    /// - Parameters:
    ///   - hash: another hash; nil keeps the one that is there, an empty one takes it away.
    ///   - token, blobs: likewise.
    func record(
        over old: Record?, hash: Span<UInt8>?, token: Span<UInt8>? = nil, blobs: Span<UInt8>? = nil, at utc: UInt64
    ) throws(VaultError) -> Record {
        let former = old?.kind == RecordKind.pin.rawValue ? old : nil
        var secrets = try RecordStream.buffer(Self.hashBytes + Self.tokenBytes + Limits.largeBlobs)
        var changed = self
        func append(_ new: Span<UInt8>?, _ place: Range<Int>) -> Range<Int> {
            let start = secrets.count
            if let new { secrets.append(copying: new) } else { lend(place) { secrets.append(copying: $0) } }
            return start..<secrets.count
        }
        changed.hash = append(hash, self.hash)
        changed.token = append(token, self.token)
        changed.blobs = append(blobs, self.blobs)
        let written = try changed.body(from: secrets.bytes, over: former)
        return try Record.make(.pin, .single(.pin), over: old, at: utc, body: written)
    }
}

extension Contents {
    /// The PIN as it stands; one that is not set before anybody has set one.
    package var pin: SecurityPIN {
        guard let record = records[.single(.pin)], record.kind == RecordKind.pin.rawValue else { return SecurityPIN() }
        return (try? SecurityPIN(record)) ?? SecurityPIN()
    }

    /// Sets the PIN: all retries are there again, and it need not be changed.
    ///
    /// - Parameter length: its code points; 0 when that is not known.
    package mutating func setPIN(hash: Span<UInt8>, length: UInt8 = 0, at utc: UInt64) throws(VaultError) {
        precondition(hash.count == SecurityPIN.hashBytes)
        var pin = pin
        (pin.retries, pin.mustChange, pin.length) = (SecurityPIN.mostRetries, false, length)
        // What was handed out for another PIN is over.
        try put(pin, hash: hash, token: Span(), at: utc)
    }

    /// Notes how many wrong PINs may still be tried.
    package mutating func setPINRetries(_ retries: UInt8, at utc: UInt64) throws(VaultError) {
        precondition(retries <= SecurityPIN.mostRetries)
        var pin = pin
        guard pin.retries != retries else { return }
        pin.retries = retries
        try put(pin, hash: nil, at: utc)
    }

    /// Takes the PIN away; how the owner is verified besides stays.
    package mutating func removePIN(at utc: UInt64) throws(VaultError) {
        var left = pin
        (left.retries, left.mustChange, left.length) = (SecurityPIN.mostRetries, false, 0)
        try put(left, hash: Span(), token: Span(), at: utc)
    }

    /// Chooses for how many seconds after an unlock a yes verifies the owner; 0 for never.
    package mutating func setFreshUnlock(seconds: UInt32, at utc: UInt64) throws(VaultError) {
        var pin = pin
        guard pin.freshSeconds != seconds else { return }
        pin.freshSeconds = seconds
        try put(pin, hash: nil, at: utc)
    }

    /// Takes the PIN away, with all that is kept beside it.
    package mutating func clearPIN(at utc: UInt64) throws(VaultError) {
        guard records[.single(.pin)] != nil else { return }
        try put(SecurityPIN(), hash: Span(), token: Span(), blobs: Span(), at: utc)
    }

    /// Has keys made and used by a verified owner only, or by a yes alone.
    package mutating func setAlwaysVerifies(_ always: Bool, at utc: UInt64) throws(VaultError) {
        var pin = pin
        pin.alwaysVerifies = always
        try put(pin, hash: nil, at: utc)
    }

    /// Wants longer PINs (setMinPINLength). What is nil stays as it is; a shorter length is `badValue`.
    ///
    /// - Parameters:
    ///   - sites: those that may know the length, in place of the ones before.
    ///   - mustChange: the PIN that is there is of no use until it is changed; one that is too short is not in any case.
    package mutating func setMinimumLength(
        _ length: UInt8?, sites: [String]?, mustChange: Bool, at utc: UInt64
    ) throws(VaultError) {
        var pin = pin
        if let length {
            guard length >= pin.minimumLength, SecurityPIN.lengths.contains(length) else {
                throw .badValue("so short or long a PIN")
            }
            pin.minimumLength = length
        }
        if let sites {
            guard sites.count <= Limits.pinSites, sites.allSatisfy({ 1...Limits.relyingParty ~= $0.utf8.count }) else {
                throw .badValue("so many sites, or so long a name of one")
            }
            pin.sites = sites.map(\.oneLine)
        }
        if pin.isSet, mustChange || pin.length < pin.minimumLength { pin.mustChange = true }
        let isOver = pin.mustChange && !self.pin.mustChange
        try put(pin, hash: nil, token: isOver ? Span() : nil, at: utc)
    }

    /// Keeps a token that lists keys.
    package mutating func setListToken(_ token: Span<UInt8>, at utc: UInt64) throws(VaultError) {
        precondition(token.count == SecurityPIN.tokenBytes)
        try put(pin, hash: nil, token: token, at: utc)
    }

    /// Keeps the array of large blobs, with its checksum.
    package mutating func setLargeBlobs(_ blobs: Span<UInt8>, at utc: UInt64) throws(VaultError) {
        guard blobs.count <= Limits.largeBlobs else { throw .badValue("so large blobs") }
        try put(pin, hash: nil, blobs: blobs, at: utc)
    }

    private mutating func put(
        _ pin: SecurityPIN, hash: Span<UInt8>?, token: Span<UInt8>? = nil, blobs: Span<UInt8>? = nil, at utc: UInt64
    ) throws(VaultError) {
        let id = Identifier.single(.pin)
        records[id] = try pin.record(over: records[id], hash: hash, token: token, blobs: blobs, at: utc)
        revision += 1
    }
}
