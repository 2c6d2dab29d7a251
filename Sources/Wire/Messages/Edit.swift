/// New values for some fields of an account; nil leaves a field as it is.
package struct AccountEdit: Equatable, Sendable {
    /// The service.
    package var issuer: String?
    /// The login at the service.
    package var name: String?
    /// Words of the user, in any order.
    package var tags: [String]?
    /// What each use takes of a person.
    package var consent: Consent?
    /// Seconds after an unlock during which it gives codes; 0 is without end.
    package var lifetime: UInt32?
    /// Whether its key stays on this machine, and is in no backup.
    package var isDeviceBound: Bool?
    /// Whether it is shown before others, and in the desktop's tray.
    package var isFavourite: Bool?

    package init() {}
}

/// EDIT: new values for some fields of an account, at least one.
package struct EditRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .edit }
    /// Which account.
    package var selector: Selector
    /// All but the note.
    package var edit: AccountEdit
    /// There is a new note, which may be empty.
    package var hasNote: Bool
    /// The note; UTF-8.
    package var note: Span<UInt8>

    @_lifetime(immortal)
    package init() { (selector, edit, hasNote, note) = (Selector(), AccountEdit(), false, Span()) }

    @_lifetime(copy note)
    package init(_ selector: Selector, _ edit: AccountEdit, note: Span<UInt8>?) {
        (self.selector, self.edit, hasNote) = (selector, edit, note != nil)
        if let note { self.note = note } else { self.note = Span() }
    }

    /// The bits of the mask, in the order of the fields.
    private struct Mask: OptionSet {
        let rawValue: UInt16
        static let issuer = Mask(rawValue: 1)
        static let name = Mask(rawValue: 2)
        static let note = Mask(rawValue: 4)
        static let tags = Mask(rawValue: 8)
        static let consent = Mask(rawValue: 16)
        static let lifetime = Mask(rawValue: 32)
        static let deviceBound = Mask(rawValue: 64)
        static let favourite = Mask(rawValue: 128)
        static let known: Mask = [.issuer, .name, .note, .tags, .consent, .lifetime, .deviceBound, .favourite]
    }

    private var mask: Mask {
        var mask: Mask = []
        if edit.issuer != nil { mask.insert(.issuer) }
        if edit.name != nil { mask.insert(.name) }
        if hasNote { mask.insert(.note) }
        if edit.tags != nil { mask.insert(.tags) }
        if edit.consent != nil { mask.insert(.consent) }
        if edit.lifetime != nil { mask.insert(.lifetime) }
        if edit.isDeviceBound != nil { mask.insert(.deviceBound) }
        if edit.isFavourite != nil { mask.insert(.favourite) }
        return mask
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        var mask = mask
        try coder.flags(&mask, known: .known)
        try coder.check(!mask.isEmpty)
        if mask.contains(.issuer) { try coder.string(&edit.issuer, Limits.issuer) }
        if mask.contains(.name) { try coder.string(&edit.name, Limits.name) }
        hasNote = mask.contains(.note)
        if hasNote { try coder.lent(&note, 0...Limits.note) }
        if mask.contains(.tags) {
            var tags = edit.tags ?? []
            try coder.strings(&tags, Limits.tags, each: Limits.tag)
            edit.tags = tags
        }
        if mask.contains(.consent) {
            var consent = edit.consent ?? .none
            try coder.choice(&consent)
            edit.consent = consent
        }
        if mask.contains(.lifetime) {
            var lifetime = edit.lifetime ?? 0
            try coder.integer(&lifetime)
            edit.lifetime = lifetime
        }
        if mask.contains(.deviceBound) {
            var isBound = edit.isDeviceBound ?? false
            try coder.bool(&isBound)
            edit.isDeviceBound = isBound
        }
        if mask.contains(.favourite) {
            var isFavourite = edit.isFavourite ?? false
            try coder.bool(&isFavourite)
            edit.isFavourite = isFavourite
        }
    }
}

/// MOVE: another place in the user's order.
package struct MoveRequest: PlainMessage, Request {
    package static var type: MessageType { .move }

    /// Which account.
    package var selector = Selector()
    /// Where it goes: `u8`, then a selector where one is needed.
    package var place = Place<Selector>.first

    package init() {}

    package init(_ selector: Selector, to place: Place<Selector>) {
        (self.selector, self.place) = (selector, place)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&selector)
        var (kind, other): (UInt8, Selector) =
            switch place {
            case .first: (0, Selector())
            case .last: (1, Selector())
            case .before(let other): (2, other)
            case .after(let other): (3, other)
            }
        try coder.integer(&kind)
        switch kind {
        case 0: place = .first
        case 1: place = .last
        case 2, 3:
            try coder.field(&other)
            place = kind == 2 ? .before(other) : .after(other)
        default: throw .unknownValue
        }
    }
}
