/// CODES: the recovery codes of a service, in the order of the service. They are secrets and lie in a text: that of the
/// sender, or the body that was read.
package struct ConversionCodes: Equatable, Sendable {
    /// The service, as a word such as `github`; empty when nothing tells.
    package private(set) var service = ""
    /// The service takes them only in their order.
    package private(set) var isInOrder = false
    /// Where they are, as the service shows them.
    package private(set) var codes: [NewRecoveryCode] = []

    package init(service: String, isInOrder: Bool, codes: [NewRecoveryCode]) {
        (self.service, self.isInOrder, self.codes) = (service, isInOrder, codes)
    }

    @_lifetime(text: copy text, copy coder)
    private mutating func fields<C: Coder & ~Copyable & ~Escapable>(
        _ coder: inout C, in text: inout Span<UInt8>
    ) throws(WireError) {
        try coder.string(&service, Limits.recoveryService)
        try coder.bool(&isInOrder)
        try coder.codes(&codes, in: &text)
    }

    /// Reads a whole body.
    package init(from body: Span<UInt8>) throws(WireError) {
        var reader = Reader(body)
        var text = Span<UInt8>()
        try fields(&reader, in: &text)
        guard reader.isAtEnd else { throw .leftover }
    }

    /// Bytes of the body.
    package var encodedCount: Int {
        var sizer = Sizer()
        var codes = self
        var text = Span<UInt8>()
        try? codes.fields(&sizer, in: &text)
        return sizer.count
    }

    /// Appends the whole frame; the codes lie in `text`. The output has room for `ConversionFrame.header` and
    /// `encodedCount`.
    package func appendFrame(in text: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(WireError) {
        try ConversionFrame.append(.codes, count: encodedCount, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            var codes = self
            var text = text
            try codes.fields(&output, in: &text)
        }
    }
}
