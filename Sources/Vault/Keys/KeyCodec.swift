import Platform

/// Security keys as records; the tags are those of fob-vault(5).
enum KeyCodec {
    enum Tag {
        static let account: UInt8 = 1
        static let credentialID: UInt8 = 2
        static let form: UInt8 = 3
        static let flags: UInt8 = 4
        static let privateKey: UInt8 = 5
        static let publicKey: UInt8 = 6
        static let relyingParty: UInt8 = 7
        static let relyingPartyName: UInt8 = 8
        static let userHandle: UInt8 = 9
        static let userName: UInt8 = 10
        static let displayName: UInt8 = 11
        static let label: UInt8 = 12
        static let seedWithVerification: UInt8 = 13
        static let seedWithout: UInt8 = 14
        static let blob: UInt8 = 15
        static let counter: UInt8 = 16
        static let created: UInt8 = 17
        static let lastUsed: UInt8 = 18
        static let order: UInt8 = 19
        static let removed: UInt8 = 20
        static let batch: UInt8 = 21
        static let known = account...batch
        /// What a key keeps for ever, and what stays on its machine when it is bound to it.
        static let secrets = [privateKey, seedWithVerification, seedWithout, blob]
    }

    /// The secrets of a key that is being made.
    struct Secrets: ~Copyable {
        let privateKey: LockedBuffer
        let seedWithVerification: LockedBuffer
        let seedWithout: LockedBuffer
        let blob: LockedBuffer
    }

    // MARK: Reading

