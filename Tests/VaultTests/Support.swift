import Age
import Foundation
import OneTimePassword
import Platform
import Testing

@testable import Vault

/// Nothing in these tests is a secret.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func array(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }

/// The error that `body` throws, nil if none.
func refusal(_ body: () throws(VaultError) -> Void) -> VaultError? {
    do { try body() } catch { return error }
    return nil
}

/// Whether `error` speaks of damage.
func isDamage(_ error: VaultError?) -> Bool { if case .damaged = error { true } else { false } }

/// An unlock method whose passphrase derivation is the cheapest that there is.
func cheapWay(_ passphrase: String, at utc: UInt64 = 1000) throws -> UnlockMethod {
    let passphrase = bytes(passphrase)
    let derivation = PassphraseDerivation.cheapest()
    let recipient = try derivation.identity(passphrase.span).recipient
    return UnlockMethod(source: .passphrase(derivation), label: "passphrase", recipient: recipient, at: utc)
}

/// A vault without accounts whose only unlock method is an identity that nobody keeps.
func emptyVault(at utc: UInt64 = 1000) throws -> Contents {
    let way = UnlockMethod(source: .identity, label: "test", recipient: try X25519Identity.random().recipient, at: utc)
    return try Contents(unlockMethod: way, at: utc)
}

/// The payload that `contents` make.
func payload(_ contents: Contents) -> [UInt8] { payload(contents.records.values.sorted { $0.id < $1.id }) }

func payload(_ records: [Record]) -> [UInt8] {
    var all: [UInt8] = []
    do { try RecordStream.write(records) { piece in all += array(piece) } } catch { Issue.record(error) }
    return all
}

/// The records of a payload that comes in pieces of `size` bytes.
func parse(_ payload: [UInt8], pieces size: Int = .max) throws(VaultError) -> [Record] {
    var parser = try RecordStream.Parser()
    var start = 0
    while start < payload.count {
        let end = start + min(size, payload.count - start)
        try parser.take(payload.span.extracting(start..<end))
        start = end
    }
    return try parser.finish().records
}

/// What the next agent would have in memory.
func reloaded(_ contents: Contents) throws(VaultError) -> Contents { try Contents(parse(payload(contents))) }

/// A record made by hand, of kinds and with fields that fob need not know.
func record(
    _ kind: UInt8, id: Identifier = .random(), revision: UInt64 = 1, modified: UInt64 = 1000,
    _ fields: [(tag: UInt8, value: [UInt8])]
) throws -> Record {
    var body = try LockedBuffer(capacity: fields.reduce(0) { $0 + 3 + $1.value.count })
    for field in fields {
        body.append { (output: inout OutputSpan<UInt8>) in
            output.append(field.tag)
            output.appendNumber(UInt64(field.value.count), bytes: 2)
            output.append(copying: field.value.span)
        }
    }
    return Record(
        id: id, kind: kind, revision: revision, modified: modified, body: SharedSecret(try Secret(body)))
}

func fields(of record: Record) throws(VaultError) -> [(tag: UInt8, value: [UInt8])] {
    try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
        var walk = FieldWalk()
        var fields: [(tag: UInt8, value: [UInt8])] = []
        while let field = try walk.next(in: body) {
            fields.append((field.tag, array(body.extracting(field.place))))
        }
        return fields
    }
}

extension Contents {
    /// Adds an account from what a test cares about.
    @discardableResult
    mutating func add(
        _ issuer: String, _ name: String, key: String = "12345678901234567890", pin: String = "",
        _ parameters: Parameters? = try? Parameters(kind: .totp), note: String = "", tags: [String] = [],
        at utc: UInt64 = 1000
    ) throws(VaultError) -> (id: Vault.Identifier, outcome: AddOutcome) {
        let key = bytes(key)
        let pin = bytes(pin)
        return try add(
            AccountDetails(issuer: issuer, name: name, tags: tags), parameters, key: key.span, pin: pin.span,
            note: note.utf8Span.span, at: utc)
    }

