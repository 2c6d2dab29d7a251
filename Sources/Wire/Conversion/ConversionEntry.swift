/// ENTRY: one account on its way between another authenticator's file and the vault: its place, what is lost of it, and the
/// body of the ADD that makes it, which `fob` hands on as it came. Note, key and PIN are secrets and lie in the body.
package struct ConversionEntry: Equatable, Sendable {
    /// Its place in the input, from 1. Entries come in the order that the source shows them in.
    package private(set) var position: UInt32 = 0
    /// What the source has and an account here cannot hold, or what the target cannot hold; each a few words.
    package private(set) var lost: [String] = []
    /// Issuer, name, credential and tags; the policy is empty.
    package private(set) var account = NewAccount()
    /// Whether its credential came along, or only its name, and what else the source says of it.
    package private(set) var more = AddRequest.More()
    /// Where its secrets lie.
    package private(set) var secrets = AccountSecrets()
    /// Where the body of the ADD lies.
    package private(set) var add = 0..<0

    /// Most that can be lost of one entry.
    package static let mostLost = 32

    private init(position: UInt32, lost: [String]) { (self.position, self.lost) = (position, lost) }

    /// What stands in front of the ADD.
    private mutating func head<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&position)
        try coder.strings(&lost, Self.mostLost, each: Limits.text)
    }

    /// Reads a whole body. What an ADD may do besides adding an account, such as to give it a policy, none of these does.
    package init(from body: Span<UInt8>) throws(WireError) {
        var reader = Reader(body)
        var text = body
        try head(&reader)
        add = reader.position..<body.count
        try reader.field(&account)
        try reader.field(&more)
        try secrets.fields(&reader, in: &text)
        guard reader.isAtEnd else { throw .leftover }
        guard (account.credential.kind == nil) == secrets.key.isEmpty, secrets.pin.isEmpty || !secrets.key.isEmpty,
            account.consent == .none, account.lifetime == 0, more.flags == .besideTwins
        else { throw .contradiction }
    }

    /// Bytes of the body.
    package static func encodedCount(lost: [String], _ add: borrowing AddRequest) -> Int {
        var sizer = Sizer()
        var entry = ConversionEntry(position: 0, lost: lost)
        try? entry.head(&sizer)
        return sizer.count + add.encodedCount
    }

    /// Appends the whole frame. The output has room for `ConversionFrame.header` and `encodedCount`.
    package static func appendFrame(
        position: UInt32, lost: [String], _ add: borrowing AddRequest, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        var entry = ConversionEntry(position: position, lost: lost)
        try ConversionFrame.append(.entry, count: encodedCount(lost: lost, add), into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try entry.head(&output)
            try add.encode(into: &output)
        }
    }
}

/// The ADD of an ENTRY, as it came. The agent reads it as any other.
package struct ForwardedAdd: Message, Request, ~Escapable {
    package typealias Reply = AddedReply
    package static var type: MessageType { .add }
    private var body: Span<UInt8>

    @_lifetime(immortal)
    package init() { body = Span() }

    @_lifetime(copy body)
    package init(_ body: Span<UInt8>) { self.body = body }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        // It is never read.
        throw .unknownValue
    }

    package var encodedCount: Int { body.count }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        for index in body.indices { output.append(body[index]) }
    }
}
