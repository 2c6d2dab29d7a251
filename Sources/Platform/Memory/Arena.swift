import CLinux
import CSodium

/// Why memory for secrets could not be had.
package enum MemoryError: Error, Equatable {
    /// The kernel refused to lock memory at all; the number is its `errno`.
    case cannotLock(errno: Int32)
    /// The arena may not grow any more: RLIMIT_MEMLOCK, or the arena's own bound, is reached.
    case exhausted
    /// A derivation asked for more ordinary memory than there is.
    case outOfMemory
}

/// How the arena's pages are kept from others.
package enum MemoryProtection: UInt8, Sendable {
    /// `memfd_secret(2)`: not even the kernel maps these pages.
    case secretMemory = 1
    /// `mlock(2)`, and contents encrypted between uses.
    case lockedAndShielded = 2
    /// Not locked: only by the owner's explicit wish. Contents are encrypted between uses.
    case unlocked = 3
}

/// The address of a slot. The arena hands it to one holder at a time, who may be on any thread.
@safe struct Slot: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
}

/// Slots for secrets, wiped when they are released.
///
/// Small ones come in size classes, of which each has pages of its own; large ones are whole pages. A page goes back
/// when nothing of it is in use, so that a burst of one kind does not take memory from another.
@safe struct Arena: ~Copyable {
    /// The largest slot that shares its page.
    static let mostSmall = 2048
    /// Pages that only urgent allocations may take, where using a secret needs a slot of its own.
    private static let reservePages = 32

    private var pages: Pages
    private var slabs: [Slab] = []
    /// Per class, the number + 1 of a page with a free slot; 0 for none.
    private var partial = [Int](repeating: 0, count: SizeClass.count)
    /// Offset of the pages for urgent allocations; nil where there are none.
    private var reserve: Int?
    /// A set bit is a page of the reserve in use.
    private var reserveUsed: UInt32 = 0
    /// Bytes of slots.
    private(set) var inUse = 0

    /// A page of small slots. Offsets are bytes from its start, + 1; 0 for none.
    private struct Slab {
        var sizeClass = 0
        var used = 0
        /// A free slot, whose first two bytes hold the next one.
        var free: UInt16 = 0
        /// Behind the last slot that was ever used.
        var fresh = 0
        /// Neighbours among the pages of its class that have a free slot: their numbers + 1.
        var next = 0
        var previous = 0
    }

    /// Nil until `open`.
    var protection: MemoryProtection? { pages.protection }
    /// Bytes committed and locked.
    var committed: Int { pages.committed }
    /// The range that was ever committed, for tests that look for what must not be there.
    var range: (address: UInt, count: Int) { pages.range }

    /// An arena that is not open.
    init() { pages = Pages() }

    /// For tests: open in the way and within the bound that they need.
    init(_ protection: MemoryProtection, mostBlocks: Int) throws(MemoryError) {
        pages = Pages(mostBlocks: mostBlocks)
        guard pages.open(as: protection) else { throw .exhausted }
        try holdBack()
    }

    /// Commits the first block in the best way that the kernel and the limits allow.
    mutating func open(allowUnlocked: Bool, least: Int = 0) throws(MemoryError) {
        try pages.open(allowUnlocked: allowUnlocked, least: least)
        try holdBack()
    }

    private mutating func holdBack() throws(MemoryError) {
        if protection != .secretMemory { reserve = try pages.take(Self.reservePages) }
    }

    /// A zeroed slot of at least `count` bytes.
    ///
    /// - Parameter urgent: may use pages that are held back, so that secrets at rest can always be used.
    mutating func allocate(_ count: Int, urgent: Bool = false) throws(MemoryError) -> Slot {
        let offset: Int
        do throws(MemoryError) {
            offset = try count <= Self.mostSmall ? takeSmall(SizeClass(holding: count)) : takePages(count)
        } catch {
            guard urgent, let held = takeReserve(count) else { throw error }
            return unsafe Slot(start: pages.base + held)
        }
        inUse += Self.byteCount(count)
        return unsafe Slot(start: pages.base + offset)
    }

    /// Takes back the slot that was asked for with the same `count`.
    mutating func release(_ slot: Slot, _ count: Int) {
        let offset = unsafe slot.start - pages.base
        if let reserve, (reserve..<reserve + Self.reservePages * Pages.pageBytes).contains(offset) {
            return giveReserve(offset - reserve, slot, count)
        }
        let size = Self.byteCount(count)
        unsafe sodium_memzero(slot.start, size)
        inUse -= size
        if count <= Self.mostSmall { giveSmall(offset, slot) } else { pages.give(offset, Self.pageCount(count)) }
    }

    static func byteCount(_ count: Int) -> Int {
        count <= mostSmall ? SizeClass(holding: count).byteCount : pageCount(count) * Pages.pageBytes
    }

