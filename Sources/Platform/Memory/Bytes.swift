import CLinux

extension Span<UInt8> {
    /// Whether the same bytes are in `other`. How long it takes tells where they differ: not for secrets.
    package func isSame(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return unsafe withPointer { own in unsafe other.withPointer { unsafe memcmp(own, $0, count) == 0 } }
    }
}

extension OutputSpan<UInt8> {
    /// Appends a copy of `bytes`, for which there is room.
    package mutating func append(copying bytes: Span<UInt8>) {
        unsafe Sodium.append(bytes.count, to: &self) { target in
            unsafe bytes.withPointer { unsafe target.update(from: $0, count: bytes.count) }
        }
    }
}
