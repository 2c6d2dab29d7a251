/// Which security keys are listed.
package enum KeyFilter: Equatable, Sendable {
    /// All of them.
    case all
    /// Those whose site's id starts so: `ssh:`.
    case prefix(String)
    /// Those of one site.
    case site(String)
}

/// KEY_LIST: one page of security keys, newest first.
package struct KeyListRequest: PlainMessage {
    package static var type: MessageType { .keyList }
    /// Which ones.
    package let filter: KeyFilter
    /// Those in the trash too.
    package let withTrash: Bool
    /// 0 for the first page, else `next` of the page before.
    package let start: UInt32

    /// With those fields.
    package init(_ filter: KeyFilter = .all, withTrash: Bool = false, start: UInt32 = 0) {
        self.filter = filter
        self.withTrash = withTrash
        self.start = start
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        switch try cursor.u8(body) {
        case 0: filter = .all
        case 1: filter = .prefix(try cursor.string(body, Limits.site))
        case 2: filter = .site(try cursor.string(body, Limits.site))
        default: throw .unknownValue
        }
        withTrash = try cursor.bool(body)
        start = try cursor.u32(body)
    }

    package var encodedCount: Int {
        switch filter {
        case .all: 6
        case .prefix(let text), .site(let text): 6 + Count.string(text)
        }
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        switch filter {
        case .all: output.append(0)
        case .prefix(let text):
            output.append(1)
            try output.appendString(text, Limits.site)
        case .site(let text):
            output.append(2)
            try output.appendString(text, Limits.site)
        }
        output.appendBool(withTrash)
        output.appendU32(start)
    }
}

/// What is true of a security key.
package struct KeyTraits: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// A site can ask for it without knowing its id.
    package static let discoverable = KeyTraits(rawValue: 1)
    /// It has secrets for hmac-secret.
    package static let hmacSecret = KeyTraits(rawValue: 2)
    /// It signs only when the owner is verified.
    package static let verificationAlways = KeyTraits(rawValue: 4)
    /// It may sign without a human act.
    package static let noTouch = KeyTraits(rawValue: 8)
    /// It is in a verified backup.
    package static let backedUp = KeyTraits(rawValue: 16)
    /// It came from a backup without its secret: the site must be given another key.
    package static let needsVerification = KeyTraits(rawValue: 32)
    /// It keeps a credBlob.
    package static let blob = KeyTraits(rawValue: 64)
    /// All of this version.
    package static let known: KeyTraits = [
        .discoverable, .hmacSecret, .verificationAlways, .noTouch, .backedUp, .needsVerification, .blob,
    ]
}

/// A security key as everybody may see it.
package struct KeyEntry: Equatable, Sendable {
    /// The record's id.
    package var record: Identifier
    /// The credential id.
    package var credential: [UInt8]
    /// The account that owns it.
    package var account: Identifier
    /// The site's id.
    package var site: String
    /// The site's name.
    package var siteName = ""
    /// Synced or device-bound.
    package var kind: KeyKind
    /// Its algorithm.
    package var algorithm: KeyAlgorithm
    /// x and y of a point on P-256 (64 bytes), or an Ed25519 key (32).
    package var publicKey: [UInt8]
    /// What is true of it.
    package var traits: KeyTraits = []
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

    /// With those fields; the others are set afterwards.
    package init(
        record: Identifier, credential: [UInt8], account: Identifier, site: String, kind: KeyKind,
        algorithm: KeyAlgorithm, publicKey: [UInt8]
    ) {
        self.record = record
        self.credential = credential
        self.account = account
        self.site = site
        self.kind = kind
        self.algorithm = algorithm
        self.publicKey = publicKey
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        record = try Identifier(&cursor, body)
        credential = try cursor.array(body, 1...Limits.keyID)
        account = try Identifier(&cursor, body)
        site = try cursor.string(body, Limits.site)
        siteName = try cursor.string(body, Limits.keyName)
        kind = try cursor.choice(body)
        guard kind != .usual else { throw .unknownValue }
        algorithm = try cursor.choice(body)
        publicKey = try cursor.array(body, algorithm.publicKeyCount...algorithm.publicKeyCount)
        traits = try cursor.flags(body, known: .known)
        protection = try cursor.u8(body)
        guard 1...3 ~= protection else { throw .outOfRange }
        userHandle = try cursor.array(body, 0...Limits.userHandle)
        userName = try cursor.string(body, Limits.keyName)
        displayName = try cursor.string(body, Limits.keyName)
        label = try cursor.string(body, Limits.keyName)
        created = try cursor.u64(body)
        lastUsed = try cursor.u64(body)
        removed = try cursor.u64(body)
        counter = try cursor.u32(body)
    }

    /// Bytes of one.
    package var encodedCount: Int {
        var count = 2 * Identifier.count + 32 + Count.bytes(credential.count) + Count.string(site)
        count += Count.string(siteName) + Count.bytes(publicKey.count) + Count.bytes(userHandle.count)
        return count + Count.string(userName) + Count.string(displayName) + Count.string(label)
    }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        record.encode(into: &output)
        try output.appendBytes(credential.span, 1...Limits.keyID)
        account.encode(into: &output)
        try output.appendString(site, Limits.site)
        try output.appendString(siteName, Limits.keyName)
        guard kind != .usual else { throw .unknownValue }
        output.append(kind.rawValue)
        output.append(algorithm.rawValue)
        try output.appendBytes(publicKey.span, algorithm.publicKeyCount...algorithm.publicKeyCount)
        guard traits.isSubset(of: .known) else { throw .unknownValue }
        output.append(traits.rawValue)
        guard 1...3 ~= protection else { throw .outOfRange }
        output.append(protection)
        try output.appendBytes(userHandle.span, 0...Limits.userHandle)
        try output.appendString(userName, Limits.keyName)
        try output.appendString(displayName, Limits.keyName)
        try output.appendString(label, Limits.keyName)
        output.appendU64(created)
        output.appendU64(lastUsed)
        output.appendU64(removed)
        output.appendU32(counter)
    }
}

/// KEYS: the reply to KEY_LIST.
package struct KeysReply: PlainMessage {
    package static var type: MessageType { .keys }
    /// Number of the last change; when it differs between two pages, start again.
    package let revision: UInt64
    /// Start of the next page; 0 at the end.
    package let next: UInt32
    /// The keys of this page.
    package let keys: [KeyEntry]

    /// With those fields.
    package init(revision: UInt64, next: UInt32, keys: [KeyEntry]) {
        self.revision = revision
        self.next = next
        self.keys = keys
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        revision = try cursor.u64(body)
        next = try cursor.u32(body)
        keys = try cursor.list(body, Limits.pageEntries) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in try KeyEntry(&cursor, body)
        }
    }

    package var encodedCount: Int { keys.reduce(14) { $0 + $1.encodedCount } }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendU64(revision)
        output.appendU32(next)
        try output.appendCount(keys.count, Limits.pageEntries)
        for key in keys { try key.encode(into: &output) }
    }
}
