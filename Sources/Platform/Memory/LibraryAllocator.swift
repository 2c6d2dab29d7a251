/// The arena for C libraries whose caller may bring an allocator: what they hold is in locked memory, and wiped when they
/// give it back.
@safe package enum LibraryAllocator {
    /// Bytes in front of each block, which hold its size; as many as keep the block aligned for any type.
    private static let header = 16

    /// As `malloc(3)`.
    package static func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        guard count >= 0, count <= Int.max - header, let slot = try? Memory.allocate(header + count) else { return nil }
        unsafe slot.start.storeBytes(of: count, as: Int.self)
        return unsafe slot.start + header
    }

    /// As `realloc(3)`.
    package static func reallocate(_ block: UnsafeMutableRawPointer?, _ count: Int) -> UnsafeMutableRawPointer? {
        guard let block = unsafe block else { return unsafe allocate(count) }
        let old = unsafe (block - header).load(as: Int.self)
        guard let other = unsafe allocate(count) else { return nil }
        unsafe other.copyMemory(from: block, byteCount: min(old, count))
        unsafe free(block)
        return unsafe other
    }

    /// As `free(3)`.
    package static func free(_ block: UnsafeMutableRawPointer?) {
        guard let block = unsafe block else { return }
        let start = unsafe block - header
        let count = unsafe start.load(as: Int.self)
        Memory.release(unsafe Slot(start: start), header + count)
    }
}
