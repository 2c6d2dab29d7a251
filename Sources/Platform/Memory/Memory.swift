import CLinux
import CSodium
import Synchronization

/// The process's one arena of locked memory, and what can be said about it.
package enum Memory {
    /// What `fob status` tells of the arena.
    package struct Report: Sendable {
        /// How the pages are kept from others.
        package let protection: MemoryProtection
        /// Bytes of slots in use.
        package let bytesInUse: Int
        /// Bytes committed and locked.
        package let bytesReserved: Int
        /// RLIMIT_MEMLOCK in bytes; `UInt64.max` for none.
        package let limit: UInt64

        /// The most that can be committed, as far as is known.
        package var most: Int {
            protection == .unlocked ? Pages.reservedBytes : Int(clamping: min(limit, UInt64(Pages.reservedBytes)))
        }
    }

    struct Pool: ~Copyable {
        var arena = Arena()
        /// Nil where the kernel hides the pages by itself, and before `prepare`.
        var shield: Shield?

        mutating func beginUse() { shield?.begin() }
        mutating func endUse() { shield?.end() }
    }

    static let pool = Mutex<Pool>(Pool())

    /// Whether secrets at rest are encrypted: where the kernel does not hide the pages itself.
    static var isShielded: Bool { shielded.load(ordering: .acquiring) }
    private static let shielded = Atomic(false)

    /// Initialises libsodium and the arena. Called first thing in every program that touches a secret; a later call
    /// does nothing.
    ///
    /// - Parameter least: bytes that must be lockable; with less, nothing is locked at all.
    package static func prepare(allowUnlocked: Bool = false, least: Int = 0) throws(MemoryError) {
        try pool.withLock { (pool: inout Pool) throws(MemoryError) in
            guard pool.arena.protection == nil else { return }
            guard sodium_init() >= 0 else { throw .outOfMemory }
            try pool.arena.open(allowUnlocked: allowUnlocked, least: least)
            guard pool.arena.protection != .secretMemory else { return }
            pool.shield = try Shield(in: &pool.arena)
            shielded.store(true, ordering: .releasing)
        }
    }

    /// The arena as it stands now.
    package static func report() throws(MemoryError) -> Report {
        try prepare()
        return pool.withLock { pool in
            Report(
                protection: pool.arena.protection ?? .unlocked, bytesInUse: pool.arena.inUse,
                bytesReserved: pool.arena.committed, limit: fob_memlock_limit())
        }
    }

    /// Lets a batch of work use many secrets at the price of deriving the shield's key once.
    package static func withShieldOpen<R: ~Copyable, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        pool.withLock { pool in pool.beginUse() }
        defer { pool.withLock { pool in pool.endUse() } }
        return try body()
    }

    /// Overwrites what finished calls have left on this thread's stack (copies of keys in dead frames).
    package static func scrubStack() { fob_scrub_stack() }

    /// The same, after work that goes deeper than a request does.
    package static func scrubDeepStack() { fob_scrub_deep_stack() }

    /// Overwrites the vector registers, through which copies go.
    package static func clearRegisters() { fob_clear_vectors() }

    /// Has the processor fetch the beginning of an object that is about to be read. Whoever reads thousands, each somewhere
    /// else, waits for memory most of the time: for several at once as long as for one.
    package static func prefetch(_ object: ObjectIdentifier) {
        guard let start = unsafe UnsafeRawPointer(bitPattern: UInt(bitPattern: object)) else { return }
        unsafe fob_prefetch(start)
        unsafe fob_prefetch(start + 64)
    }

    /// Gives what the heap does not use back to the system.
    package static func trimHeap() { fob_trim_heap() }

    /// Gives all threads one heap, before there is a second: what one of them lets go another can use.
    package static func shareHeap() { fob_one_heap() }

    static func allocate(_ count: Int) throws(MemoryError) -> Slot {
        let slot = try pool.withLock { (pool: inout Pool) throws(MemoryError) -> Slot? in
            pool.arena.protection == nil ? nil : try pool.arena.allocate(count)
        }
        if let slot { return slot }
        try prepare()
        return try pool.withLock { (pool: inout Pool) throws(MemoryError) in try pool.arena.allocate(count) }
    }

    static func release(_ slot: Slot, _ count: Int) {
        pool.withLock { pool in pool.arena.release(slot, count) }
    }
}
