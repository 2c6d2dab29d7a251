import Platform

/// `-> scrypt SALT N`: the file key under a key derived from a passphrase (C2SP age, "scrypt recipient stanza").
enum PassphraseStanza {
    static let type = "scrypt"
    private static let saltPrefix = Array("age-encryption.org/v1/scrypt".utf8)
    private static let saltCount = 16

    /// Wraps `fileKey` at the cost of 2^`workFactor` rounds.
    static func wrap(
        _ fileKey: borrowing FileKey, passphrase: Span<UInt8>, workFactor: Int
    ) throws(AgeError) -> Stanza {
        guard (1...AgeLimits.workFactor).contains(workFactor) else { throw .workFactorTooHigh(workFactor) }
        let salt = [UInt8](capacity: saltCount) { output in Sodium.randomBytes(into: &output, count: saltCount) }
        let key = try wrappingKey(passphrase: passphrase, salt: salt, workFactor: workFactor)
        return try Stanza(
            type: type, arguments: [Base64.encode(salt.span), String(workFactor)],
            body: fileKey.wrapped(under: key.bytes))
    }

    /// The file key; nil when the passphrase is another one.
    static func unwrap(_ stanza: Stanza, passphrase: Span<UInt8>, limit: Int) throws(AgeError) -> FileKey? {
        guard stanza.arguments.count == 2, stanza.body.count == FileKey.wrappedCount,
            let salt = Base64.decode(stanza.arguments[0]), salt.count == saltCount,
            let workFactor = workFactor(stanza.arguments[1])
        else { throw .malformedStanza(type: type) }
        guard workFactor <= limit else { throw .workFactorTooHigh(workFactor) }
        let key = try wrappingKey(passphrase: passphrase, salt: salt, workFactor: workFactor)
        return try FileKey.unwrap(stanza.body.span, under: key.bytes)
    }

    /// A positive decimal number without leading zero; `Int.max` when it is out of all proportion.
    private static func workFactor(_ text: String) -> Int? {
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, let first = text.utf8.first, first != UInt8(ascii: "0") else { return nil }
        return Int(text) ?? Int.max
    }

    private static func wrappingKey(
        passphrase: Span<UInt8>, salt: [UInt8], workFactor: Int
    ) throws(AgeError) -> LockedBuffer {
        let salt = saltPrefix + salt
        var key = try AgeError.locking(try LockedBuffer(capacity: 32))
        do {
            try key.append { output throws(MemoryError) in
                try Sodium.scrypt(passphrase: passphrase, salt: salt.span, logN: UInt8(workFactor), into: &output)
            }
        } catch {
            throw .memory(error)
        }
        return key
    }
}
