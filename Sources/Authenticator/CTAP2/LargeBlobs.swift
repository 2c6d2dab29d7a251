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
        guard total <= Limits.largeBlobs else { throw .status(.largeBlobStorageFull) }
        guard length == nil || bytes.count <= total else { throw .status(.invalidParameter) }
        // An array and its checksum.
        guard length == nil || total >= 17 else { throw .status(.invalidParameter) }
        guard let authentication = try parameters.authentication(5, version: 6) else {
            throw .status(.verificationRequired)
        }
        let write = LargeBlobsRequest(
            offset: UInt32(offset), total: UInt32(total), bytes: bytes, authentication: authentication)
        do throws(LinkFailure) {
            let request = try link.begin(write)
            let reply = try link.wait(for: request, .processing, milliseconds: nil, reply: LargeBlobsReply.self)
            // No reply is no success.
            guard reply != nil else { throw LinkFailure.refused(.internalFault) }
        } catch {
            // What the agent finds wrong with a part is its place, and with the whole its checksum.
            switch error {
            case .refused(.usage): throw .status(.invalidSequence)
            case .refused(.badInput): throw .status(.integrityFailure)
            default: throw CommandFailure(error)
            }
        }
        return nil
    }

    /// A part is at most so long (section 6.10.2).
    private static var longestPart: Int { Report.message - 64 }

    private func size(_ number: Int) throws(CommandFailure) -> Int {
        guard 0...Int(UInt32.max) ~= number else { throw .status(.invalidParameter) }
        return number
    }

    /// The key of the large blobs of a key that a verified owner's token has just listed, or else of the key that was made
    /// or used last.
    func largeBlobKey<Link: AgentLink & ~Copyable>(
        of credential: [UInt8] = [], link: inout Link
    ) throws(CommandFailure) -> [UInt8]? {
        var request = LargeBlobsRequest(.key)
        request.bytes = credential
        let reply: LargeBlobsReply = try link.ask(request)
        return reply.bytes.isEmpty ? nil : reply.bytes
    }
}