    private static func pageCount(_ count: Int) -> Int { max(count + Pages.pageBytes - 1, 1) / Pages.pageBytes }

    // MARK: Whole pages

    private mutating func takePages(_ count: Int) throws(MemoryError) -> Int {
        guard count <= Pages.reservedBytes else { throw .exhausted }
        return try pages.take(Self.pageCount(count))
    }

    private mutating func takeReserve(_ count: Int) -> Int? {
        let needed = max(Self.pageCount(count), 1)
        guard let reserve, needed < Self.reservePages else { return nil }
        let mask: UInt32 = 1 << UInt32(needed) - 1
        for first in 0...Self.reservePages - needed where reserveUsed & mask << UInt32(first) == 0 {
            reserveUsed |= mask << UInt32(first)
            return reserve + first * Pages.pageBytes
        }
        return nil
    }

    private mutating func giveReserve(_ offset: Int, _ slot: Slot, _ count: Int) {
        let taken = max(Self.pageCount(count), 1)
        unsafe sodium_memzero(slot.start, taken * Pages.pageBytes)
        reserveUsed &= ~((1 << UInt32(taken) - 1) << UInt32(offset / Pages.pageBytes))
    }

    // MARK: Parts of pages

    private mutating func takeSmall(_ size: SizeClass) throws(MemoryError) -> Int {
        if partial[size.index] == 0 {
            let page = try pages.take(1) / Pages.pageBytes
            while slabs.count <= page { slabs.append(Slab()) }
            slabs[page] = Slab(sizeClass: size.index)
            link(page)
        }
        let page = partial[size.index] - 1
        let start = page * Pages.pageBytes
        var offset = slabs[page].fresh
        if slabs[page].free != 0 {
            offset = Int(slabs[page].free) - 1
            let slot = unsafe pages.base + start + offset
            slabs[page].free = unsafe slot.load(as: UInt16.self)
            unsafe slot.storeBytes(of: 0, as: UInt16.self)
        } else {
            slabs[page].fresh += size.byteCount
        }
        slabs[page].used += 1
        if isFull(page, size.byteCount) { unlink(page) }
        return start + offset
    }

    private mutating func giveSmall(_ offset: Int, _ slot: Slot) {
        let page = offset / Pages.pageBytes
        let size = SizeClass.byteCount(slabs[page].sizeClass)
        if isFull(page, size) { link(page) }
        unsafe slot.start.storeBytes(of: slabs[page].free, as: UInt16.self)
        slabs[page].free = UInt16(offset % Pages.pageBytes + 1)
        slabs[page].used -= 1
        // The last page of a class stays: what is asked for and let go in turn should cost nothing.
        guard slabs[page].used == 0, slabs[page].next != 0 || slabs[page].previous != 0 else { return }
        unlink(page)
        unsafe sodium_memzero(pages.base + page * Pages.pageBytes, Pages.pageBytes)
        pages.give(page * Pages.pageBytes, 1)
    }

    private func isFull(_ page: Int, _ size: Int) -> Bool {
        slabs[page].free == 0 && slabs[page].fresh + size > Pages.pageBytes
    }

    private mutating func link(_ page: Int) {
        let head = partial[slabs[page].sizeClass]
        slabs[page].next = head
        slabs[page].previous = 0
        if head != 0 { slabs[head - 1].previous = page + 1 }
        partial[slabs[page].sizeClass] = page + 1
    }

    private mutating func unlink(_ page: Int) {
        let slab = slabs[page]
        if slab.next != 0 { slabs[slab.next - 1].previous = slab.previous }
        if slab.previous != 0 { slabs[slab.previous - 1].next = slab.next } else { partial[slab.sizeClass] = slab.next }
        slabs[page].next = 0
        slabs[page].previous = 0
    }
}

/// Sizes of small slots: 16, 32, 48, 64, then four steps to each doubling up to 2048, so that at most a fifth of a slot
/// is unused.
struct SizeClass {
    static let count = 4 + 4 * 5

    let index: Int
    let byteCount: Int

    init(holding count: Int) {
        let wanted = max(count, 1)
        if wanted <= 64 {
            index = (wanted - 1) / 16
        } else {
            let exponent = Int.bitWidth - 1 - (wanted - 1).leadingZeroBitCount
            index = 4 + (exponent - 6) * 4 + (wanted - 1 - (1 << exponent)) / (1 << (exponent - 2))
        }
        byteCount = Self.byteCount(index)
    }

    /// The size of the slots of a class.
    static func byteCount(_ index: Int) -> Int {
        guard index >= 4 else { return (index + 1) * 16 }
        let exponent = 6 + (index - 4) / 4
        return (1 << exponent) + ((index - 4) % 4 + 1) << (exponent - 2)
    }
}
