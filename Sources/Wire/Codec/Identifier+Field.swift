extension Identifier: Field {
    /// From 16 bytes; nil when there are more or fewer.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self.init(firstOf: bytes)
    }

    package init() { self = .zero }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&high)
        try coder.integer(&low)
    }

    /// Appends the 16 bytes.
    package func encode(into output: inout OutputSpan<UInt8>) {
        output.appendInteger(high)
        output.appendInteger(low)
    }
}