    /// Reads a key.
    static func key(_ record: Record) throws(VaultError) -> KeyCredential {
        try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
            var form: UInt64 = 0
            var account: Identifier?
            var credentialID: [32 of UInt8] = .init(repeating: 0)
            var flags: KeyFlags = []
            var publicKey: [UInt8] = []
            var userHandle: [UInt8] = []
            var places = KeyCredential.SecretPlaces()
            var texts: [UInt8: String] = [:]
            var numbers: [UInt8: UInt64] = [:]
            var batch: Identifier?
            var recordID: Identifier?
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                let value = field.value
                switch field.tag {
                case Tag.account: account = try FieldValue.identifier(body, value)
                case Tag.credentialID:
                    recordID = KeyCredential.recordID(of: body.extracting(value))
                    guard recordID != nil else { throw .damaged("a credential id has the wrong length") }
                    for index in 0..<KeyLimits.credentialID { credentialID[index] = body[value.lowerBound + index] }
                case Tag.form: form = try FieldValue.number(body, value, bytes: 4)
                case Tag.flags:
                    flags = KeyFlags(
                        rawValue: UInt16(truncatingIfNeeded: try FieldValue.number(body, value, bytes: 2)))
                case Tag.privateKey: places.privateKey = value
                case Tag.seedWithVerification: places.seedWithVerification = value
                case Tag.seedWithout: places.seedWithout = value
                case Tag.blob: places.blob = value
                case Tag.publicKey: publicKey = copy(body, value)
                case Tag.userHandle: userHandle = copy(body, value)
                case Tag.relyingParty:
                    texts[field.tag] = try FieldValue.text(body, value, limit: KeyLimits.relyingParty)
                case Tag.relyingPartyName...Tag.label where field.tag != Tag.userHandle:
                    texts[field.tag] = try FieldValue.text(body, value, limit: KeyLimits.name)
                case Tag.counter: numbers[field.tag] = try FieldValue.number(body, value, bytes: 4)
                case Tag.created...Tag.removed: numbers[field.tag] = try FieldValue.number(body, value, bytes: 8)
                case Tag.batch: batch = try FieldValue.identifier(body, value)
                default: break
                }
            }
            let (kind, algorithm, transport, protection) = try parts(of: form)
            guard let account, recordID == record.id, let relyingParty = texts[Tag.relyingParty],
                !relyingParty.isEmpty, publicKey.count == algorithm.publicKeyBytes,
                userHandle.count <= KeyLimits.userHandle
            else { throw .damaged("a security key is not whole") }
            try check(places, isPlaceholder: flags.contains(.needsVerification))
            func number(_ tag: UInt8) -> UInt64 { numbers[tag] ?? 0 }
            guard (Tag.created...Tag.removed).allSatisfy({ number($0) <= Record.numberLimit }) else {
                throw .damaged("a security key has impossible times")
            }
            guard kind == .deviceBound || number(Tag.counter) == 0 else {
                throw .damaged("a synced security key counts signatures")
            }
            return KeyCredential(
                id: record.id, account: account, credentialID: credentialID, kind: kind, algorithm: algorithm,
                transport: transport, flags: flags, protection: protection, publicKey: publicKey,
                relyingParty: relyingParty,
                relyingPartyName: texts[Tag.relyingPartyName] ?? "", userHandle: userHandle,
                userName: texts[Tag.userName] ?? "", displayName: texts[Tag.displayName] ?? "",
                label: texts[Tag.label] ?? "", counter: UInt32(truncatingIfNeeded: number(Tag.counter)),
                created: number(Tag.created), lastUsed: number(Tag.lastUsed), removed: number(Tag.removed),
                order: number(Tag.order), batch: batch, body: record.body, places: places)
        }
    }

    private static func copy(_ body: Span<UInt8>, _ range: Range<Int>) -> [UInt8] { range.map { body[$0] } }

    /// Kind, algorithm, transport and level of protection. Those of a newer release are not to be guessed at.
    private static func parts(
        of form: UInt64
    ) throws(VaultError) -> (KeyKind, KeyAlgorithm, KeyTransport, protection: UInt8) {
        func byte(_ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: form >> shift) }
        guard byte(24) > 0, byte(16) > 0, byte(8) > 0, byte(0) > 0 else {
            throw .damaged("a security key is of no kind")
        }
        guard let kind = KeyKind(rawValue: byte(24)), let algorithm = KeyAlgorithm(rawValue: byte(16)),
            let transport = KeyTransport(rawValue: byte(8)), byte(0) <= 3
        else { throw .newerFormat }
        return (kind, algorithm, transport, byte(0))
    }

    private static func check(_ places: KeyCredential.SecretPlaces, isPlaceholder: Bool) throws(VaultError) {
        let seeds = [places.seedWithVerification.count, places.seedWithout.count]
        guard places.privateKey.count == (isPlaceholder ? 0 : KeyLimits.privateKey), seeds[0] == seeds[1],
            [0, KeyLimits.seed].contains(seeds[0]), places.blob.count <= KeyLimits.blob
        else { throw .damaged("the secrets of a security key have the wrong length") }
    }

    // MARK: Writing

    /// Writes a new key.
    static func record(_ key: KeyCredential, _ secrets: borrowing Secrets, at utc: UInt64) throws(VaultError) -> Record
    {
        var body = try RecordStream.buffer(room(key))
        write(key, into: &body)
        body.appendField(Tag.privateKey, secrets.privateKey.bytes)
        if secrets.seedWithVerification.count > 0 {
            body.appendField(Tag.seedWithVerification, secrets.seedWithVerification.bytes)
            body.appendField(Tag.seedWithout, secrets.seedWithout.bytes)
        }
        if secrets.blob.count > 0 { body.appendField(Tag.blob, secrets.blob.bytes) }
        return try Record.make(.key, key.id, at: utc, body: body)
    }

    /// Writes a key over `old`, with the secrets of `key` unless it is a placeholder.
    static func record(_ key: KeyCredential, over old: Record, at utc: UInt64) throws(VaultError) -> Record {
        var body = try RecordStream.buffer(room(key) + old.body.count)
        write(key, into: &body)
        if !key.isPlaceholder {
            key.body.withBytes { bytes in
                for (tag, place) in [
                    (Tag.privateKey, key.places.privateKey),
                    (Tag.seedWithVerification, key.places.seedWithVerification),
                    (Tag.seedWithout, key.places.seedWithout), (Tag.blob, key.places.blob),
                ] where !place.isEmpty {
                    body.appendField(tag, bytes.extracting(place))
                }
            }
        }
        try old.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            try body.appendFields(of: bytes) { Tag.known.contains($0) }
        }
        return try Record.make(.key, key.id, over: old, at: utc, body: body)
    }

    private static func room(_ key: KeyCredential) -> Int {
        let texts = [key.relyingParty, key.relyingPartyName, key.userName, key.displayName, key.label]
        return texts.reduce(512) { $0 + $1.utf8.count } + key.userHandle.count + key.publicKey.count
    }

    private static func write(_ key: KeyCredential, into body: inout LockedBuffer) {
        body.appendField(Tag.account, key.account)
        body.appendField(Tag.credentialID, key.credentialID.span)
        let form =
            UInt64(key.kind.rawValue) << 24 | UInt64(key.algorithm.rawValue) << 16 | UInt64(key.transport.rawValue) << 8
            | UInt64(key.protection)
        body.appendField(Tag.form, form, bytes: 4)
        if key.flags.rawValue != 0 { body.appendField(Tag.flags, UInt64(key.flags.rawValue), bytes: 2) }
        body.appendField(Tag.publicKey, key.publicKey.span)
        body.appendField(Tag.relyingParty, key.relyingParty)
        if !key.userHandle.isEmpty { body.appendField(Tag.userHandle, key.userHandle.span) }
        for (tag, text) in [
            (Tag.relyingPartyName, key.relyingPartyName), (Tag.userName, key.userName),
            (Tag.displayName, key.displayName), (Tag.label, key.label),
        ] where !text.isEmpty {
            body.appendField(tag, text)
        }
        if key.counter != 0 { body.appendField(Tag.counter, UInt64(key.counter), bytes: 4) }
        for (tag, number) in [
            (Tag.created, key.created), (Tag.lastUsed, key.lastUsed), (Tag.order, key.order),
            (Tag.removed, key.removed),
        ] where number != 0 {
            body.appendField(tag, number, bytes: 8)
        }
        if let batch = key.batch { body.appendField(Tag.batch, batch) }
    }
}
