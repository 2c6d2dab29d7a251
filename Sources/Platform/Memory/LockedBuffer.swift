import CSodium

/// Working memory in the arena: bytes on their unlock method or out. It can be changed, is never shielded, lives briefly
/// and is wiped when it is released or shortened.
///
/// It is `~Copyable`, so that it cannot be stored in a collection, captured by accident or put into a string.
@safe
package struct LockedBuffer: ~Copyable, @unchecked Sendable {
    // Invariant: `base` is an arena slot of at least `capacity` bytes that nobody else holds; the first `count` are
    // the contents and all bytes behind them are zero.
    let base: UnsafeMutableRawPointer
    /// The most it can hold, in bytes.
    package let capacity: Int
    /// Bytes held now.
    package private(set) var count = 0
    /// Somebody else has the slot now.
    private var isTaken = false

    /// An empty buffer for up to `capacity` bytes.
    package init(capacity: Int) throws(MemoryError) {
        precondition(capacity >= 0)
        unsafe base = try Memory.allocate(capacity).start
        self.capacity = capacity
    }

    /// A buffer that holds a copy of `bytes`.
    package init(copying bytes: Span<UInt8>) throws(MemoryError) {
        try self.init(capacity: bytes.count)
        append(copying: bytes)
    }

    deinit { if !isTaken { unsafe Memory.release(Slot(start: base), capacity) } }

    /// The slot with its contents, for whoever keeps and releases it as one of `count` bytes; the buffer is of no use then.
    /// Nil when the arena would take that for one of another size.
    mutating func takeSlot() -> Slot? {
        guard Arena.byteCount(capacity) == Arena.byteCount(count) else { return nil }
        isTaken = true
        return unsafe Slot(start: base)
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

    /// Lets `body` append into what is still free.
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

    /// Lets `body` change the contents in place.
    package mutating func withMutableBytes<R: ~Copyable, E: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        let start = unsafe base.assumingMemoryBound(to: UInt8.self)
        var bytes = unsafe MutableSpan<UInt8>(_unsafeStart: start, count: count)
        return try body(&bytes)
    }

    /// Drops the first `dropped` bytes; the rest moves to the front.
    package mutating func removeFirst(_ dropped: Int) {
        precondition(dropped >= 0 && dropped <= count)
        unsafe base.copyMemory(from: base + dropped, byteCount: count - dropped)
        truncate(to: count - dropped)
    }

    /// Drops everything behind the first `kept` bytes.
    package mutating func truncate(to kept: Int) {
        precondition(kept >= 0 && kept <= count)
        unsafe sodium_memzero(base + kept, count - kept)
        count = kept
    }

    /// Drops everything.
    package mutating func removeAll() { truncate(to: 0) }
}
