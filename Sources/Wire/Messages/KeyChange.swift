/// KEY_EDIT: other names for a security key, or back from the trash.
package struct KeyEditRequest: PlainMessage {
    package static var type: MessageType { .keyEdit }
    /// Which key.
    package let key: KeySelector
    /// What the owner calls it.
    package var label: String?
    /// The user's name at the site.
    package var userName: String?
    /// The user's name as a person reads it.
    package var displayName: String?
    /// It comes back from the trash.
    package var isRestored = false

    /// A change of nothing yet.
    package init(_ key: KeySelector) { self.key = key }

    private struct Mask: OptionSet {
        let rawValue: UInt8
        static let label = Mask(rawValue: 1)
        static let userName = Mask(rawValue: 2)
        static let displayName = Mask(rawValue: 4)
        static let restored = Mask(rawValue: 8)
        static let known: Mask = [.label, .userName, .displayName, .restored]
    }

    private var mask: Mask {
        var mask: Mask = []
        if label != nil { mask.insert(.label) }
        if userName != nil { mask.insert(.userName) }
        if displayName != nil { mask.insert(.displayName) }
        if isRestored { mask.insert(.restored) }
        return mask
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        key = try KeySelector(&cursor, body)
        let mask = try cursor.flags(body, known: Mask.known)
        guard !mask.isEmpty else { throw .outOfRange }
        if mask.contains(.label) { label = try cursor.string(body, Limits.keyName) }
        if mask.contains(.userName) { userName = try cursor.string(body, Limits.keyName) }
        if mask.contains(.displayName) { displayName = try cursor.string(body, Limits.keyName) }
        isRestored = mask.contains(.restored)
    }

    package var encodedCount: Int {
        [label, userName, displayName].reduce(key.encodedCount + 1) { $0 + ($1.map(Count.string) ?? 0) }
    }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try key.encode(into: &output)
        guard !mask.isEmpty else { throw .outOfRange }
        output.append(mask.rawValue)
        for text in [label, userName, displayName] {
            if let text { try output.appendString(text, Limits.keyName) }
        }
    }
}

/// KEY_REMOVE: a security key goes to the trash.
package struct KeyRemoveRequest: PlainMessage {
    package static var type: MessageType { .keyRemove }
    /// Which key.
    package let key: KeySelector

    /// With those fields.
    package init(_ key: KeySelector) { self.key = key }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) { key = try KeySelector(&cursor, body) }

    package var encodedCount: Int { key.encodedCount }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { try key.encode(into: &output) }
}

/// KEY_RESET: all security keys go to the trash, and the PIN is forgotten. The owner is asked, with the passphrase.
package struct KeyResetRequest: PlainMessage {
    package static var type: MessageType { .keyReset }
    /// For whom the transport asks.
    package let requester: KeyRequester

    /// With those fields.
    package init(requester: KeyRequester = KeyRequester()) { self.requester = requester }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        requester = try KeyRequester(&cursor, body)
    }

    package var encodedCount: Int { requester.encodedCount }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { try requester.encode(into: &output) }
}
