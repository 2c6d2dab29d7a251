import CZlib

/// Unfolds what was compressed (RFC 1951) by zlib.
package enum Deflate {
    /// What stands around the compressed bytes.
    package enum Wrapping: Sendable {
        /// Nothing.
        case none
        /// The header and the checksum of gzip (RFC 1952).
        case gzip

        fileprivate var bits: Int32 {
            switch self {
            case .none: -15
            case .gzip: 15 + 16
            }
        }
    }

    /// CRC-32 as archives have it.
    static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            UInt32(truncatingIfNeeded: unsafe crc32_z(0, bytes.baseAddress, bytes.count))
        }
    }

    /// Appends what `input` unfolds to, at most what the output has room for.
    ///
    /// - Returns: false when there is more than that; what was appended then is of no use.
    package static func unfold(
        _ input: Span<UInt8>, _ wrapping: Wrapping, into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) -> Bool {
        var stream = unsafe z_stream()
        guard unsafe fob_inflate_begin(&stream, wrapping.bits) == Z_OK else { throw .outOfMemory }
        defer { unsafe inflateEnd(&stream) }
        guard let count = UInt32(exactly: input.count), let room = UInt32(exactly: output.freeCapacity) else {
            throw .tooLarge
        }
        let code: Int32 = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target, filled in
                guard let from = source.baseAddress, let to = target.baseAddress else { return Z_DATA_ERROR }
                unsafe stream.next_in = UnsafeMutablePointer(mutating: from)
                unsafe stream.avail_in = count
                unsafe stream.next_out = to + filled
                unsafe stream.avail_out = room
                let code = unsafe inflate(&stream, Z_FINISH)
                unsafe filled += Int(room - stream.avail_out)
                return code
            }
        }
        switch code {
        case Z_STREAM_END: return true
        case Z_BUF_ERROR where unsafe stream.avail_out == 0: return false
        case Z_MEM_ERROR: throw .outOfMemory
        default: throw .damaged
        }
    }
}
