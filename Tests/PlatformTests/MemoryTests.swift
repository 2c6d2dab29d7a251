import Synchronization
import Testing

@testable import Platform

@Suite struct MemoryTests {
    @Test func `every size fits its class and wastes at most a fifth of it`() {
        for size in 1...Arena.mostSmall {
            let slot = SizeClass(holding: size)
            #expect(slot.byteCount >= size)
            #expect(size <= 64 || slot.byteCount - size <= slot.byteCount / 4)
            #expect(SizeClass(holding: slot.byteCount).index == slot.index)
        }
    }

    @Test func `a buffer keeps what is appended and zeroes what it drops`() throws {
        var buffer = try LockedBuffer(capacity: 10)
        buffer.append { output in
            for byte in UInt8(1)...6 { output.append(byte) }
        }
        #expect(buffer.count == 6 && buffer.free == 4)
        buffer.removeFirst(2)
        #expect(buffer.bytes[0] == 3 && buffer.bytes[3] == 6 && buffer.count == 4)
        buffer.truncate(to: 1)
        buffer.append { output in output.append(9) }
        #expect(buffer.bytes[0] == 3 && buffer.bytes[1] == 9)
    }

    @Test func `a secret gives back what it was given`() throws {
        let bytes: [UInt8] = (0..<100).map { UInt8($0) }
        let secret = try Secret(copying: bytes.span)
        secret.withBytes { span in
            #expect(span.count == 100)
            for index in span.indices { #expect(span[index] == UInt8(index)) }
        }
        let shared = SharedSecret(try Secret(LockedBuffer(copying: bytes.span)))
        #expect(shared.withBytes { $0[42] } == 42)
    }

    @Test func `an empty secret is a secret`() throws {
        let secret = try Secret(copying: [UInt8]().span)
        #expect(secret.count == 0)
        #expect(secret.withBytes { $0.count } == 0)
    }

    @Test func `a library's block keeps what is in it when it grows and shrinks`() throws {
        var block = unsafe LibraryAllocator.reallocate(nil, 3)
        unsafe block?.copyMemory(from: [1, 2, 3] as [UInt8], byteCount: 3)
        for size in [17, 5000, 200_000, 40, 3] {
            unsafe block = LibraryAllocator.reallocate(block, size)
            let address = UInt(bitPattern: block)
            #expect(address != 0 && address % 16 == 0)
            let kept = unsafe UnsafeRawBufferPointer(start: block, count: block == nil ? 0 : 3).map { $0 }
            #expect(kept == [1, 2, 3])
        }
        unsafe LibraryAllocator.free(block)
        unsafe LibraryAllocator.free(nil)
        let impossible = unsafe (LibraryAllocator.allocate(-1), LibraryAllocator.allocate(Int.max))
        let isRefused = unsafe impossible.0 == nil && impossible.1 == nil
        #expect(isRefused)
    }

    @Test func `released slots are used again`() throws {
        let before = try Memory.report().bytesReserved
        for _ in 0..<20_000 { _ = try LockedBuffer(capacity: 3000) }
        // They would take 80 MB. Other tests use the arena at the same time.
        #expect(try Memory.report().bytesReserved - before <= 32 << 20)
    }

    @Test func `a burst of one size leaves no memory taken for the next`() throws {
        var arena = try Arena(.unlocked, mostBlocks: 256)
        let start = arena.committed
        for size in [1, 20, 100, 700, 1024, 2048, 2049, 5000, 65_536, 300_000] {
            var slots: [Slot] = []
            while arena.inUse < 2 << 20 { slots.append(try arena.allocate(size)) }
            #expect(arena.committed < 3 << 20)
            for slot in slots { arena.release(slot, size) }
            #expect(arena.inUse == 0)
            #expect(arena.committed <= start + 8 * Pages.blockBytes)
        }
    }

    @Test func `slots in use never overlap, and are zero when they are handed out`() throws {
        var arena = try Arena(.unlocked, mostBlocks: 256)
        var random = SystemRandomNumberGenerator()
        var held: [(slot: Slot, count: Int, mark: UInt8)] = []
        for round in 0..<20_000 {
            if held.count > 200 || (!held.isEmpty && UInt8.random(in: 0...2, using: &random) == 0) {
                let (slot, count, mark) = held.remove(at: Int.random(in: 0..<held.count, using: &random))
                let bytes = unsafe UnsafeRawBufferPointer(start: slot.start, count: count)
                #expect(unsafe bytes.allSatisfy { $0 == mark })
                arena.release(slot, count)
            } else {
                let small = UInt8.random(in: 0...9, using: &random) > 0
                let count = Int.random(in: 1...(small ? 400 : 30_000), using: &random)
                let slot = try arena.allocate(count)
                let bytes = unsafe UnsafeMutableRawBufferPointer(start: slot.start, count: count)
                #expect(unsafe bytes.allSatisfy { $0 == 0 })
                let mark = UInt8(round % 255 + 1)
                for index in 0..<count { unsafe bytes[index] = mark }
                held.append((slot, count, mark))
            }
        }
        for (slot, count, _) in held { arena.release(slot, count) }
        #expect(arena.inUse == 0)
    }

    @Test func `a full arena without secret memory still has room to use what it holds`() throws {
        var arena = try Arena(.unlocked, mostBlocks: 64)
        var slots: [Slot] = []
        while let slot = try? arena.allocate(100_000) { slots.append(slot) }
        while let slot = try? arena.allocate(64) { slots.append(slot) }
        for _ in 0..<100 {
            let first = try arena.allocate(64, urgent: true)
            let second = try arena.allocate(20_000, urgent: true)
            #expect(throws: MemoryError.exhausted) { try arena.allocate(64) }
            arena.release(first, 64)
            arena.release(second, 20_000)
        }
    }

    @Test func `an arena shields what it stores when the kernel can show the pages`() throws {
        var pool = Memory.Pool()
        pool.shield = nil
        try pool.arena.open(allowUnlocked: true)
        pool.shield = try Shield(in: &pool.arena)
        let plain: [UInt8] = Array("a secret that must not be found!".utf8)
        let source = try pool.arena.allocate(32)
        let slot = try pool.arena.allocate(32)
        Memory.write(plain, to: source)
        let number = pool.hide(source, in: slot, count: 32)
        #expect(Memory.read(slot, count: 32) != plain)
        let shown = pool.reveal(slot, number, 32)
        #expect(Memory.read(shown, count: 32) == plain)
        pool.arena.release(shown, 32)
        #expect(Array(Memory.read(shown, count: 32).dropFirst(8)) == [UInt8](repeating: 0, count: 24))
    }

    @Test func `reading past the arena ends the process`() async {
        await #expect(processExitsWith: .failure) {
            try Memory.prepare()
            Memory.touchOutside()
        }
    }
}

extension Memory {
    static func write(_ bytes: [UInt8], to slot: Slot) {
        for (index, byte) in bytes.enumerated() {
            unsafe slot.start.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
        }
    }

    static func read(_ slot: Slot, count: Int) -> [UInt8] {
        (0..<count).map { index in unsafe slot.start.load(fromByteOffset: index, as: UInt8.self) }
    }

    static func touchOutside() {
        let range = pool.withLock { pool in pool.arena.range }
        let past = unsafe UnsafeRawPointer(bitPattern: range.address - 1)
        if let past = unsafe past { _ = unsafe past.load(as: UInt8.self) }
    }
}
