import OneTimePassword
import Platform

/// Accounts and one-time passwords as records; the tags are those of fob-vault(5).
enum AccountCodec {
    enum AccountTag {
        static let issuer: UInt8 = 1
        static let name: UInt8 = 2
        static let note: UInt8 = 3
        static let tag: UInt8 = 4
        static let position: UInt8 = 5
        static let confirm: UInt8 = 6
        static let lifetime: UInt8 = 7
        static let state: UInt8 = 8
        static let created: UInt8 = 9
        static let removed: UInt8 = 10
        static let favourite: UInt8 = 11
        static let icon: UInt8 = 12
        static let uses: UInt8 = 13
        static let lastUsed: UInt8 = 14
        static let batch: UInt8 = 15
        static let deviceBound: UInt8 = 16
        static let known = issuer...deviceBound
    }

    enum CredentialTag {
        static let account: UInt8 = 1
        static let parameters: UInt8 = 2
        static let start: UInt8 = 3
        static let counter: UInt8 = 4
        static let suite: UInt8 = 5
        static let key: UInt8 = 6
        static let pin: UInt8 = 7
    }

    // MARK: Accounts

    /// Reads an account's record. Its one-time password is another record.
    static func account(_ record: Record) throws(VaultError) -> Account {
        try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
            var account = Account(
                id: record.id, details: AccountDetails(issuer: "", name: ""), position: 0, state: .ok, created: 0,
                modified: record.modified, removed: 0, noteCount: 0, credential: nil)
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                let value = field.value
                switch field.tag {
                case AccountTag.issuer:
                    account.details.issuer = try FieldValue.text(body, value, limit: AccountLimits.label)
                case AccountTag.name:
                    account.details.name = try FieldValue.text(body, value, limit: AccountLimits.label)
                case AccountTag.note: account.noteCount = value.count
                case AccountTag.tag:
                    account.details.tags.append(try FieldValue.text(body, value, limit: AccountLimits.tag))
                case AccountTag.position: account.position = try FieldValue.number(body, value, bytes: 8)
                case AccountTag.confirm: account.details.confirm = try FieldValue.flag(body, value)
                case AccountTag.lifetime:
                    account.details.lifetime = UInt32(truncatingIfNeeded: try FieldValue.number(body, value, bytes: 4))
                case AccountTag.state:
                    // A state that a newer release knows is not one in which codes should be given.
                    let number = UInt8(truncatingIfNeeded: try FieldValue.number(body, value, bytes: 1))
                    account.state = AccountState(rawValue: number) ?? .needsVerification
                case AccountTag.created: account.created = try FieldValue.number(body, value, bytes: 8)
                case AccountTag.removed: account.removed = try FieldValue.number(body, value, bytes: 8)
                case AccountTag.favourite: account.extras.isFavourite = try FieldValue.flag(body, value)
                case AccountTag.icon:
                    account.extras.icon = try FieldValue.text(body, value, limit: AccountLimits.text)
                case AccountTag.uses: account.extras.uses = try FieldValue.number(body, value, bytes: 8)
                case AccountTag.lastUsed: account.extras.lastUsed = try FieldValue.number(body, value, bytes: 8)
                case AccountTag.deviceBound: account.isDeviceBound = try FieldValue.flag(body, value)
                case AccountTag.batch: account.batch = try FieldValue.identifier(body, value)
                default: break
                }
            }
            guard account.details.tags.count <= AccountLimits.tags, account.noteCount <= AccountLimits.note else {
                throw .damaged("an account has too many tags or too long a note")
            }
            return account
        }
    }

    /// Writes an account's record.
    ///
    /// - Parameters:
    ///   - old: the record that this one replaces; what of it is not known here is kept.
    ///   - note: the new note; nil keeps the old one.
    static func record(
        _ account: Account, over old: Record?, note: Span<UInt8>?, at utc: UInt64
    ) throws(VaultError) -> Record {
        let details = account.details
        let texts =
            details.issuer.utf8.count + details.name.utf8.count + details.tags.reduce(0) { $0 + $1.utf8.count + 3 }
        var body = try RecordStream.buffer(
            texts + account.extras.icon.utf8.count + (note?.count ?? 0) + (old?.body.count ?? 0) + 128)
        if !details.issuer.isEmpty { body.appendField(AccountTag.issuer, details.issuer) }
        if !details.name.isEmpty { body.appendField(AccountTag.name, details.name) }
        if let note, !note.isEmpty { body.appendField(AccountTag.note, note) }
        for tag in details.tags { body.appendField(AccountTag.tag, tag) }
        body.appendField(AccountTag.position, account.position, bytes: 8)
        if details.confirm { body.appendField(AccountTag.confirm, 1, bytes: 1) }
        if details.lifetime != 0 { body.appendField(AccountTag.lifetime, UInt64(details.lifetime), bytes: 4) }
        if account.state != .ok { body.appendField(AccountTag.state, UInt64(account.state.rawValue), bytes: 1) }
        body.appendField(AccountTag.created, account.created, bytes: 8)
        if account.removed != 0 { body.appendField(AccountTag.removed, account.removed, bytes: 8) }
        if account.extras.isFavourite { body.appendField(AccountTag.favourite, 1, bytes: 1) }
        if !account.extras.icon.isEmpty { body.appendField(AccountTag.icon, account.extras.icon) }
        if account.extras.uses != 0 { body.appendField(AccountTag.uses, account.extras.uses, bytes: 8) }
        if account.extras.lastUsed != 0 { body.appendField(AccountTag.lastUsed, account.extras.lastUsed, bytes: 8) }
        if account.isDeviceBound { body.appendField(AccountTag.deviceBound, 1, bytes: 1) }
        if let batch = account.batch { body.appendField(AccountTag.batch, batch) }
        if let old {
            let keepsNote = note == nil
            try old.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                try body.appendFields(of: bytes) { tag in
                    AccountTag.known.contains(tag) && !(tag == AccountTag.note && keepsNote)
                }
            }
        }
        return try Record.make(.account, account.id, over: old, at: utc, body: body)
    }

    /// Lends the note's bytes to `use`; empty when there is none.
    static func withNote<R, E: Error>(
        _ record: Record, _ use: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try record.body.withBytes { (body: Span<UInt8>) throws(E) in
            var reader = FieldReader()
            while let field = try? reader.next(in: body) {
                if field.tag == AccountTag.note { return try use(body.extracting(field.value)) }
            }
            return try use(body.extracting(0..<0))
        }
    }

    /// The account that a one-time password or a set of recovery codes belongs to: field 1 of both.
    static func owner(of record: Record) throws(VaultError) -> Identifier {
        try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
            var owner: Identifier?
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                if field.tag == CredentialTag.account { owner = try FieldValue.identifier(body, field.value) }
            }
            guard let owner else { throw .damaged("it belongs to no account") }
            return owner
        }
    }

    // MARK: One-time passwords

    /// Reads a one-time password's record and tells which account it belongs to.
    static func credential(
        _ record: Record, marks: Marks
    ) throws(VaultError) -> (account: Identifier, credential: Credential) {
        try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
            var account: Identifier?
            var kind: UInt8 = 0
            var algorithm: UInt8 = 0
            var digits: UInt8 = 0
            var period: UInt32 = 0
            var start: UInt64 = 0
            var counter: UInt64 = 0
            var suite = ""
            var key = 0..<0
            var pin = 0..<0
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                let value = field.value
                switch field.tag {
                case CredentialTag.account: account = try FieldValue.identifier(body, value)
                case CredentialTag.parameters:
                    let packed = try FieldValue.number(body, value, bytes: 7)
                    kind = UInt8(truncatingIfNeeded: packed >> 48)
                    algorithm = UInt8(truncatingIfNeeded: packed >> 40)
                    digits = UInt8(truncatingIfNeeded: packed >> 32)
                    period = UInt32(truncatingIfNeeded: packed)
                case CredentialTag.start: start = try FieldValue.number(body, value, bytes: 8)
                case CredentialTag.counter: counter = try FieldValue.number(body, value, bytes: 8)
                case CredentialTag.suite: suite = try FieldValue.text(body, value, limit: 128)
                case CredentialTag.key: key = value
                case CredentialTag.pin: pin = value
                default: break
                }
            }
            guard let account, (1...AccountLimits.key).contains(key.count), pin.count <= AccountLimits.pin,
                counter <= Record.numberLimit, kind > 0, algorithm > 0
            else { throw .damaged("a one-time password has impossible parameters") }
            // Codes that a newer release knows are not to be guessed at.
            guard let kind = Kind(rawValue: kind), let algorithm = HashAlgorithm(rawValue: algorithm) else {
                throw .newerFormat
            }
            guard
                let parameters = try? Parameters(
                    kind: kind, algorithm: algorithm, digits: digits, period: period, start: start, counter: counter,
                    suite: suite)
            else { throw .damaged("a one-time password has impossible parameters") }
            let credential = Credential(
                id: record.id, parameters: parameters, body: record.body, key: key, pin: pin,
                mark: marks.mark(of: body.extracting(key)))
            return (account, credential)
        }
    }

    /// Writes a one-time password's record.
    static func record(
        _ id: Identifier, of account: Identifier, _ parameters: Parameters, key: Span<UInt8>, pin: Span<UInt8>,
        over old: Record?, at utc: UInt64
    ) throws(VaultError) -> Record {
        guard (1...AccountLimits.key).contains(key.count) else { throw .badValue("a key of \(key.count) bytes") }
        guard pin.count <= AccountLimits.pin else { throw .badValue("so long a PIN") }
        guard parameters.counter <= Record.numberLimit else { throw .badValue("so high a counter") }
        var body = try RecordStream.buffer(
            key.count + pin.count + parameters.suite.utf8.count + 80 + (old?.body.count ?? 0))
        body.appendField(CredentialTag.account, account)
        let packed =
            UInt64(parameters.kind.rawValue) << 48 | UInt64(parameters.algorithm.rawValue) << 40
            | UInt64(parameters.digits) << 32 | UInt64(parameters.period)
        body.appendField(CredentialTag.parameters, packed, bytes: 7)
        if parameters.start != 0 { body.appendField(CredentialTag.start, parameters.start, bytes: 8) }
        if parameters.counter != 0 { body.appendField(CredentialTag.counter, parameters.counter, bytes: 8) }
        if !parameters.suite.isEmpty { body.appendField(CredentialTag.suite, parameters.suite) }
        body.appendField(CredentialTag.key, key)
        if !pin.isEmpty { body.appendField(CredentialTag.pin, pin) }
        if let old {
            try old.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                try body.appendFields(of: bytes) { $0 <= CredentialTag.pin }
            }
        }
        return try Record.make(.credential, id, over: old, at: utc, body: body)
    }
}

/// Recognises equal keys without keeping anything that could tell what they are: a keyed hash, under a key that
/// lives as long as the vault is open.
struct Marks: Sendable {
    private let key: SharedSecret

    init() throws(VaultError) {
        do { key = SharedSecret(try Secret.random(count: 32)) } catch { throw .memory(error) }
    }

    func mark(of secret: Span<UInt8>) -> UInt64 {
        key.withBytes { key in
            let tag = Sodium.hmacSHA256(key: key, secret)
            return (0..<8).reduce(0) { $0 << 8 | UInt64(tag[$1]) }
        }
    }
}
