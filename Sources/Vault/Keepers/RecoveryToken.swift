import Platform

/// A token of delegated recovery that lies in the vault, as a record of it: one that is kept for somebody, or one that a
/// service has handed out for an account. It is no secret: what it carries is sealed by whoever issued it.
package struct RecoveryToken: Sendable, Equatable, FieldList {
    /// That somebody has asked for it, and when: the answer waits.
    package struct Asked: Sendable, Equatable {
        /// The first half of a SHA-256 of the request.
        package let request: Identifier
        /// Seconds of UTC.
        package let time: UInt64

        package init(request: Identifier, time: UInt64) { (self.request, self.time) = (request, time) }
    }

    /// What became of an account's token.
    package enum Status: UInt8, CaseIterable, Sendable {
        /// Its service should take it.
        case saved = 0
        /// It was handed out.
        case retrieved = 1
        /// Another one has taken its place.
        case obsolete = 2
    }

    /// The id of its record.
    package let id: Identifier
    /// Whose it is; zero for one that is kept for somebody.
    package var account = Identifier.zero
    /// The owner's public key, x and y, of one that is kept for somebody.
    package var owner: [UInt8] = []
    /// What the owner is called, or the provider of an account's token.
    package var name = ""
    /// The id in it.
    package var token = Identifier.zero
    /// All of it.
    package var bytes: [UInt8] = []
    /// When it came, in seconds of UTC.
    package var since: UInt64 = 0
    /// When it was issued; 0 when that is not known.
    package var issued: UInt64 = 0
    /// When it expires; 0 for never.
    package var expires: UInt64 = 0
    /// What became of it.
    package var status = Status.saved
    /// The binding that it carries.
    package var binding: [UInt8] = []
    /// Seconds that a request for it waits.
    package var wait: UInt32 = 0
    /// Requests that wait.
    package var asked: [Asked] = []
    private var statusNumber: UInt8 = 0

    /// One to be filled in.
    package init() { id = .random() }

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        statusNumber = status.rawValue
        try coder.require(4, "a token has no id")
        try coder.value(1, &account)
        try coder.some(2, &owner, most: 64)
        try coder.some(3, &name, most: Limits.name)
        try coder.value(4, &token)
        try coder.value(5, &bytes, most: Limits.token)
        try coder.value(6, &since)
        try coder.some(7, &issued)
        try coder.some(8, &expires)
        try coder.some(9, &statusNumber)
        try coder.some(10, &binding, most: 16)
        try coder.some(11, &wait)
        try coder.list(12, &asked, most: 24)
        status = Status(rawValue: statusNumber) ?? .obsolete
    }

    init(_ record: Record) throws(VaultError) {
        id = record.id
        try read(record)
        guard owner.isEmpty == (account != .zero), owner.isEmpty || owner.count == 64 else {
            throw .damaged("a token is neither somebody's nor an account's")
        }
    }
}

extension RecoveryToken.Asked: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == 24 else { throw .damaged("a request for a token has the wrong length") }
        request = try Identifier(in: body, at: place.lowerBound..<(place.lowerBound + 16))
        time = try UInt64(in: body, at: (place.lowerBound + 16)..<place.upperBound)
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { 24 }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        request.append(to: &output, from: lent)
        time.append(to: &output, from: lent)
    }
}

extension Contents {
    /// All tokens, the oldest first. Those of accounts that are gone are not shown.
    package var recoveryTokens: [RecoveryToken] {
        records.values.filter { $0.kind == RecordKind.recoveryToken.rawValue }.compactMap { try? RecoveryToken($0) }
            .filter { $0.account == .zero || accounts[$0.account] != nil }
            .sorted { ($0.since, $0.id) < ($1.since, $1.id) }
    }

    /// Takes in a token, or what has changed of one.
    package mutating func put(_ token: RecoveryToken, at utc: UInt64) throws(VaultError) {
        let old = records[token.id]
        guard
            old != nil || records.values.count(where: { $0.kind == RecordKind.recoveryToken.rawValue }) < Limits.tokens
        else { throw .tooLarge("\(Limits.tokens) recovery tokens") }
        var token = token
        token.asked = token.asked.suffix(Limits.waitingAnswers)
        records[token.id] = try Record.make(.recoveryToken, token.id, over: old, at: utc, body: token.body(over: old))
        revision += 1
    }

    /// Forgets a token for ever.
    package mutating func endToken(_ id: Identifier, at utc: UInt64) throws(VaultError) {
        try bury(id, at: utc)
        revision += 1
    }
}
