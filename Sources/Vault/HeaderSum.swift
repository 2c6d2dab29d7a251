import Age
import Platform

/// A stanza `-> fob-sum` with the SHA-256 of all other stanzas of the header. Without it, a header with a wrong byte
/// cannot be told from a wrong passphrase: the MAC takes the key that the passphrase gives.
enum HeaderSum {
    static let type = "fob-sum"
    private static let versionLine = Array("age-encryption.org/v1\n".utf8)

    /// The header of a file.
    ///
    /// - Throws: `damaged` for one that is not as it was written, as far as its sum tells.
    static func header(of sealed: Span<UInt8>) throws(VaultError) -> AgeHeader {
        do throws(AgeError) {
            let header = try AgeHeader(parsing: sealed)
            guard header.fitsSum(ofType: type) != false else { throw .wrongMAC }
            return header
        } catch {
            // A newer version, or a wrong byte in the line that names it.
            if error == .unsupportedVersion, fitsOfThisVersion(sealed) { throw VaultError(.wrongMAC) }
            throw VaultError(error)
        }
    }

    private static func fitsOfThisVersion(_ sealed: Span<UInt8>) -> Bool {
        let end = min(sealed.count, AgeLimits.headerBytes)
        guard end > versionLine.count else { return false }
        let text = [UInt8](capacity: end) { output in
            for byte in versionLine { output.append(byte) }
            for index in versionLine.count..<end { output.append(sealed[index]) }
        }
        return (try? AgeHeader(parsing: text.span))?.fitsSum(ofType: type) == true
    }
}

extension VaultFile {
    /// Whether the header of an age file is not as fob wrote it: only what reads as one is looked at.
    package static func hasDamagedHeader(_ sealed: Span<UInt8>) -> Bool {
        (try? AgeHeader(parsing: sealed))?.fitsSum(ofType: HeaderSum.type) == false
    }

    /// Whether a file that a passphrase does not open is damaged, when it was written without a sum.
    ///
    /// - Parameters:
    ///   - copy: an older copy of the same vault.
    ///   - passphrase: what does not open `sealed`.
    /// - Returns: true when the passphrase opens `copy`, and `sealed` still names, or all but names, the derivation by
    ///   which it does: after a change of passphrase it would name another.
    package static func isDamaged(
        _ sealed: Span<UInt8>, beside copy: Span<UInt8>, passphrase: Span<UInt8>
    ) -> Bool {
        guard let header = try? HeaderSum.header(of: sealed), header.fitsSum(ofType: HeaderSum.type) == nil,
            let own = try? HeaderSum.header(of: copy)
        else { return false }
        let lines = header.stanzas.map(\.line)
        for stanza in own.stanzas {
            guard let derivation = try? PassphraseDerivation(stanza),
                lines.contains(where: { isNear($0, stanza.line) }),
                let identity = try? derivation.identity(passphrase)
            else { continue }
            if (try? own.fileKey(for: identity)) != nil { return true }
        }
        return false
    }

    /// Whether two lines differ in a few bytes only, as salts never do.
    private static func isNear(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && zip(a, b).count { $0 != $1 } <= 4
    }
}
