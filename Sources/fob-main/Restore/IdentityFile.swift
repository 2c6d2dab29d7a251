import Age
import Client
import Platform
import Vault
import Wire

/// The file of a recovery account: age identities, one a line, as age-keygen writes them, or that sealed with a
/// passphrase.
enum IdentityFile {
    private static let longest = 64 << 10

    /// Whether no passphrase opens a file. What is no age file is for the agent to tell.
    static func isNeeded(for sealed: Span<UInt8>) -> Bool {
        guard let header = try? AgeHeader(parsing: sealed) else { return false }
        return !header.stanzas.contains { $0.type == PassphraseDerivation.stanzaType }
    }

    /// What the file holds, opened with the passphrase that it may be sealed with.
    static func text(_ path: String, _ source: PassphraseSource) throws(ClientError) -> LockedBuffer {
        var text = try OpenFile(path).text(limit: longest)
        guard text.free > 0 else { throw unreadable(path) }
        if Armor.isArmored(text.bytes) {
            // Ciphertext.
            let bytes: [UInt8]
            do throws(AgeError) { bytes = try Armor.decode(text.bytes) } catch { throw unreadable(path) }
            text = try ClientError.locked(bytes.count)
            text.append(copying: bytes.span)
        }
        if isSealed(text.bytes) { text = try unsealed(text, path, source) }
        return text
    }

    private static func isSealed(_ text: Span<UInt8>) -> Bool {
        let start = "age-encryption.org/"
        guard text.count > start.utf8.count else { return false }
        for (index, byte) in start.utf8.enumerated() where text[index] != byte { return false }
        return true
    }

    private static func unsealed(
        _ text: borrowing LockedBuffer, _ path: String, _ source: PassphraseSource
    ) throws(ClientError) -> LockedBuffer {
        let passphrase = try Passphrase.read(
            Sentences.identityPassphrasePrompt, explanation: Sentences.identityPassphrasePrompt, from: source)
        do throws(AgeError) {
            let header = try AgeHeader(parsing: text.bytes)
            let key = try header.fileKey(passphrase: passphrase.bytes)
            let reader = try AgeReader(text.bytes, header: header, key: key)
            return try reader.readAll(of: text.bytes)
        } catch {
            guard error == .noMatch else { throw unreadable(path) }
            throw ClientError(.permission, tr("\(path): the passphrase is wrong"), remedy: Sentences.tryAgain)
        }
    }

    /// The line with an identity that the file is sealed to.
    static func matching(
        _ text: Span<UInt8>, _ sealed: Span<UInt8>, _ path: String
    ) throws(ClientError) -> LockedBuffer {
        let header: AgeHeader
        do throws(AgeError) { header = try AgeHeader(parsing: sealed) } catch {
            throw ClientError(.badInput, Sentences.notSealed, remedy: Sentences.otherBackup)
        }
        var hasIdentity = false
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
            var line = try ClientError.locked(end - start)
            line.append(copying: text.extracting(start..<end))
            line.trim()
            start = end + 1
            guard line.count > 0, line.bytes[0] != UInt8(ascii: "#") else { continue }
            do throws(AgeError) {
                let identity = try X25519Identity(text: line.bytes)
                hasIdentity = true
                _ = try header.fileKey(for: identity)
                return line
            } catch {
                continue
            }
        }
        guard hasIdentity else { throw unreadable(path) }
        throw ClientError(.permission, Sentences.otherIdentity(path), remedy: Sentences.otherIdentityRemedy)
    }

    private static func unreadable(_ path: String) -> ClientError {
        ClientError(.badInput, tr("\(path): there is no age identity in this file"), remedy: Sentences.identityForm)
    }
}
