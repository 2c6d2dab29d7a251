package import Age
import Encodings
import Platform

/// How a passphrase becomes an X25519 identity: HKDF over Argon2id. Salt and cost stand in the file's header, in a
/// stanza `-> fob-passphrase SALT OPERATIONS KIBIBYTES` that stock age skips.
package struct PassphraseDerivation: Sendable, Equatable {
    /// Type of the stanza.
    package static let stanzaType = "fob-passphrase"
    /// HKDF's info text.
    static let info: StaticString = "fob/passphrase/x25519/1"
    /// Accepted work memory in KiB: 8 MiB to 1 GiB. New vaults use at least 64 MiB.
    static let memoryBounds = (8 << 10)...(1 << 20)
    /// Accepted passes over it.
    static let operationBounds: ClosedRange<UInt64> = 1...64
    /// Most derivations that one file may name: each is work for every passphrase that is tried.
    static let most = 8
    /// The most work that a file of one's own may ask for, over all its derivations: passes times KiB. It is what one of
    /// the highest cost takes, and thirty times what a new vault has.
    package static let mostWork = operationBounds.upperBound * UInt64(memoryBounds.upperBound)
    /// How much more than the vault that is open a file from elsewhere may ask for.
    static let foreignFactor: UInt64 = 4
    /// The work that a file from elsewhere may ask for in any case: what new vaults have at most, four times.
    static let foreignLeast = foreignFactor * newOperations.upperBound * UInt64(memoryKiB)
    /// Work memory of new vaults, in KiB.
    static let memoryKiB = 64 << 10
    /// The least and most passes of new vaults.
    static let newOperations: ClosedRange<UInt64> = 3...32
    /// What a derivation should take, in nanoseconds.
    static let goal: UInt64 = 500_000_000

    /// 16 random bytes.
    package let salt: [16 of UInt8]
    /// Passes over the work memory.
    package let operations: UInt64
    /// Work memory in KiB.
    package let memoryKiB: Int

    package static func == (a: PassphraseDerivation, b: PassphraseDerivation) -> Bool {
        a.operations == b.operations && a.memoryKiB == b.memoryKiB
            && a.salt.indices.allSatisfy { a.salt[$0] == b.salt[$0] }
    }

    init(salt: [16 of UInt8], operations: UInt64, memoryKiB: Int) {
        self.salt = salt
        self.operations = operations
        self.memoryKiB = memoryKiB
    }

    /// A new salt and a cost that takes about half a second here: one pass is timed.
    package static func calibrated() throws(VaultError) -> PassphraseDerivation {
        let salt = Sodium.randomIdentifier()
        let trial = PassphraseDerivation(salt: salt, operations: 1, memoryKiB: memoryKiB)
        let start = Clock.monotonicNanoseconds
        _ = try trial.identity(Sodium.randomIdentifier().span)
        let pass = max(Clock.monotonicNanoseconds - start, 1)
        let operations = min(max(goal / pass, newOperations.lowerBound), newOperations.upperBound)
        return PassphraseDerivation(salt: salt, operations: operations, memoryKiB: memoryKiB)
    }

    /// The cheapest that is accepted, for tests.
    package static func cheapest() -> PassphraseDerivation {
        PassphraseDerivation(salt: Sodium.randomIdentifier(), operations: 1, memoryKiB: memoryBounds.lowerBound)
    }

    /// What one passphrase costs: passes times KiB.
    var work: UInt64 { operations * UInt64(memoryKiB) }

    /// Throws `costOutOfBounds`, before any work is done, when there are too many of them or they ask for too much in
    /// all.
    static func check(_ derivations: [PassphraseDerivation], most work: UInt64) throws(VaultError) {
        guard derivations.count <= most, derivations.reduce(0, { $0 + $1.work }) <= work else { throw .costOutOfBounds }
    }

    /// Throws `costOutOfBounds` before any work is done.
    func check() throws(VaultError) {
        guard Self.memoryBounds.contains(memoryKiB), Self.operationBounds.contains(operations) else {
            throw .costOutOfBounds
        }
    }

    /// The identity of a passphrase.
    package func identity(_ passphrase: Span<UInt8>) throws(VaultError) -> X25519Identity {
        try check()
        do {
            var key = try LockedBuffer(capacity: 32)
            try key.append { (output: inout OutputSpan<UInt8>) throws(MemoryError) in
                try Sodium.argon2id(
                    passphrase: passphrase, salt: salt.span, operations: operations, memoryBytes: memoryKiB << 10,
                    into: &output)
            }
            var scalar = try LockedBuffer(capacity: 32)
            let info = Self.info.description
            let noSalt: [UInt8] = []
            scalar.append { output in
                Sodium.hkdfSHA256(
                    inputKey: key.bytes, salt: noSalt.span, info: info.utf8Span.span, count: 32, into: &output)
            }
            return try X25519Identity(scalar: Secret(scalar))
        } catch let error as MemoryError {
            throw .memory(error)
        } catch {
            throw .damaged("its key derivation")
        }
    }

    var stanza: Stanza {
        get throws(VaultError) {
            do {
                return try Stanza(
                    type: Self.stanzaType,
                    arguments: [BaseEncoding.base16.text(salt.span), "\(operations)", "\(memoryKiB)"])
            } catch { throw VaultError(error) }
        }
    }

    /// Reads a stanza; nil when it is another's.
    init?(_ stanza: Stanza) throws(VaultError) {
        guard stanza.type == Self.stanzaType else { return nil }
        guard stanza.arguments.count == 3,
            let bytes = BaseEncoding.base16.bytes(stanza.arguments[0]), bytes.count == 16,
            let operations = UInt64(stanza.arguments[1]), let memory = Int(stanza.arguments[2]),
            stanza.arguments[1] == "\(operations)", stanza.arguments[2] == "\(memory)"
        else { throw .damaged("its passphrase stanza") }
        self.init(salt: .init { bytes[$0] }, operations: operations, memoryKiB: memory)
        try check()
    }
}
