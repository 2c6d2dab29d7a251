/// What goes into one frame: its fields, to the end.
///
/// All of it is requirements, to be called through generics (as `Agent.read` and `Connection.decode` do): a call on a
/// concrete type from another module binds to the unspecialised extension below, which takes ten times as long.
package protocol Body: Field, ~Escapable {
    /// Reads a whole body; it must end where the last field ends.
    @_lifetime(copy body)
    init(from body: Span<UInt8>) throws(WireError)
    /// Bytes that `encode(into:)` will append.
    var encodedCount: Int { get }
    /// Appends the body. Throws, possibly after a part of it, where the other side would refuse it.
    /// Precondition: room for `encodedCount` bytes.
    func encode(into output: inout OutputSpan<UInt8>) throws(WireError)
}

extension Body where Self: ~Escapable {
    @_lifetime(copy body)
    package init(from body: Span<UInt8>) throws(WireError) {
        self.init()
        var reader = Reader(body)
        try fields(&reader)
        guard reader.isAtEnd else { throw .leftover }
    }

    package var encodedCount: Int {
        var sizer = Sizer()
        var body = copy self
        // What the writer refuses is measured up to there, and written up to there.
        try? body.fields(&sizer)
        return sizer.count
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        var body = copy self
        try body.fields(&output)
    }
}

/// What goes into one frame of the protocol. Secrets are spans: read, they stay in the body; written, they come from
/// where the sender has them. They are never copied.
package protocol Message: Body, ~Escapable {
    /// The type byte that announces this body.
    static var type: MessageType { get }
}

/// A message that is answered by one kind of reply, without secrets, unless it is answered by ERROR. What is answered by
/// secrets is none: `Client` lends those.
package protocol Request: Message, ~Escapable {
    /// What it is answered by.
    associatedtype Reply: Message = OKReply
}

/// A message without secrets.
package protocol PlainMessage: Message, Equatable, Sendable {}

/// A message that is its type and nothing else.
package protocol EmptyMessage: PlainMessage {}

extension EmptyMessage {
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {}
}

/// A request whose body is the passphrase.
package protocol PassphraseMessage: Message, ~Escapable {
    /// The passphrase.
    var passphrase: Span<UInt8> {
        @_lifetime(copy self) get
        @_lifetime(self: copy newValue) set
    }
}

extension PassphraseMessage where Self: ~Escapable {
    @_lifetime(copy passphrase)
    package init(passphrase: Span<UInt8>) {
        self.init()
        self.passphrase = passphrase
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        var lent = passphrase
        try coder.lent(&lent, 1...Limits.passphrase)
        passphrase = lent
    }
}

/// A request whose body is one selector.
package protocol SelectorMessage: PlainMessage {
    /// Which account.
    var selector: Selector { get set }
}

extension SelectorMessage {
    package init(selector: Selector) {
        self.init()
        self.selector = selector
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
    }
}
