package import Age
import Encodings
import Platform

/// What a hardware security key is given to open a vault: the credential that it made, and a salt. By both it computes 32
/// bytes that nobody else can (CTAP 2.1, section 12.5, hmac-secret), and those lead to an X25519 identity. Credential and salt
/// stand in the file's header, in a stanza `-> fob-hardware SALT CHECK SITE` whose body is the credential's id and which
/// stock age skips.
package struct HardwareKey: Sendable, Equatable {
    /// Type of the stanza.
    package static let stanzaType = "fob-hardware"
    /// HKDF's info text.
    static let info: StaticString = "fob/hardware-key/x25519/1"
    /// Most stanzas of a file that are looked at.
    static let most = 32
    /// The relying party of new credentials.
    package static let usualSite = "fob"

    /// The credential's id, as the security key gave it.
    package let credential: [UInt8]
    /// 32 random bytes.
    package let salt: [UInt8]
    /// Whether the security key verifies its user, by a PIN or a fingerprint, besides the touch: what it computes is another
    /// value then.
    package let verifies: Bool
    /// The relying party.
    package let site: String

    /// - Throws: `badUnlockMethod` for what no security key has made.
    package init(credential: [UInt8], salt: [UInt8], verifies: Bool, site: String) throws(VaultError) {
        guard Limits.hardwareCredential.contains(credential.count), salt.count == Limits.hardwareSalt,
            1...Limits.hardwareSite ~= site.utf8.count, site.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { throw .badUnlockMethod("this is no credential of a security key") }
        (self.credential, self.salt, self.verifies, self.site) = (credential, salt, verifies, site)
    }

    /// The identity that follows from what the security key has computed.
    ///
    /// - Parameter output: its 32 bytes.
    package static func identity(_ output: Span<UInt8>) throws(VaultError) -> X25519Identity {
        guard output.count == Limits.hardwareSecret else { throw .noMatch }
        do {
            var scalar = try LockedBuffer(capacity: X25519Identity.byteCount)
            let (info, noSalt): (String, [UInt8]) = (info.description, [])
            scalar.append { room in
                Sodium.hkdfSHA256(
                    inputKey: output, salt: noSalt.span, info: info.utf8Span.span, count: X25519Identity.byteCount,
                    into: &room)
            }
            return try X25519Identity(scalar: Secret(scalar))
        } catch let error as MemoryError {
            throw .memory(error)
        } catch {
            throw .damaged("its key derivation")
        }
    }

    private static let words = (touch: "touch", verify: "verify")

    var stanza: Stanza {
        get throws(VaultError) {
            do {
                return try Stanza(
                    type: Self.stanzaType,
                    arguments: [
                        BaseEncoding.base16.text(salt.span), verifies ? Self.words.verify : Self.words.touch, site,
                    ], body: credential)
            } catch { throw VaultError(error) }
        }
    }

    /// Reads a stanza; nil when it is another's, or a newer release's.
    init?(_ stanza: Stanza) {
        guard stanza.type == Self.stanzaType, stanza.arguments.count == 3,
            let salt = BaseEncoding.base16.bytes(stanza.arguments[0]),
            [Self.words.touch, Self.words.verify].contains(stanza.arguments[1]),
            let key = try? HardwareKey(
                credential: stanza.body, salt: salt, verifies: stanza.arguments[1] == Self.words.verify,
                site: stanza.arguments[2])
        else { return nil }
        self = key
    }
}

extension VaultFile {
    /// The hardware security keys that a file's header names; none for what is no age file.
    package static func hardwareKeys(in sealed: Span<UInt8>) -> [HardwareKey] {
        guard let header = try? AgeHeader(parsing: sealed) else { return [] }
        return Array(header.stanzas.lazy.compactMap { HardwareKey($0) }.prefix(HardwareKey.most))
    }
}

extension Contents {
    /// The hardware security keys that open it, with their methods.
    package var hardwareKeys: [(method: UnlockMethod, key: HardwareKey)] {
        unlockMethods.compactMap { way in
            if case .hardware(let key) = way.source { (way, key) } else { nil }
        }
    }
}
