import CGcrypt

/// Message authentication of other authenticators' files.
package enum Authentication {
    /// The hash of an HMAC (RFC 2104).
    package enum Hash: Sendable {
        /// SHA-1.
        case sha1
        /// SHA-256.
        case sha256
        /// SHA-384.
        case sha384
        /// SHA-512.
        case sha512

        fileprivate var number: Int32 {
            switch self {
            case .sha1: Int32(GCRY_MAC_HMAC_SHA1.rawValue)
            case .sha256: Int32(GCRY_MAC_HMAC_SHA256.rawValue)
            case .sha384: Int32(GCRY_MAC_HMAC_SHA384.rawValue)
            case .sha512: Int32(GCRY_MAC_HMAC_SHA512.rawValue)
            }
        }
    }

    /// Checks the HMAC of a message, without telling by its time where a wrong one differs.
    ///
    /// - Throws: `notAuthentic`.
    package static func check(
        _ message: Span<UInt8>, _ hash: Hash, key: Span<UInt8>, tag: Span<UInt8>
    ) throws(ForeignError) {
        Library.prepare()
        var handle: gcry_mac_hd_t?
        guard unsafe gcry_mac_open(&handle, hash.number, 0, nil) == 0, let handle = unsafe handle else {
            throw .unsupported
        }
        defer { unsafe gcry_mac_close(handle) }
        let isSame = unsafe key.withUnsafeBytes { key in
            unsafe message.withUnsafeBytes { message in
                unsafe tag.withUnsafeBytes { tag in
                    unsafe gcry_mac_setkey(handle, key.baseAddress, key.count) == 0
                        && gcry_mac_write(handle, message.baseAddress, message.count) == 0
                        && tag.count == Int(gcry_mac_get_algo_maclen(hash.number))
                        && gcry_mac_verify(handle, tag.baseAddress, tag.count) == 0
                }
            }
        }
        guard isSame else { throw .notAuthentic }
    }
}
