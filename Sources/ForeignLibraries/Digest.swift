import CGcrypt

/// Hashes of keys and files, for what no other module has.
package enum Digest {
    /// A hash of the SHA family (FIPS 180-4), and MD5 (RFC 1321), of which keys of old files are made.
    package enum Hash: Sendable {
        /// 16 bytes.
        case md5
        /// 20 bytes.
        case sha1
        /// 32 bytes.
        case sha256
        /// 64 bytes.
        case sha512

        fileprivate var number: Int32 {
            switch self {
            case .md5: Int32(GCRY_MD_MD5.rawValue)
            case .sha1: Int32(GCRY_MD_SHA1.rawValue)
            case .sha256: Int32(GCRY_MD_SHA256.rawValue)
            case .sha512: Int32(GCRY_MD_SHA512.rawValue)
            }
        }

        /// Bytes.
        package var count: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha256: 32
            case .sha512: 64
            }
        }
    }

    /// Appends the hash of `message`.
    package static func append(
        _ hash: Hash, of message: Span<UInt8>, to output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        guard output.freeCapacity >= hash.count else { throw .tooLarge }
        Library.prepare()
        unsafe message.withUnsafeBytes { message in
            unsafe output.withUnsafeMutableBufferPointer { target, filled in
                guard let to = target.baseAddress else { return }
                // The library wants a pointer even to nothing.
                unsafe gcry_md_hash_buffer(
                    hash.number, to + filled, message.baseAddress ?? UnsafeRawPointer(to), message.count)
                filled += hash.count
            }
        }
    }
}
