/// A body that can be read.
///
/// Conforming types read their fields in `init(_:_:)`; the check for leftovers is in `init(from:)` once, so that no
/// message can forget it. Fields that hold secrets are ranges into the body: they are never copied.
package protocol Message: Equatable, Sendable {
    /// The type byte that announces this body.
    static var type: MessageType { get }
    /// Reads the fields and moves the cursor behind them.
    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError)
}

extension Message {
    /// Reads a whole body; it must end where the last field ends.
    package init(from body: Span<UInt8>) throws(WireError) {
        var cursor = Cursor()
        try self.init(&cursor, body)
        guard cursor.position == body.count else { throw .leftover }
    }
}

/// A body without secrets: the value knows everything that is sent. (Messages with secrets take them as spans instead,
/// in static functions of the same names.)
package protocol PlainMessage: Message {
    /// Bytes that `encode(into:)` will append.
    var encodedCount: Int { get }
    /// Appends the body. Throws, possibly after a part of it, where the other side would refuse it.
    /// Precondition: room for `encodedCount` bytes.
    func encode(into output: inout OutputSpan<UInt8>) throws(WireError)
}

/// A message that is its type and nothing else.
package protocol EmptyMessage: PlainMessage {
    /// The one value.
    init()
}

extension EmptyMessage {
    /// Reads nothing.
    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) { self.init() }
    /// Always 0.
    package var encodedCount: Int { 0 }
    /// Appends nothing.
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {}
}

/// A request whose body is one selector.
package protocol SelectorMessage: PlainMessage {
    /// Which account.
    var selector: Selector { get }
    /// A request about that account.
    init(selector: Selector)
}

extension SelectorMessage {
    /// Reads the selector.
    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        self.init(selector: try Selector(&cursor, body))
    }
    /// Bytes of the selector.
    package var encodedCount: Int { selector.encodedCount }
    /// Appends the selector.
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { try selector.encode(into: &output) }
}
