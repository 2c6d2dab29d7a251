import Client

/// What is said of hardware security keys that open the vault.
extension Sentences {
    static let withoutSecurityKey = tr("'--device' and '--pin-fd' go with '--security-key'.")
    static let verifyWithoutSecurityKey = tr("'--verify' goes with '--security-key'.")
    static let securityKeyOrRecipient = tr("Give one of: a recipient, 'codes', '--security-key', '--machine'.")
    static let touchSecurityKey = tr("touch the security key")
    static let securityKeyPINPrompt = tr("PIN of the security key: ")
    static let securityKeyPINExplanation = tr("Enter the PIN of the security key.")
    static let securityKeyPINNeeded = tr("the security key wants its PIN")
    static let givePINDescriptor = tr("give it by --pin-fd, or leave out --no-ask")
    static let securityKeyPINLength = tr("a PIN of a security key has 4 to 63 bytes")
    static func securityKeyLabel(_ number: Int) -> String {
        number == 1 ? tr("security key") : tr("security key \(number)")
    }
    static let noSecurityKeys = tr("no security key opens this vault")
    static let addSecurityKey = tr("add one with fob access add --security-key, once the vault is open")
    static let fileOfNoSecurityKey = tr("no security key opens this file")
    static let otherWayIn = tr("take the passphrase, a kit code or an identity")
    static let passphraseBySecurityKey = tr("a lost passphrase is replaced with: fob passphrase --security-key")
    static let unlockedBySecurityKey = tr("unlocked by the security key")
}
