/// CODES: the recovery codes of a service, in the order of the service. They are secrets and lie in the body.
package struct ConversionCodes: Equatable, Sendable {
    /// The service, as a word such as `github`; empty when nothing tells.
    package let service: String
    /// The service takes them only in their order.
    package let isInOrder: Bool
    /// Where they are, as the service shows them.
    package let codes: [NewRecoveryCode]

    /// Reads the fields of a whole body.
    package init(from body: Span<UInt8>) throws(WireError) {
        var cursor = Cursor()
        service = try cursor.string(body, Limits.recoveryService)
        isInOrder = try cursor.bool(body)
        codes = try cursor.list(body, Limits.recoveryCodes) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in
            let text = try cursor.bytes(body, 1...Limits.recoveryCode)
            return NewRecoveryCode(text: text, isUsed: try cursor.bool(body))
        }
        guard cursor.position == body.count else { throw .leftover }
        guard !codes.isEmpty else { throw .outOfRange }
    }

    /// Bytes of the body.
    package static func encodedCount(service: String, codes: [NewRecoveryCode]) -> Int {
        codes.reduce(Count.string(service) + 3) { $0 + Count.bytes($1.text.count) + 1 }
    }

    /// Appends the whole frame; the codes lie in `text`. The output has room for `ConversionFrame.header` and
    /// `encodedCount`.
    package static func appendFrame(
        service: String, isInOrder: Bool, codes: [NewRecoveryCode], in text: Span<UInt8>,
        into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try ConversionFrame.append(.codes, count: encodedCount(service: service, codes: codes), into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try output.appendString(service, Limits.recoveryService)
            output.appendBool(isInOrder)
            guard !codes.isEmpty else { throw .outOfRange }
            try output.appendCount(codes.count, Limits.recoveryCodes)
            for code in codes {
                try output.appendBytes(text.extracting(code.text), 1...Limits.recoveryCode)
                output.appendBool(code.isUsed)
            }
        }
    }
}
