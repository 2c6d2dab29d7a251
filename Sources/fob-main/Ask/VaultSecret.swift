import Client
import Platform
import Vault
import Wire

/// What somebody has typed where a passphrase is asked for: that, or a kit code. The check symbols tell them apart.
enum VaultSecret {
    case passphrase
    /// A kit code, as its 15 bytes.
    case code

    /// Gives a kit code to `body` as such, and everything else as a passphrase. What looks like a code and opens nothing
    /// may still be a passphrase.
    ///
    /// - Returns: as what `body` took it.
    static func trying(
        _ text: borrowing LockedBuffer, _ body: (VaultSecret, Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) -> VaultSecret {
        let code: KitCode
        do throws(KitCode.Fault) {
            code = try KitCode(text: text.bytes)
        } catch {
            try body(.passphrase, text.bytes)
            return .passphrase
        }
        do throws(ClientError) {
            try code.withBytes { (bytes: Span<UInt8>) throws(ClientError) in try body(.code, bytes) }
            return .code
        } catch {
            guard error.code == .permission else { throw error }
            let refusal = error
            do throws(ClientError) { try body(.passphrase, text.bytes) } catch {
                // That no passphrase is right either is no news for whoever types a code.
                throw error.code == .permission ? refusal : error
            }
            return .passphrase
        }
    }

    /// What a wrong secret says to whoever has typed a kit code, or something like it, where a passphrase was asked for.
    ///
    /// - Parameter takesCode: whether a code would have been taken.
    static func explained(
        _ error: ClientError, of text: borrowing LockedBuffer, takesCode: Bool
    ) -> ClientError {
        guard error.code == .permission else { return error }
        if let fault = KitCode.mistake(in: text.bytes) {
            let told = ClientError(fault)
            return ClientError(.permission, tr("this is not the passphrase, and \(told.message)"), remedy: told.remedy)
        }
        guard !takesCode, Arguments.isKitCode(text.bytes) else { return error }
        return ClientError(.permission, Sentences.codeForPassphrase, remedy: Sentences.passphraseByCode)
    }
}
