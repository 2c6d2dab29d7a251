/// EDIT: new values for some fields of an account; nil leaves a field as it is. At least one is not nil.
package struct EditRequest: SecretMessage {
    package static var type: MessageType { .edit }
    /// Which account.
    package let selector: Selector
    /// The service.
    package var issuer: String?
    /// The login at the service.
    package var name: String?
    /// The note, in the body; UTF-8. Who sends a note gives it to `encode` instead.
    package private(set) var note: Range<Int>?
    /// Words of the user, in any order.
    package var tags: [String]?
    /// Whether each code needs a confirmation.
    package var confirm: Bool?
    /// Seconds after an unlock during which it gives codes; 0 is without end.
    package var lifetime: UInt32?
    /// Whether its key stays on this machine, and is in no backup.
    package var isDeviceBound: Bool?

    /// With those fields.
    package init(_ selector: Selector) { self.selector = selector }

    /// The bits of the mask, in the order of the fields.
    private struct Mask: OptionSet {
        let rawValue: UInt16
        static let issuer = Mask(rawValue: 1)
        static let name = Mask(rawValue: 2)
        static let note = Mask(rawValue: 4)
        static let tags = Mask(rawValue: 8)
        static let confirm = Mask(rawValue: 16)
        static let lifetime = Mask(rawValue: 32)
        static let deviceBound = Mask(rawValue: 64)
        static let known: Mask = [.issuer, .name, .note, .tags, .confirm, .lifetime, .deviceBound]
    }

    private func mask(withNote: Bool) -> Mask {
        var mask: Mask = []
        if issuer != nil { mask.insert(.issuer) }
        if name != nil { mask.insert(.name) }
        if withNote { mask.insert(.note) }
        if tags != nil { mask.insert(.tags) }
        if confirm != nil { mask.insert(.confirm) }
        if lifetime != nil { mask.insert(.lifetime) }
        if isDeviceBound != nil { mask.insert(.deviceBound) }
        return mask
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        selector = try Selector(&cursor, body)
        let mask = Mask(rawValue: try cursor.u16(body))
        guard mask.isSubset(of: .known) else { throw .unknownValue }
        guard !mask.isEmpty else { throw .outOfRange }
        if mask.contains(.issuer) { issuer = try cursor.string(body, Limits.issuer) }
        if mask.contains(.name) { name = try cursor.string(body, Limits.name) }
        if mask.contains(.note) { note = try cursor.bytes(body, 0...Limits.note) }
        if mask.contains(.tags) { tags = try cursor.strings(body, Limits.tags, each: Limits.tag) }
        if mask.contains(.confirm) { confirm = try cursor.bool(body) }
        if mask.contains(.lifetime) { lifetime = try cursor.u32(body) }
        if mask.contains(.deviceBound) { isDeviceBound = try cursor.bool(body) }
    }

    /// Bytes of the body, with a note of so many bytes.
    package func encodedCount(note: Int?) -> Int {
        var count = selector.encodedCount + 2
        if let issuer { count += Count.string(issuer) }
        if let name { count += Count.string(name) }
        if let note { count += Count.bytes(note) }
        if let tags { count += Count.strings(tags) }
        if confirm != nil { count += 1 }
        if lifetime != nil { count += 4 }
        if isDeviceBound != nil { count += 1 }
        return count
    }

    /// Appends the body, with that note.
    package func encode(note: Span<UInt8>?, into output: inout OutputSpan<UInt8>) throws(WireError) {
        let mask = mask(withNote: note != nil)
        try selector.encode(into: &output)
        guard !mask.isEmpty else { throw .outOfRange }
        output.appendU16(mask.rawValue)
        if let issuer { try output.appendString(issuer, Limits.issuer) }
        if let name { try output.appendString(name, Limits.name) }
        if let note { try output.appendBytes(note, 0...Limits.note) }
        if let tags { try output.appendStrings(tags, Limits.tags, each: Limits.tag) }
        if let confirm { output.appendBool(confirm) }
        if let lifetime { output.appendU32(lifetime) }
        if let isDeviceBound { output.appendBool(isDeviceBound) }
    }
}

/// MOVE: another place in the user's order.
package struct MoveRequest: PlainMessage {
    package static var type: MessageType { .move }

    /// Where to: `u8`, then a selector where one is needed.
    package enum Place: Equatable, Sendable {
        case first
        case last
        case before(Selector)
        case after(Selector)
    }

    /// Which account.
    package var selector = Selector()
    /// Where it goes.
    package var place = Place.first

    package init() {}

    package init(_ selector: Selector, to place: Place) {
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
