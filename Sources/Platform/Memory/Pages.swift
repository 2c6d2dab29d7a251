import CLinux

/// Pages of one reserved address range: committed, locked and given back block by block, never moved.
///
/// Everything not committed is `PROT_NONE`, so the range guards itself on both sides. A page that nobody has is zero.
@safe struct Pages: ~Copyable {
    /// Address space set aside; also the most that can ever be committed.
    static let reservedBytes = 256 << 20
    /// What is committed at one time: small enough for the goal of 1 MiB at 1,000 accounts.
    static let blockBytes = pagesPerBlock * pageBytes
    static let pageBytes = 4096
    private static let pagesPerBlock = UInt16.bitWidth
    /// Blocks without a page in use that stay committed, so that one allocation after the other costs no system calls.
    private static let mostSpare = 4

    /// Nil until `open`.
    private(set) var protection: MemoryProtection?
    /// First page; the page below it stays `PROT_NONE`. Valid for `mostBlocks` blocks.
    let base: UnsafeMutableRawPointer
    private let mostBlocks: Int
    private var blocks: [Block] = []
    private var spare = 0
    /// Bytes that are committed.
    private(set) var committed = 0

    private struct Block {
        var isCommitted = false
        /// A set bit is a page in use.
        var used: UInt16 = 0
    }

    /// Sets the address range aside; nothing is committed yet. Tests may bound it tighter.
    init(mostBlocks: Int = reservedBytes / blockBytes - 1) {
        self.mostBlocks = mostBlocks
        guard let range = unsafe fob_reserve(nil, Self.reservedBytes) else {
            fatalError("fob: internal error: no address space for the arena")
        }
        unsafe base = range + Self.pageBytes
    }

    /// Commits the first block in the best way that the kernel and the limits allow.
    mutating func open(allowUnlocked: Bool, least: Int) throws(MemoryError) {
        var refusal = ENOMEM
        if fob_memlock_limit() >= UInt64(least) {
            if open(as: .secretMemory) || open(as: .lockedAndShielded) { return }
            refusal = fob_errno()
        }
        guard allowUnlocked else { throw .cannotLock(errno: refusal) }
        guard open(as: .unlocked) else { throw .outOfMemory }
    }

    /// Commits the first block in that way, if it is possible.
    mutating func open(as wanted: MemoryProtection) -> Bool {
        guard unsafe Self.commit(base, wanted) else { return false }
        protection = wanted
        blocks.append(Block(isCommitted: true))
        committed = Self.blockBytes
        spare = 1
        return true
    }

    /// The offset of `count` pages in a row, all zero. Those that are committed already come first.
    mutating func take(_ count: Int) throws(MemoryError) -> Int {
        guard
            let first = find(count, in: blocks.count, committedOnly: true)
                ?? find(
                    count, in: min(blocks.count + count / Self.pagesPerBlock + 2, mostBlocks), committedOnly: false)
        else { throw .exhausted }
        let last = (first + count - 1) / Self.pagesPerBlock
        for block in first / Self.pagesPerBlock...last { try commit(block, needed: first / Self.pagesPerBlock...last) }
        for page in first..<first + count { set(page) }
        return first * Self.pageBytes
    }

    /// Takes pages back, which the caller has wiped.
    mutating func give(_ offset: Int, _ count: Int) {
        let first = offset / Self.pageBytes
        for page in first..<first + count { clear(page) }
        // The last ones go: those that stay lie beside each other, where the next thing that is larger than a block finds room.
        var block = blocks.count
        while spare > Self.mostSpare, block > 0 {
            block -= 1
            if blocks[block].used == 0 { decommit(block) }
        }
    }

    /// The range from the first page to the last that was ever committed.
    var range: (address: UInt, count: Int) { (UInt(bitPattern: unsafe base), blocks.count * Self.blockBytes) }

    // MARK: Pages in use

    /// The number of the first of `count` free pages in a row, in the first `end` blocks.
    private func find(_ count: Int, in end: Int, committedOnly: Bool) -> Int? {
        var run = 0
        for number in 0..<end {
            let block = number < blocks.count ? blocks[number] : Block()
            guard block.used != .max, block.isCommitted || !committedOnly else {
                run = 0
                continue
            }
            for page in 0..<Self.pagesPerBlock {
                run = block.used >> UInt16(page) & 1 == 0 ? run + 1 : 0
                if run == count { return number * Self.pagesPerBlock + page + 1 - count }
            }
        }
        return nil
    }

    private mutating func set(_ page: Int) {
        let block = page / Self.pagesPerBlock
        if blocks[block].used == 0 { spare -= 1 }
        blocks[block].used |= 1 << UInt16(page % Self.pagesPerBlock)
    }

    private mutating func clear(_ page: Int) {
        let block = page / Self.pagesPerBlock
        blocks[block].used &= ~(1 << UInt16(page % Self.pagesPerBlock))
        if blocks[block].used == 0 { spare += 1 }
    }

    // MARK: Blocks

    private mutating func commit(_ block: Int, needed: ClosedRange<Int>) throws(MemoryError) {
        while blocks.count <= block { blocks.append(Block()) }
        guard !blocks[block].isCommitted else { return }
        if unsafe !Self.commit(address(block), protection) {
            // At the limit, blocks that wait elsewhere make room.
            for other in blocks.indices where blocks[other].used == 0 && !needed.contains(other) { decommit(other) }
            guard unsafe Self.commit(address(block), protection) else { throw .exhausted }
        }
        blocks[block].isCommitted = true
        committed += Self.blockBytes
        spare += 1
    }

    private mutating func decommit(_ block: Int) {
        guard blocks[block].isCommitted, unsafe fob_reserve(address(block), Self.blockBytes) != nil else { return }
        blocks[block].isCommitted = false
        committed -= Self.blockBytes
        spare -= 1
    }

    private func address(_ block: Int) -> UnsafeMutableRawPointer { unsafe base + block * Self.blockBytes }

    /// When it fails, `errno` says why.
    private static func commit(_ at: UnsafeMutableRawPointer, _ protection: MemoryProtection?) -> Bool {
        switch protection {
        case .secretMemory: unsafe commitSecret(at)
        case .lockedAndShielded: unsafe commitLocked(at)
        case .unlocked: unsafe commitPlain(at)
        case nil: false
        }
    }

    private static func commitSecret(_ at: UnsafeMutableRawPointer) -> Bool {
        let descriptor = fob_memfd_secret()
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard ftruncate(descriptor, blockBytes) == 0 else { return false }
        guard unsafe fob_map_shared(at, blockBytes, descriptor) == 0 else {
            unsafe fob_reserve(at, blockBytes)
            return false
        }
        // Shared pages cannot be wiped on fork; a child must not see them at all.
        _ = unsafe madvise(at, blockBytes, MADV_DONTFORK)
        _ = unsafe madvise(at, blockBytes, MADV_DONTDUMP)
        return true
    }

    private static func commitLocked(_ at: UnsafeMutableRawPointer) -> Bool {
        guard unsafe commitPlain(at) else { return false }
        if unsafe mlock(at, blockBytes) == 0 { return true }
        let code = fob_errno()
        unsafe fob_reserve(at, blockBytes)
        fob_set_errno(code)
        return false
    }

    private static func commitPlain(_ at: UnsafeMutableRawPointer) -> Bool {
        guard unsafe mprotect(at, blockBytes, PROT_READ | PROT_WRITE) == 0 else { return false }
        _ = unsafe madvise(at, blockBytes, MADV_WIPEONFORK)
        _ = unsafe madvise(at, blockBytes, MADV_DONTDUMP)
        return true
    }
}
