/// A remembered confirmation: what a session need not ask for again.
package struct GrantEntry: Equatable, Sendable {
    /// Its random id.
    package let id: Identifier
    /// What is granted.
    package let kind: ChallengeKind
    /// `issuer/name` of the account, or the site of the security key.
    package let label: String
    /// Path of the program that asked first, for display like the next one.
    package let executable: String
    /// Terminal or unit of the session.
    package let session: String
    /// First second (UTC) at which it is over.
    package let end: UInt64

    /// A grant that can always be sent: texts are clipped to their limits.
    package init(
        id: Identifier, kind: ChallengeKind, label: String, executable: String, session: String, end: UInt64
    ) {
        self.id = id
        self.kind = kind
        self.label = Text.clipped(label, to: Limits.label)
        self.executable = Text.clipped(executable)
        self.session = Text.clipped(session)
        self.end = end
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        id = try Identifier(&cursor, body)
        kind = try cursor.choice(body)
        label = try cursor.string(body, Limits.label)
        executable = try cursor.string(body, Limits.text)
        session = try cursor.string(body, Limits.text)
        end = try cursor.u64(body)
    }

    var encodedCount: Int {
        Identifier.count + 9 + Count.string(label) + Count.string(executable) + Count.string(session)
    }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        id.encode(into: &output)
        output.append(kind.rawValue)
        try output.appendString(label, Limits.label)
        try output.appendString(executable, Limits.text)
        try output.appendString(session, Limits.text)
        output.appendU64(end)
    }
}

/// GRANTS: one page of what is remembered.
package struct GrantsRequest: PlainMessage {
    package static var type: MessageType { .grants }
    /// 0 for the first page, else `next` of the page before.
    package let start: UInt32

    /// With those fields.
    package init(start: UInt32 = 0) { self.start = start }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) { start = try cursor.u32(body) }

    package var encodedCount: Int { 4 }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { output.appendU32(start) }
}

/// GRANTS_REPLY.
package struct GrantsReply: PlainMessage {
    package static var type: MessageType { .grantsReply }
    /// Start of the next page; 0 at the end.
    package let next: UInt32
    /// The grants of this page, those that end first in front.
    package let grants: [GrantEntry]

    /// With those fields.
    package init(next: UInt32, grants: [GrantEntry]) {
        self.next = next
        self.grants = grants
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        next = try cursor.u32(body)
        grants = try cursor.list(body, Limits.grants) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in try GrantEntry(&cursor, body)
        }
    }

    package var encodedCount: Int { grants.reduce(6) { $0 + $1.encodedCount } }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendU32(next)
        try output.appendCount(grants.count, Limits.grants)
        for grant in grants { try grant.encode(into: &output) }
    }
}

/// GRANT_REVOKE: it is asked for again.
package struct GrantRevokeRequest: PlainMessage {
    package static var type: MessageType { .grantRevoke }
    /// Which one; nil for all.
    package let grant: Identifier?

    /// With those fields.
    package init(_ grant: Identifier?) { self.grant = grant }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        let id = try Identifier(&cursor, body)
        grant = id.isZero ? nil : id
    }

    package var encodedCount: Int { Identifier.count }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        (grant ?? .zero).encode(into: &output)
    }
}
