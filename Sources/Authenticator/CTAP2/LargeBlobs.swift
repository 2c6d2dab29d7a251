import CBOR
import Wire

extension CTAP2 {
    /// authenticatorLargeBlobs (CTAP 2.1, section 6.10).
    func largeBlobs<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, link: inout Link
    ) throws(CommandFailure) -> CBORMap? {
        let offset = try size(parameters.requiredNumber(3))
        let (count, part) = (try parameters.number(1), try parameters.bytes(2))
        guard (count == nil) != (part == nil) else { throw .status(.invalidParameter) }
        if let count {
            guard parameters.map[4] == nil, parameters.map[5] == nil, parameters.map[6] == nil else {
                throw .status(.invalidParameter)
            }
            guard try size(count) <= Self.longestPart else { throw .status(.invalidLength) }
            let read: LargeBlobsReply = try link.ask(
                LargeBlobsRequest(.read, offset: UInt32(offset), count: UInt32(count)))
            return [1: .bytes(read.bytes)]
        }
        let bytes = part ?? []
        guard bytes.count <= Self.longestPart else { throw .status(.invalidLength) }
        let length = try parameters.number(4)
        guard (length != nil) == (offset == 0) else { throw .status(.invalidParameter) }
        let total = try size(length ?? 0)
        guard total <= Limits.largeBlobs, offset + bytes.count <= Limits.largeBlobs else {
            throw .status(.largeBlobStorageFull)
        }
        // An array and its checksum.
        guard length == nil || total >= 17 else { throw .status(.invalidParameter) }
        guard let authentication = try parameters.authentication(5, version: 6) else {
            throw .status(.verificationRequired)
        }
        do throws(CommandFailure) {
            let _: LargeBlobsReply = try link.ask(
                LargeBlobsRequest(
                    offset: UInt32(offset), total: UInt32(total), bytes: bytes, authentication: authentication))
        } catch {
            // What the agent finds wrong with a part is its place, and with the whole its checksum.
            guard case .status(.invalidParameter) = error else { throw error }
            throw .status(length == nil || bytes.count == total ? .integrityFailure : .invalidSequence)
        }
        return nil
    }

    /// A part is at most so long (section 6.10.2).
    private static var longestPart: Int { Report.message - 64 }

    private func size(_ number: Int) throws(CommandFailure) -> Int {
        guard 0...Int(UInt32.max) ~= number else { throw .status(.invalidParameter) }
        return number
    }

    /// The key of the large blobs of the key that was made or used last.
    func largeBlobKey<Link: AgentLink & ~Copyable>(link: inout Link) throws(CommandFailure) -> [UInt8]? {
        let reply: LargeBlobsReply = try link.ask(LargeBlobsRequest(.key))
        return reply.bytes.isEmpty ? nil : reply.bytes
    }
}
