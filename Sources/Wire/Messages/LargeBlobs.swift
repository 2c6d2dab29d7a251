/// What LARGE_BLOBS is about.
package enum LargeBlobAction: UInt8, CaseIterable, Sendable {
    /// A part of what is there.
    case read = 0
    /// A part of what is to be there; the last one makes it so.
    case write = 1
    /// The key of the security key that this connection has made or used last; with a credential id in `bytes`, that of one
    /// which a verified owner's token has just listed.
    case key = 2
}

/// LARGE_BLOBS: what sites keep beside their keys (CTAP 2.1, section 6.10), which they encrypt.
package struct LargeBlobsRequest: PlainMessage, Request {
    package typealias Reply = LargeBlobsReply
    package static var type: MessageType { .largeBlobs }
    /// What to do.
    package var action = LargeBlobAction.read
    /// Where the part begins.
    package var offset: UInt32 = 0
    /// Reading: how much at most. Writing: how much there will be in all, with the first part only; else 0.
    package var count: UInt32 = 0
    /// The part that is written, or the credential id.
    package var bytes: [UInt8] = []
    /// The proof over `FF` (32 times) `0C 00`, the offset (32 bits, little-endian) and the SHA-256 of the part.
    package var authentication: PinAuthentication?

    package init() {}

    /// A request for what needs no proof.
    package init(_ action: LargeBlobAction, offset: UInt32 = 0, count: UInt32 = 0) {
        (self.action, self.offset, self.count) = (action, offset, count)
    }

    /// A part that is written.
    package init(offset: UInt32, total: UInt32, bytes: [UInt8], authentication: PinAuthentication) {
        (action, self.offset, count, self.bytes) = (.write, offset, total, bytes)
        self.authentication = authentication
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&action)
        try coder.integer(&offset)
        try coder.integer(&count)
        try coder.bytes(&bytes, 0...Limits.largeBlobPart)
        try coder.optional(&authentication)
    }
}

/// LARGE_BLOBS_REPLY: the part, or the key; empty when there is none, or for what was written.
package struct LargeBlobsReply: PlainMessage {
    package static var type: MessageType { .largeBlobsReply }
    /// The bytes.
    package var bytes: [UInt8] = []

    package init() {}

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&bytes, 0...Limits.largeBlobPart)
    }

    /// Octets of a body with so many bytes.
    package static func bodyCount(_ bytes: Int) -> Int { 2 + bytes }

    /// Appends a body with those bytes, which stay where their owner has them: a key is a secret.
    package static func encode(_ bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendCounted(bytes, 0...Limits.largeBlobPart)
    }
}
