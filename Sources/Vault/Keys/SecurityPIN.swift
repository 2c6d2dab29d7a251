import Platform

/// The PIN by which the owner is verified towards security keys (CTAP 2.1, section 6.5), as a record of the vault. It
/// belongs to the machine: no backup has it.
package struct SecurityPIN: Sendable, FieldList {
    /// Wrong PINs in a row after which it is blocked.
    package static let mostRetries: UInt8 = 8
    /// Code points that a PIN has at least, unless the owner wants more.
    package static let leastLength: UInt8 = 4
    /// The bounds of what the owner may want.
    package static let lengths: ClosedRange<UInt8> = 4...63
    /// Bytes of what is kept: the first half of the PIN's SHA-256.
    package static let hashBytes = 16

    /// Wrong PINs that may still be tried before it is blocked.
    package internal(set) var retries = mostRetries
    /// Code points that a new PIN has at least.
    package internal(set) var minimumLength = leastLength
    /// Seconds after an unlock for which a yes verifies the owner; 0 for never.
    package internal(set) var freshSeconds: UInt32 = 0
    /// It must be changed before it is of use.
    package internal(set) var mustChange = false
    private var body: SharedSecret?
    private var hash = 0..<0

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.some(1, &hash)
        try coder.value(2, &retries)
        try coder.value(3, &minimumLength)
        try coder.some(4, &mustChange)
        try coder.some(5, &freshSeconds)
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

    init(_ record: Record) throws(VaultError) {
        try read(record)
        guard hash == 0..<0 || hash.count == Self.hashBytes else { throw .damaged("the PIN has the wrong length") }
        guard retries <= Self.mostRetries, Self.lengths.contains(minimumLength) else {
            throw .damaged("the PIN has impossible bounds")
        }
        body = record.body
    }

    /// - Parameter new: another hash; nil keeps the one that is there, an empty one takes it away.
    func record(over old: Record?, hash new: Span<UInt8>?, at utc: UInt64) throws(VaultError) -> Record {
        let former = old?.kind == RecordKind.pin.rawValue ? old : nil
        var written: LockedBuffer
        if new == nil, let body {
            written = try body.withBytes { (hash: Span<UInt8>) throws(VaultError) in
                try self.body(from: hash, over: former)
            }
        } else {
            var changed = self
            changed.hash = 0..<(new?.count ?? 0)
            written = try changed.body(from: new, over: former)
        }
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
    package mutating func setPIN(hash: Span<UInt8>, at utc: UInt64) throws(VaultError) {
        precondition(hash.count == SecurityPIN.hashBytes)
        var pin = pin
        (pin.retries, pin.mustChange) = (SecurityPIN.mostRetries, false)
        try put(pin, hash: hash, at: utc)
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
        var left = SecurityPIN()
        (left.minimumLength, left.freshSeconds) = (pin.minimumLength, pin.freshSeconds)
        try put(left, hash: Span(), at: utc)
    }

    /// Chooses for how many seconds after an unlock a yes verifies the owner; 0 for never.
    package mutating func setFreshUnlock(seconds: UInt32, at utc: UInt64) throws(VaultError) {
        var pin = pin
        guard pin.freshSeconds != seconds else { return }
        pin.freshSeconds = seconds
        try put(pin, hash: nil, at: utc)
    }

    /// Takes the PIN away, with all that was noted of it.
    package mutating func clearPIN(at utc: UInt64) throws(VaultError) {
        guard records[.single(.pin)] != nil else { return }
        try put(SecurityPIN(), hash: Span(), at: utc)
    }

    private mutating func put(_ pin: SecurityPIN, hash: Span<UInt8>?, at utc: UInt64) throws(VaultError) {
        let id = Identifier.single(.pin)
        records[id] = try pin.record(over: records[id], hash: hash, at: utc)
        revision += 1
    }
}
