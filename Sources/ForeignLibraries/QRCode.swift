import CQRencode
import CSodium
import Platform

/// The QR code (ISO/IEC 18004) of a text, as squares in locked memory: whoever sees them has the text.
package struct QRCode: ~Copyable {
    /// How much of a code may be covered or dirty.
    package enum Correction: Sendable {
        /// 7 percent; holds most.
        case low
        /// 15 percent.
        case medium

        fileprivate var level: QRecLevel {
            switch self {
            case .low: QR_ECLEVEL_L
            case .medium: QR_ECLEVEL_M
            }
        }

        /// Bytes that the largest code holds (table 7).
        package var mostOctets: Int {
            switch self {
            case .low: 2953
            case .medium: 2331
            }
        }
    }

    /// Squares of light that have to surround a code.
    package static let quietZone = 4

    /// Squares on a side, without the quiet zone.
    package let width: Int
    /// One byte for each square, row by row; the lowest bit says that it is dark.
    private let squares: LockedBuffer

    /// The smallest code for `text`.
    ///
    /// - Throws: `ForeignError.tooLarge` for more bytes than a code holds, `badParameter` for none.
    package init(_ text: Span<UInt8>, correction: Correction = .medium) throws(ForeignError) {
        guard text.count > 0 else { throw .badParameter }
        guard text.count <= correction.mostOctets else { throw .tooLarge }
        let made = unsafe text.withUnsafeBufferPointer {
            unsafe QRcode_encodeData(Int32($0.count), $0.baseAddress, 0, correction.level)
        }
        guard let made = unsafe made else { throw fob_qrencode_errno() == ERANGE ? .tooLarge : .outOfMemory }
        let side = unsafe Int(made.pointee.width)
        let data = unsafe UnsafeMutableBufferPointer(start: made.pointee.data, count: side * side)
        // The library's copy would stay behind in freed memory.
        defer {
            unsafe sodium_memzero(data.baseAddress, data.count)
            unsafe QRcode_free(made)
        }
        do throws(MemoryError) {
            squares = try unsafe LockedBuffer(copying: data.span)
        } catch {
            throw .outOfMemory
        }
        width = side
    }

    /// Whether a square is dark; false in the quiet zone and beyond.
    package func isDark(column: Int, row: Int) -> Bool {
        guard (0..<width).contains(column), (0..<width).contains(row) else { return false }
        return squares.bytes[row * width + column] & 1 == 1
    }
}
