/// KEY_EDIT: other names for a security key, another protection, or back from the trash.
package struct KeyEditRequest: PlainMessage, Request {
    package static var type: MessageType { .keyEdit }
    /// Which key.
    package var key = KeySelector()
    /// What the owner calls it.
    package var label: String?
    /// The user's name at the site.
    package var userName: String?
    /// The user's name as a person reads it.
    package var displayName: String?
    /// Whether it signs for a verified owner only.
    package var isVerified: Bool?
    /// It comes back from the trash.
    package var isRestored = false

    package init() {}

    /// A change of nothing yet.
    package init(_ key: KeySelector) { self.key = key }

    private struct Mask: OptionSet {
        let rawValue: UInt8
        static let label = Mask(rawValue: 1)
        static let userName = Mask(rawValue: 2)
        static let displayName = Mask(rawValue: 4)
        static let restored = Mask(rawValue: 8)
        static let verified = Mask(rawValue: 16)
        static let known: Mask = [.label, .userName, .displayName, .restored, .verified]
    }

    private var mask: Mask {
        var mask: Mask = []
        if label != nil { mask.insert(.label) }
        if userName != nil { mask.insert(.userName) }
        if displayName != nil { mask.insert(.displayName) }
        if isRestored { mask.insert(.restored) }
        if isVerified != nil { mask.insert(.verified) }
        return mask
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&key)
        var mask = mask
        try coder.flags(&mask, known: .known)
        try coder.check(!mask.isEmpty)
        if mask.contains(.label) { try coder.string(&label, Limits.keyName) }
        if mask.contains(.userName) { try coder.string(&userName, Limits.keyName) }
        if mask.contains(.displayName) { try coder.string(&displayName, Limits.keyName) }
        isRestored = mask.contains(.restored)
        if mask.contains(.verified) {
            var isVerified = isVerified ?? false
            try coder.bool(&isVerified)
            self.isVerified = isVerified
        }
    }
}

/// KEY_REMOVE: a security key goes to the trash.
package struct KeyRemoveRequest: PlainMessage, Request {
    package static var type: MessageType { .keyRemove }
    /// Which key.
    package var key = KeySelector()

    package init() {}

    package init(_ key: KeySelector) { self.key = key }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&key)
    }
}

/// KEY_RESET: all security keys go to the trash, and the PIN is forgotten. The owner is asked, with the passphrase.
package struct KeyResetRequest: PlainMessage, Request {
    package static var type: MessageType { .keyReset }
    /// For whom the transport asks.
    package var requester = KeyRequester()

    package init() {}

    package init(requester: KeyRequester = KeyRequester()) { self.requester = requester }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&requester)
    }
}
