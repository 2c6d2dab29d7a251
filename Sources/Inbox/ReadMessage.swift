import Messages

/// What there is in a message.
package struct ReadMessage: Equatable {
    /// The host that it binds its code to, as browsers show it; empty for a guess.
    package private(set) var host = ""
    /// The host of the frame in that site; empty for none.
    package private(set) var frame = ""
    package private(set) var code: String

    /// Bytes of a code.
    private static let most = 64

    /// Nil for a message without a code. One that names a site which is none, or a code that nobody could type, is none: a
    /// message that binds is never guessed at.
    package init?(_ text: String) {
        if let bound = OriginBoundCode(in: text) {
            guard let host = Host.inASCII(bound.host) else { return nil }
            self.host = host
            if let embedded = bound.embeddedHost {
                guard let frame = Host.inASCII(embedded) else { return nil }
                self.frame = frame
            }
            code = bound.code
        } else {
            guard let guess = SuggestedCode.of(text) else { return nil }
            code = guess
        }
        guard code.utf8.count <= Self.most, code.utf8.allSatisfy({ 0x21..<0x7F ~= $0 }) else { return nil }
    }
}