    /// Adds an account that comes from elsewhere.
    @discardableResult
    mutating func add(
        _ issuer: String, _ name: String, key: String = "12345678901234567890",
        _ parameters: Parameters? = try? Parameters(kind: .totp), from origin: AccountOrigin, at utc: UInt64 = 1000
    ) throws(VaultError) -> (id: Vault.Identifier, outcome: AddOutcome) {
        let key = parameters == nil ? [] : bytes(key)
        return try add(
            AccountDetails(issuer: issuer, name: name), parameters, key: key.span, pin: Span(), note: Span(), origin,
            at: utc)
    }

    /// Changes an account's note.
    mutating func edit(
        _ id: Vault.Identifier, details: AccountDetails? = nil, note: String?, at utc: UInt64
    ) throws(VaultError) {
        let note = note.map { bytes($0) }
        try edit(id, details: details, note: note?.span, at: utc)
    }

    /// Gives an account recovery codes.
    @discardableResult
    mutating func setRecoveryCodes(
        of account: Vault.Identifier, _ codes: [String], used: Set<Int> = [], service: String = "",
        inOrder: Bool = false, at utc: UInt64 = 1000
    ) throws(VaultError) -> Bool {
        var text: [UInt8] = []
        var new: [NewRecoveryCode] = []
        for (index, code) in codes.enumerated() {
            let start = text.count
            text += bytes(code)
            new.append(NewRecoveryCode(text: start..<text.count, isUsed: used.contains(index)))
        }
        return try setRecoveryCodes(
            of: account, service: service, isInOrder: inOrder, new, in: text.span, at: utc)
    }

    func recoveryCodes(of account: Vault.Identifier) -> [String] { recoverySet(of: account)?.texts ?? [] }

    /// The code that is shown next.
    mutating func nextRecoveryCode(of account: Vault.Identifier, at utc: UInt64) throws(VaultError) -> String {
        let next = try showNextRecoveryCode(of: account, at: utc)
        return next.set.texts[next.index]
    }

    /// Uses a code up; without one, the one that was shown last.
    @discardableResult
    mutating func useRecoveryCode(
        of account: Vault.Identifier, _ code: String = "", at utc: UInt64 = 1000
    ) throws(VaultError) -> RecoverySet {
        let code = bytes(code)
        return try useRecoveryCode(of: account, code.span, at: utc)
    }

    var labels: [String] { inOrder.map(\.details.label) }

    func key(of id: Vault.Identifier) -> [UInt8]? { self[id]?.credential?.withSecrets { key, _ in array(key) } }

    func pin(of id: Vault.Identifier) -> [UInt8]? { self[id]?.credential?.withSecrets { _, pin in array(pin) } }

    func note(of id: Vault.Identifier) -> String? {
        withNote(of: id) { note in String(decoding: array(note), as: UTF8.self) }
    }
}

extension RecoverySet {
    var texts: [String] { codes.map { withCode($0) { String(decoding: array($0), as: UTF8.self) } } }
}

extension Contents {
    /// A merge with a file that this vault's present key has signed, by an owner who has given the passphrase.
    func merging(
        _ other: Contents, mode: MergeMode, _ labels: MergeLabels, by owners: [OwnerKey] = [], at utc: UInt64
    ) throws(VaultError) -> Merged {
        let authority = Authority(mode == .sync ? .sync : .restore, .current, .passphrase)
        return try merging(other, authority, labels, by: owners, at: utc)
    }
}

/// The same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

extension Merged {
    /// How many accounts have that outcome.
    func count(_ outcome: MergeOutcome) -> Int { counts[Int(outcome.rawValue)] }
}

extension NameIndex {
    /// Those that may have that label or name.
    func likely(_ query: String) -> [Identifier] {
        var found: [Identifier] = []
        each(likely: query) { found.append($0) }
        return found
    }
}
