import Age
import Platform

/// `recovery-key.age`: an identity of its own, to which every file is sealed, as a file that the passphrase opens with
/// the stock `age` program. The passphrase's own stanza means nothing to that program, so this file belongs beside the
/// backups.
package enum RecoveryKey {
    /// log2 of scrypt's rounds: what the stock program writes, about a second and 256 MiB; less where there is less
    /// memory, down to what the vault's own derivation takes.
    static let workFactors = [18, 17, 16]
    /// The same for tests.
    static let cheapWorkFactors = [10]

    /// A new identity, sealed by a passphrase: slow on purpose.
    package static func make(
        for passphrase: Span<UInt8>, isCheap: Bool = false, at utc: UInt64
    ) throws(VaultError) -> UnlockMethod {
        do throws(AgeError) {
            let identity = try X25519Identity.random()
            var text = try line()
            text.append { (output: inout OutputSpan<UInt8>) in
                identity.appendText(to: &output)
                output.append(UInt8(ascii: "\n"))
            }
            var file = try writer(passphrase, isCheap ? cheapWorkFactors : workFactors)
            file.write("# fob: the identity for \(identity.recipient.text)\n".utf8.span)
            file.write(text.bytes)
            return UnlockMethod(
                source: .recoveryKey(file: file.finish()), label: "recovery-key.age", recipient: identity.recipient,
                at: utc)
        } catch {
            throw VaultError(error)
        }
    }

    private static func writer(_ passphrase: Span<UInt8>, _ workFactors: [Int]) throws(AgeError) -> AgeWriter {
        for workFactor in workFactors.dropLast() {
            do throws(AgeError) {
                return try AgeWriter(passphrase: passphrase, workFactor: workFactor)
            } catch {
                guard error == .memory(.outOfMemory) else { throw error }
            }
        }
        return try AgeWriter(passphrase: passphrase, workFactor: workFactors[workFactors.count - 1])
    }

    private static func line() throws(AgeError) -> LockedBuffer {
        do { return try LockedBuffer(capacity: X25519Identity.textCount + 1) } catch { throw .memory(error) }
    }
}
