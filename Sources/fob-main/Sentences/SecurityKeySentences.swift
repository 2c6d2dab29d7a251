/// What is said of hardware security keys that open the vault.
extension Sentences {
    static let withoutSecurityKey = "'--device' and '--pin-fd' go with '--security-key'."
    static let verifyWithoutSecurityKey = "'--verify' goes with '--security-key'."
    static let securityKeyOrRecipient = "Give one of: a recipient, 'codes', '--security-key', '--machine'."
    static let touchSecurityKey = "touch the security key"
    static let securityKeyPINPrompt = "PIN of the security key: "
    static let securityKeyPINExplanation = "Enter the PIN of the security key."
    static let securityKeyPINNeeded = "the security key wants its PIN"
    static let givePINDescriptor = "give it by --pin-fd, or leave out --no-ask"
    static let securityKeyPINLength = "a PIN of a security key has 4 to 63 bytes"
    static func securityKeyLabel(_ number: Int) -> String { number == 1 ? "security key" : "security key \(number)" }
    static let noSecurityKeys = "no security key opens this vault"
    static let addSecurityKey = "add one with fob access add --security-key, once the vault is open"
    static let fileOfNoSecurityKey = "no security key opens this file"
    static let otherWayIn = "take the passphrase, a kit code or an identity"
    static let passphraseBySecurityKey = "a lost passphrase is replaced with: fob passphrase --security-key"
    static let unlockedBySecurityKey = "unlocked by the security key"
}
