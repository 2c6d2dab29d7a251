import Platform
package import Wire

/// Hardware security keys that open the vault.
extension Connection {
    /// HARDWARE_KEYS.
    package mutating func hardwareKeys() throws(ClientError) -> [HardwareCredential] {
        let reply: HardwareKeysReply = try request(HardwareKeysRequest())
        return reply.keys
    }

    /// UNLOCK by the 32 bytes that a security key has computed.
    package mutating func unlock(hardware secret: Span<UInt8>) throws(ClientError) {
        try unlock(.hardware, secret)
    }

    /// UNLOCK by the text of an age identity.
    package mutating func unlock(identity text: Span<UInt8>) throws(ClientError) {
        try unlock(.identity, text)
    }

    /// HARDWARE_ADD.
    package mutating func addHardware(
        _ credential: HardwareCredential, secret: Span<UInt8>, passphrase: Span<UInt8>
    ) throws(ClientError) -> Identifier {
        let added: AccessAddedReply = try request(
            HardwareAddRequest(passphrase: passphrase, secret: secret, credential: credential))
        return added.id
    }
}
