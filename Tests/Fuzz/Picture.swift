import CScan
import Glibc

/// The decoder of pictures, which reads from one descriptor and writes to another.
enum Picture {
    private static let hasHEIF = fob_heif_load() != 0

    // Inputs are smaller than what a pipe holds.
    static func scan(_ bytes: Span<UInt8>) {
        _ = hasHEIF
        var ends: [2 of Int32] = [-1, -1]
        var span = ends.mutableSpan
        let isMade = unsafe span.withUnsafeMutableBufferPointer { ends in
            guard let first = ends.baseAddress else { return false }
            return unsafe pipe(first) == 0
        }
        guard isMade else { return }
        defer { close(ends[0]) }
        let sent = unsafe bytes.withUnsafeBytes { unsafe write(ends[1], $0.baseAddress, $0.count) }
        close(ends[1])
        guard sent == bytes.count else { return }
        let nowhere = unsafe open("/dev/null", O_WRONLY)
        // A picture of some octets can be as large as any: those take their time, as they may.
        _ = fob_scan_within(ends[0], nowhere, 1 << 16)
        close(nowhere)
    }
}
