import CSodium

/// Working memory outside the arena, for what is not secret: it is neither locked nor counted there, and wiped all the
/// same when it is released or shortened.
///
/// It is `~Copyable`, as `LockedBuffer` is.
@safe
package struct OrdinaryBuffer: ~Copyable, @unchecked Sendable {
    // Invariant: `base` has at least `capacity` bytes that nobody else holds; the first `count` are the contents.
    private let base: UnsafeMutableRawPointer
    /// The most it can hold, in bytes.
    package let capacity: Int
    /// Bytes held now.
    package private(set) var count = 0

    /// An empty buffer for up to `capacity` bytes.
    package init(capacity: Int) {
        precondition(capacity >= 0)
        unsafe base = .allocate(byteCount: max(capacity, 1), alignment: 1)
        self.capacity = capacity
    }

    deinit {
        unsafe sodium_memzero(base, count)
        unsafe base.deallocate()
    }

    /// The contents.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            let start = unsafe UnsafePointer(base.assumingMemoryBound(to: UInt8.self))
            return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: self)
        }
    }

    /// Bytes that can still be appended.
    package var free: Int { capacity - count }

    /// Lets `body` append into what is still free. What it throws takes back what it has appended.
    package mutating func append<R: ~Copyable, E: Error>(
        _ body: (inout OutputSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let start = unsafe (base + count).assumingMemoryBound(to: UInt8.self)
        let room = unsafe UnsafeMutableBufferPointer(start: start, count: capacity - count)
        var output = unsafe OutputSpan<UInt8>(buffer: room, initializedCount: 0)
        do {
            let result = try body(&output)
            count += unsafe output.finalize(for: room)
            return result
        } catch {
            unsafe sodium_memzero(start, room.count)
            throw error
        }
    }

    /// Appends a copy of `bytes`, which must fit.
    package mutating func append(copying bytes: Span<UInt8>) {
        precondition(bytes.count <= free)
        unsafe bytes.withUnsafeBytes { source in
            guard let from = source.baseAddress else { return }
            unsafe (base + count).copyMemory(from: from, byteCount: source.count)
        }
        count += bytes.count
    }

    /// Drops the first `dropped` bytes; the rest moves to the front.
    package mutating func removeFirst(_ dropped: Int) {
        precondition(dropped >= 0 && dropped <= count)
        unsafe base.copyMemory(from: base + dropped, byteCount: count - dropped)
        unsafe sodium_memzero(base + (count - dropped), dropped)
        count -= dropped
    }
}
