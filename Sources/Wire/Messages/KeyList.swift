/// Which security keys are listed.
package enum KeyFilter: Field, Equatable, Sendable {
    /// All of them.
    case all
    /// Those whose site's id starts so: `ssh:`.
    case prefix(String)
    /// Those of one site.
    case site(String)

    package init() { self = .all }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        var (kind, text): (UInt8, String) =
            switch self {
            case .all: (0, "")
            case .prefix(let text): (1, text)
            case .site(let text): (2, text)
            }
        try coder.integer(&kind)
        guard kind != 0 else { return self = .all }
        guard kind <= 2 else { throw .unknownValue }
        try coder.string(&text, Limits.site)
        self = kind == 1 ? .prefix(text) : .site(text)
    }
}

/// KEY_LIST: one page of security keys, newest first.
package struct KeyListRequest: PlainMessage, Request {
    package typealias Reply = KeysReply
    package static var type: MessageType { .keyList }
    /// Which ones.
    package var filter = KeyFilter.all
    /// Those in the trash too.
    package var withTrash = false
    /// 0 for the first page, else `next` of the page before.
    package var start: UInt32 = 0

    package init() {}

    package init(_ filter: KeyFilter = .all, withTrash: Bool = false, start: UInt32 = 0) {
        (self.filter, self.withTrash, self.start) = (filter, withTrash, start)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&filter)
        try coder.bool(&withTrash)
        try coder.integer(&start)
    }
}

/// A security key as everybody may see it.
package struct KeyEntry: Field, Equatable, Sendable {
    /// The record's id.
    package var record = Identifier.zero
    /// The credential id.
    package var credential: [UInt8] = []
    /// The account that owns it.
    package var account = Identifier.zero
    /// The site's id.
    package var site = ""
    /// The site's name.
    package var siteName = ""
    /// Synced or device-bound.
    package var kind = KeyKind.synced
    /// Its algorithm.
    package var algorithm = KeyAlgorithm.es256
    /// x and y of a point on P-256 (64 bytes), or an Ed25519 key (32).
    package var publicKey: [UInt8] = []
    /// What is so of it.
    package var flags: KeyFlags = []
    /// It keeps a credBlob.
    package var hasBlob = false
    /// Large blobs can be kept for it.
    package var hasLargeBlobKey = false
    /// The level of protection, 1 to 3.
    package var protection: UInt8 = 1
    /// How the site calls the user.
    package var userHandle: [UInt8] = []
    /// The user's names there.
    package var userName = ""
    package var displayName = ""
    /// What the owner calls it; may be empty.
    package var label = ""
    /// Seconds of UTC; 0 for never.
    package var created: UInt64 = 0
    package var lastUsed: UInt64 = 0
    /// When it was put into the trash; 0 when it is not there.
    package var removed: UInt64 = 0
    /// The signature counter.
    package var counter: UInt32 = 0
    /// Where it signs.
    package var hosts = KeyHosts.any

    package init() {}

    /// With those fields; the others are set afterwards.
    package init(
        record: Identifier, credential: [UInt8], account: Identifier, site: String, kind: KeyKind,
        algorithm: KeyAlgorithm, publicKey: [UInt8]
    ) {
        (self.record, self.credential, self.account, self.site, self.kind) = (record, credential, account, site, kind)
        (self.algorithm, self.publicKey) = (algorithm, publicKey)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try fieldsOfVersion1(&coder)
        var limits: [HostLimit] = []
        var isLimited = false
        if case .only(let given) = hosts { (isLimited, limits) = (true, given) }
        try coder.bool(&isLimited)
        try coder.list(&limits, isLimited ? Limits.hostLimits : 0)
        hosts = isLimited ? .only(limits) : .any
        try coder.bool(&hasLargeBlobKey)
        for flag: KeyFlags in [.thirdPartyPayment, .fullySpecified] {
            var isSet = flags.contains(flag)
            try coder.bool(&isSet)
            if isSet { flags.insert(flag) }
        }
    }

    /// Those that version 1 of the protocol has.
    mutating func fieldsOfVersion1<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&record)
        try coder.bytes(&credential, 1...Limits.keyID)
        try coder.field(&account)
        try coder.string(&site, Limits.site)
        try coder.string(&siteName, Limits.keyName)
        try coder.choice(&kind)
        try coder.choice(&algorithm)
        try coder.bytes(&publicKey, algorithm.publicKeyCount...algorithm.publicKeyCount)
        try bits(&coder)
        try coder.integer(&protection)
        try coder.check(1...3 ~= protection)
        try coder.bytes(&userHandle, 0...Limits.userHandle)
        try coder.string(&userName, Limits.keyName)
        try coder.string(&displayName, Limits.keyName)
        try coder.string(&label, Limits.keyName)
        try coder.integer(&created)
        try coder.integer(&lastUsed)
        try coder.integer(&removed)
        try coder.integer(&counter)
    }

    /// The flags' bits in this message.
    private static let bits: [(flag: KeyFlags, bit: UInt8)] = [
        (.discoverable, 1), (.hmacSecret, 2), (.alwaysVerify, 4), (.noTouch, 8), (.backedUp, 16),
        (.needsVerification, 32),
    ]
    private static let blobBit: UInt8 = 64

    private mutating func bits<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        var raw: UInt8 = hasBlob ? Self.blobBit : 0
        for (flag, bit) in Self.bits where flags.contains(flag) { raw |= bit }
        try coder.integer(&raw)
        try coder.check(raw < 2 * Self.blobBit, .unknownValue)
        hasBlob = raw & Self.blobBit != 0
        for (flag, bit) in Self.bits { if raw & bit != 0 { flags.insert(flag) } else { flags.remove(flag) } }
    }

    /// Bytes of one, for who fills pages.
    package var encodedCount: Int { Sizer.count(of: self) }
}

/// KEYS: the reply to KEY_LIST.
package struct KeysReply: PlainMessage {
    package static var type: MessageType { .keys }
    /// Number of the last change; when it differs between two pages, start again.
    package var revision: UInt64 = 0
    /// Start of the next page; 0 at the end.
    package var next: UInt32 = 0
    /// The keys of this page.
    package var keys: [KeyEntry] = []

    package init() {}

    package init(revision: UInt64, next: UInt32, keys: [KeyEntry]) {
        (self.revision, self.next, self.keys) = (revision, next, keys)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&revision)
        try coder.integer(&next)
        try coder.list(&keys, Limits.pageEntries)
    }
}
