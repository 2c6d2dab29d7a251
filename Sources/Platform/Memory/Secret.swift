import CLinux
import CSodium
import Synchronization

/// A secret at rest in the arena: written once, shielded where the kernel does not hide the page itself, wiped when
/// released. It can be borrowed and moved, never copied, printed, stored in a collection or compared by `==`.
@safe
package struct Secret: ~Copyable, @unchecked Sendable {
    // Invariant: `slot` has `count` bytes that nobody else holds and nobody writes after `init`;
    // encrypted under `number` if the pool has a shield.
    private let slot: Slot
    private let number: UInt64
    /// Its length in bytes.
    package let count: Int

    /// Takes over what `buffer` holds: where it lies, when nothing hides it there.
    package init(_ buffer: consuming LockedBuffer) throws(MemoryError) {
        let size = buffer.count
        count = size
        if !Memory.isShielded, let slot = buffer.takeSlot() {
            self.slot = slot
            number = 0
            return
        }
        let slot = try Memory.allocate(size)
        self.slot = slot
        number = Self.put(unsafe Slot(start: buffer.base), in: slot, count: size)
    }

    /// Keeps a copy of `bytes`.
    package init(copying bytes: Span<UInt8>) throws(MemoryError) {
        let slot = try Memory.allocate(bytes.count)
        (self.slot, count) = (slot, bytes.count)
        number = unsafe bytes.withPointer { start in
            let source = unsafe Slot(start: UnsafeMutableRawPointer(mutating: start))
            return Self.put(source, in: slot, count: bytes.count)
        }
    }

    /// Copies or encrypts; returns the number that names the key stream, 0 for none.
    private static func put(_ source: Slot, in slot: Slot, count: Int) -> UInt64 {
        guard count > 0, Memory.isShielded else {
            // Nobody waits for the pages of a new slot, which the kernel makes now.
            unsafe slot.start.copyMemory(from: source.start, byteCount: count)
            return 0
        }
        return Memory.pool.withLock { pool in pool.hide(source, in: slot, count: count) }
    }

    /// `count` bytes from the system's random generator.
    package static func random(count: Int) throws(MemoryError) -> Secret {
        var buffer = try LockedBuffer(capacity: count)
        buffer.append { output in Sodium.randomBytes(into: &output, count: count) }
        return try Secret(buffer)
    }

    deinit { Memory.release(slot, count) }

    /// Lends the bytes to `body`. Where they are shielded, `body` sees a copy that is wiped afterwards.
    ///
    /// The room for that copy is held back by the arena.
    package borrowing func withBytes<R: ~Copyable, E: Error>(
        _ body: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        guard number != 0 else { return try body(Self.span(slot, count)) }
        let plain = Memory.pool.withLock { pool in pool.reveal(slot, number, count) }
        defer { Memory.release(plain, count) }
        return try body(Self.span(plain, count))
    }

    /// Has the processor fetch the bytes.
    fileprivate borrowing func prefetch() {
        unsafe fob_prefetch(slot.start)
        if count > 64 { unsafe fob_prefetch(slot.start + 64) }
    }

    /// Appends a copy of the bytes to `buffer`, which has room for them.
    package borrowing func append(to buffer: inout LockedBuffer) {
        guard number != 0 else { return buffer.append(copying: Self.span(slot, count)) }
        withBytes { buffer.append(copying: $0) }
    }

    @_lifetime(immortal)
    private static func span(_ slot: Slot, _ count: Int) -> Span<UInt8> {
        let start = unsafe UnsafePointer(slot.start.assumingMemoryBound(to: UInt8.self))
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), copying: ())
    }
}

extension Memory.Pool {
    /// Encrypts `source` into `slot`; returns the number that names its key stream.
    mutating func hide(_ source: Slot, in slot: Slot, count: Int) -> UInt64 {
        beginUse()
        defer { endUse() }
        let number = shield?.nextNumber() ?? 0
        shield?.apply(number: number, from: source, to: slot, count: count)
        return number
    }

    /// A new slot with the decrypted contents of `slot`.
    mutating func reveal(_ slot: Slot, _ number: UInt64, _ count: Int) -> Slot {
        guard let plain = try? arena.allocate(count, urgent: true) else {
            fatalError("fob: internal error: no locked memory left to use a secret in")
        }
        beginUse()
        defer { endUse() }
        shield?.apply(number: number, from: slot, to: plain, count: count)
        return plain
    }
}

/// A `Secret` that several owners may hold, across threads too: it never changes, and the last to let go wipes it.
package final class SharedSecret: Sendable {
    private let secret: Secret

    /// Takes `secret` over.
    package init(_ secret: consuming Secret) { self.secret = secret }

    /// Its length in bytes.
    package var count: Int { secret.count }

    /// Has the processor fetch its bytes.
    package func prefetchBytes() { secret.prefetch() }

    /// Appends a copy of the bytes to `buffer`, which has room for them.
    package func append(to buffer: inout LockedBuffer) { secret.append(to: &buffer) }

    /// Lends the bytes to `body`, as `Secret.withBytes` does.
    package func withBytes<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try secret.withBytes(body)
    }
}
