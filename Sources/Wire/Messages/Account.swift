/// The kind of one-time password of an account.
package enum CredentialKind: UInt8, CaseIterable, Sendable {
    case none = 0
    case totp = 1
    case hotp = 2
    case steam = 3
    case motp = 4
    case yandex = 5
    case ocra = 6
}

/// The hash under the HMAC; `none` where the kind of account leaves no choice.
package enum Algorithm: UInt8, CaseIterable, Sendable {
    case none = 0
    case sha1 = 1
    case sha256 = 2
    case sha512 = 3
    case md5 = 4
}

/// The parameters of a one-time password, without its key. What a kind does not have is 0 or empty.
package struct Credential: Equatable, Sendable {
    /// What kind it is.
    package var kind: CredentialKind
    /// The hash of its HMAC.
    package var algorithm: Algorithm
    /// Digits of a code.
    package var digits: UInt8
    /// Seconds of a time step.
    package var period: UInt32
    /// Seconds of UTC at which the time steps start to count.
    package var start: UInt64
    /// The next HOTP counter.
    package var counter: UInt64
    /// The suite of an OCRA account (RFC 6287 section 6).
    package var ocraSuite: String

    /// With those fields.
    package init(
        kind: CredentialKind, algorithm: Algorithm, digits: UInt8, period: UInt32, start: UInt64 = 0,
        counter: UInt64 = 0, ocraSuite: String = ""
    ) {
        self.kind = kind
        self.algorithm = algorithm
        self.digits = digits
        self.period = period
        self.start = start
        self.counter = counter
        self.ocraSuite = ocraSuite
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        kind = try cursor.choice(body)
        algorithm = try cursor.choice(body)
        digits = try cursor.u8(body)
        period = try cursor.u32(body)
        guard Limits.digits.contains(digits), Limits.period.contains(period) else { throw .outOfRange }
        start = try cursor.u64(body)
        counter = try cursor.u64(body)
        ocraSuite = try cursor.string(body, Limits.suite)
    }

    var encodedCount: Int { 23 + Count.string(ocraSuite) }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        guard Limits.digits.contains(digits), Limits.period.contains(period) else { throw .outOfRange }
        output.append(kind.rawValue)
        output.append(algorithm.rawValue)
        output.append(digits)
        output.appendU32(period)
        output.appendU64(start)
        output.appendU64(counter)
        try output.appendString(ocraSuite, Limits.suite)
    }
}

/// Whether an account may give codes.
package enum AccountState: UInt8, CaseIterable, Sendable {
    case ok = 0
    case needsVerification = 1
}

/// What is known of an account besides itself, from this program or the one that it came from.
package struct AccountExtras: Equatable, Sendable {
    /// Marked as a favourite.
    package var isFavourite = false
    /// The name of its icon where it came from; empty for none.
    package var icon = ""
    /// How often it was used where it came from.
    package var uses: UInt64 = 0
    /// Seconds of UTC of its last use there; 0 when that is not known.
    package var lastUsed: UInt64 = 0

    /// Nothing is known.
    package init() {}

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        isFavourite = try cursor.bool(body)
        icon = try cursor.string(body, Limits.text)
        uses = try cursor.u64(body)
        lastUsed = try cursor.u64(body)
    }

    var encodedCount: Int { 17 + Count.string(icon) }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendBool(isFavourite)
        try output.appendString(icon, Limits.text)
        output.appendU64(uses)
        output.appendU64(lastUsed)
    }
}

/// An account as lists show it, without secrets.
package struct Account: Equatable, Sendable {
    /// Its random id.
    package let id: Identifier
    /// The service.
    package var issuer: String
    /// The login at the service.
    package var name: String
    /// Its one-time password.
    package var credential: Credential
    /// Words of the user, in any order.
    package var tags: [String]
    /// Whether it may give codes.
    package var state: AccountState
    /// Whether each code needs a confirmation.
    package var confirm: Bool
    /// Whether its key stays on this machine, and is in no backup.
    package var isDeviceBound: Bool
    /// Seconds after an unlock during which it gives codes; 0 is without end.
    package var lifetime: UInt32
    /// Seconds of UTC.
    package var created: UInt64
    /// Seconds of UTC.
    package var modified: UInt64
    /// Seconds of UTC at which it went to the trash; 0 when it is not there.
    package var removed: UInt64
    /// Whether SHOW gives a note that is not empty.
    package var hasNote: Bool
    /// What else is known of it.
    package var extras: AccountExtras

    private static let confirmFlag: UInt8 = 1
    private static let boundFlag: UInt8 = 2

    /// With those fields.
    package init(
        id: Identifier, issuer: String, name: String, credential: Credential, tags: [String] = [],
        state: AccountState = .ok, confirm: Bool = false, isDeviceBound: Bool = false, lifetime: UInt32 = 0,
        created: UInt64, modified: UInt64, removed: UInt64 = 0, hasNote: Bool = false,
        extras: AccountExtras = AccountExtras()
    ) {
        self.id = id
        self.issuer = issuer
        self.name = name
        self.credential = credential
        self.tags = tags
        self.state = state
        self.confirm = confirm
        self.isDeviceBound = isDeviceBound
        self.lifetime = lifetime
        self.created = created
        self.modified = modified
        self.removed = removed
        self.hasNote = hasNote
        self.extras = extras
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        id = try Identifier(&cursor, body)
        issuer = try cursor.string(body, Limits.issuer)
        name = try cursor.string(body, Limits.name)
        credential = try Credential(&cursor, body)
        tags = try cursor.strings(body, Limits.tags, each: Limits.tag)
        state = try cursor.choice(body)
        let flags = try cursor.u8(body)
        guard flags & ~(Self.confirmFlag | Self.boundFlag) == 0 else { throw .unknownValue }
        confirm = flags & Self.confirmFlag != 0
        isDeviceBound = flags & Self.boundFlag != 0
        lifetime = try cursor.u32(body)
        created = try cursor.u64(body)
        modified = try cursor.u64(body)
        removed = try cursor.u64(body)
        hasNote = try cursor.bool(body)
        extras = try AccountExtras(&cursor, body)
    }

    /// Bytes on the wire, for callers that fill pages.
    package var encodedCount: Int {
        Identifier.count + Count.string(issuer) + Count.string(name) + credential.encodedCount + Count.strings(tags)
            + 31 + extras.encodedCount
    }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        id.encode(into: &output)
        try output.appendString(issuer, Limits.issuer)
        try output.appendString(name, Limits.name)
        try credential.encode(into: &output)
        try output.appendStrings(tags, Limits.tags, each: Limits.tag)
        output.append(state.rawValue)
        output.append((confirm ? Self.confirmFlag : 0) | (isDeviceBound ? Self.boundFlag : 0))
        output.appendU32(lifetime)
        output.appendU64(created)
        output.appendU64(modified)
        output.appendU64(removed)
        output.appendBool(hasNote)
        try extras.encode(into: &output)
    }
}
