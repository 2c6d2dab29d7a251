import OneTimePassword
import Platform

extension Credential {
    struct Fields: FieldList {
        var account = Identifier.zero
        /// CredentialKind, algorithm, digits, and four bytes of the period.
        var parameters: [7 of UInt8] = .init(repeating: 0)
        var start: UInt64 = 0
        var counter: UInt64 = 0
        var suite = ""
        var key = 0..<0
        var pin = 0..<0

        mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
            try coder.require(1, "a one-time password belongs to no account")
            try coder.value(1, &account)
            try coder.value(2, &parameters)
            try coder.some(3, &start)
            try coder.some(4, &counter)
            try coder.some(5, &suite, most: 128)
            try coder.value(6, &key, most: Limits.key)
            try coder.some(7, &pin, most: Limits.pin)
        }
    }

    /// Reads a one-time password's record.
    convenience init(_ record: Record, marks: Marks) throws(VaultError) {
        var fields = Fields()
        try fields.read(record)
        let packed = fields.parameters
        guard !fields.key.isEmpty, fields.counter <= Record.numberLimit, packed[0] > 0, packed[1] > 0 else {
            throw .damaged("a one-time password has impossible parameters")
        }
        // Codes that a newer release knows are not to be guessed at.
        guard let kind = CredentialKind(rawValue: packed[0]), let algorithm = HashAlgorithm(rawValue: packed[1]) else {
            throw .newerFormat
        }
        let period = (3..<7).reduce(0) { $0 << 8 | UInt32(packed[$1]) }
        guard
            let parameters = try? Parameters(
                kind: kind, algorithm: algorithm, digits: packed[2], period: period, start: fields.start,
                counter: Record.within(fields.counter), suite: fields.suite)
        else { throw .damaged("a one-time password has impossible parameters") }
        self.init(
            id: record.id, account: fields.account, parameters, in: record.body, key: fields.key, pin: fields.pin,
            mark: record.body.withBytes { marks.mark(of: $0.extracting(fields.key)) })
    }

    /// The record of a one-time password.
    static func record(
        _ id: Identifier, of account: Identifier, _ parameters: Parameters, key: Span<UInt8>, pin: Span<UInt8>,
        over old: Record?, at utc: UInt64
    ) throws(VaultError) -> Record {
        guard (1...Limits.key).contains(key.count) else { throw .badValue("a key of \(key.count) bytes") }
        guard pin.count <= Limits.pin else { throw .badValue("so long a PIN") }
        guard parameters.counter <= Record.numberLimit else { throw .badValue("so high a counter") }
        var secrets = try RecordStream.buffer(key.count + pin.count)
        secrets.append(copying: key)
        secrets.append(copying: pin)
        let period = parameters.period
        let fields = Fields(
            account: account,
            parameters: [
                parameters.kind.rawValue, parameters.algorithm.rawValue, parameters.digits, UInt8(period >> 24),
                UInt8(period >> 16 & 0xff), UInt8(period >> 8 & 0xff), UInt8(period & 0xff),
            ],
            start: parameters.start, counter: parameters.counter, suite: parameters.suite, key: 0..<key.count,
            pin: key.count..<secrets.count)
        return try Record.make(
            .credential, id, over: old, at: utc, body: fields.body(from: secrets.bytes, over: old))
    }
}

/// Recognises equal keys without keeping anything that could tell what they are: a keyed hash, under a key that
/// lives as long as the vault is open.
struct Marks: Sendable {
    private let key: SharedSecret

    init() throws(VaultError) {
        do { key = SharedSecret(try Secret.random(count: 16)) } catch { throw .memory(error) }
    }

    func mark(of secret: Span<UInt8>) -> UInt64 {
        key.withBytes { key in Sodium.shortHash(key: key, secret) }
    }
}
