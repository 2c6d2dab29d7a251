import CSodium

/// The primitives of libsodium that fob uses, over spans: inputs are borrowed, results are appended to the caller's
/// locked output. Wrong sizes are bugs and trap; wrong data is reported.
package enum Sodium {
    /// Appends `count` bytes from the system's random generator.
    package static func randomBytes(into output: inout OutputSpan<UInt8>, count: Int) {
        unsafe append(count, to: &output) { target in unsafe randombytes_buf(target, count) }
    }

    /// 16 random bytes, for names that must not collide; not for keys.
    package static func randomIdentifier() -> [16 of UInt8] {
        var bytes: [16 of UInt8] = .init(repeating: 0)
        var span = bytes.mutableSpan
        unsafe span.withPointer { unsafe randombytes_buf($0, 16) }
        return bytes
    }

    /// Whether two byte strings are equal, in time that depends on their lengths only.
    package static func equal(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        // A copy of a vault is compared with it as a whole: 64 bytes at a time take a quarter of the time.
        let whole = a.count & ~63
        return unsafe a.withPointer { left in
            unsafe b.withPointer { right in
                var difference: Int32 = 0
                for start in stride(from: 0, to: whole, by: 64) {
                    difference |= unsafe crypto_verify_64(left + start, right + start)
                }
                return unsafe difference | sodium_memcmp(left + whole, right + whole, a.count - whole) == 0
            }
        }
    }

    /// Lets `fill` write exactly `count` bytes behind what `output` holds already.
    static func append(
        _ count: Int, to output: inout OutputSpan<UInt8>, fill: (UnsafeMutablePointer<UInt8>) -> Void
    ) {
        precondition(output.freeCapacity >= count, "fob: internal error: output is too small")
        unsafe output.withUnsafeMutableBufferPointer { buffer, used in
            guard let base = buffer.baseAddress else { return }
            unsafe fill(base + used)
            used += count
        }
    }
}

extension Span<UInt8> {
    /// The first byte's address for the time of a call; some valid address when empty.
    func withPointer<R>(_ body: (UnsafePointer<UInt8>) -> R) -> R {
        unsafe withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { return unsafe body(base) }
            return unsafe withUnsafePointer(to: 0 as UInt8) { unsafe body($0) }
        }
    }
}

extension MutableSpan<UInt8> {
    /// The first byte's address for the time of a call. Not for empty spans.
    mutating func withPointer(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        unsafe withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { fatalError("fob: internal error: empty target") }
            unsafe body(base)
        }
    }
}
