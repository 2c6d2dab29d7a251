package protocol SecretMessage: Message, Equatable, Sendable {
    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError)
}
extension SecretMessage {
    package init(from body: Span<UInt8>) throws(WireError) {
        var cursor = Cursor()
        try self.init(&cursor, body)
        guard cursor.position == body.count else { throw .leftover }
    }
}
extension Field {
    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        var reader = Reader(body.extracting(cursor.position..<body.count))
        self.init()
        try fields(&reader)
        _ = try cursor.bytes(body, reader.position)
    }
}
extension Field where Self: Copyable {
    package var encodedCount: Int { Sizer.count(of: self) }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        var value = self
        try value.fields(&output)
    }
}
