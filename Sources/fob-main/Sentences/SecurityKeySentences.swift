import Client

/// What is said of hardware security keys that open the vault.
extension Sentences {
    static let verifyWithoutSecurityKey = tr("'--verify' goes with '--security-key'.")
    static let givePINDescriptor = tr("give it by --pin-fd, or leave out --no-ask")
    static let securityKeyPINLength = tr("a PIN of a security key has 4 to 63 bytes")
    static func securityKeyLabel(_ number: Int) -> String {
        number == 1 ? tr("security key") : tr("security key \(number)")
    }
    static let noSecurityKeys = tr("no security key opens this vault")
    static let addSecurityKey = tr("add one with fob access add --security-key, once the vault is open")
    static let otherWayIn = tr("take the passphrase, a kit code or an identity")
}
