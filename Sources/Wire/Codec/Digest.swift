/// A SHA-256 value: 32 bytes on the wire.
package struct Digest: Field, Equatable, Sendable {
    /// Bytes on the wire.
    package static let count = 32
    /// The bytes.
    package private(set) var bytes: [32 of UInt8]

    /// A digest of those bytes.
    package init(_ bytes: [32 of UInt8]) { self.bytes = bytes }

    package init() { bytes = .init(repeating: 0) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        var span = bytes.mutableSpan
        try coder.fixed(&span)
    }

    /// Compares byte by byte; digests are public.
    package static func == (left: Digest, right: Digest) -> Bool {
        left.bytes.indices.allSatisfy { left.bytes[$0] == right.bytes[$0] }
    }
}
