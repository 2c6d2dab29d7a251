/// Names of hosts that known_hosts keeps as hashes only (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): HMAC-SHA-1 under a salt.
package enum HashedName {
    /// The hash of a name.
    package static func hash(_ name: Span<UInt8>, salt: Span<UInt8>) -> [UInt8] {
        var digest = Digest()
        var mac = HMAC<SHA1>(key: salt)
        mac.update(name)
        mac.finish(into: &digest)
        let bytes = digest.span
        return bytes.indices.map { bytes[$0] }
    }
}
