/// How a code is built: groups of letters and digits of one length, with one separator between them. It tells nothing
/// of the code itself.
struct RecoveryCodeShape: Hashable, Sendable {
    /// Groups; 1 for a code in one piece.
    let groups: Int
    /// Characters of a group.
    let length: Int
    /// A dash or a space; 0 for a code in one piece.
    let separator: UInt8

    /// Characters without separators.
    var count: Int { groups * length }

    /// Of the characters that stand for something.
    private static let lengths = 3...8
    private static let mostGroups = 8
    private static let least = 8
    /// Codes in one piece.
    private static let whole = 6...64

    init(groups: Int, length: Int, separator: UInt8) {
        self.groups = groups
        self.length = length
        self.separator = separator
    }

    /// The shape of all of `text`; nil for what is no code. Dates (4-2-2), telephone numbers (3-3-4) and UUIDs have
    /// groups of several lengths.
    init?(_ text: Span<UInt8>) {
        var groups = 1
        var length = 0
        var first = 0
        var separator: UInt8 = 0
        for index in text.indices {
            let byte = text[index]
            if RecoveryCodeSigns(byte) != [] {
                length += 1
            } else if byte == Self.dash || byte == Self.space {
                guard separator == 0 || separator == byte, first == 0 || first == length else { return nil }
                separator = byte
                first = length
                groups += 1
                length = 0
            } else {
                return nil
            }
        }
        self.init(groups: groups, length: length, separator: separator)
        if groups == 1 {
            guard Self.whole.contains(length) else { return nil }
        } else {
            guard first == length, Self.lengths.contains(length), groups <= Self.mostGroups, count >= Self.least else {
                return nil
            }
        }
    }

    /// The key that 1Password shows: A3, then groups of 6, 6, 5, 5, 5 and 5.
    static func isSecretKey(_ text: Span<UInt8>) -> Bool {
        let lengths = [2, 6, 6, 5, 5, 5, 5]
        guard text.count == 40, text[0] == UInt8(ascii: "A"), text[1] == UInt8(ascii: "3") else { return false }
        var index = 0
        for (group, length) in lengths.enumerated() {
            if group > 0 {
                guard text[index] == dash else { return false }
                index += 1
            }
            for _ in 0..<length {
                guard !RecoveryCodeSigns(text[index]).isDisjoint(with: [.digit, .upperHex, .upper]) else {
                    return false
                }
                index += 1
            }
        }
        return true
    }

    static let dash = UInt8(ascii: "-")
    static let space = UInt8(ascii: " ")
}

/// Which kinds of characters codes are made of.
struct RecoveryCodeSigns: OptionSet, Sendable {
    let rawValue: UInt8
    static let digit = RecoveryCodeSigns(rawValue: 1)
    static let lowerHex = RecoveryCodeSigns(rawValue: 2)
    static let lower = RecoveryCodeSigns(rawValue: 4)
    static let upperHex = RecoveryCodeSigns(rawValue: 8)
    static let upper = RecoveryCodeSigns(rawValue: 16)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The kind of one character; empty for what stands in no code.
    init(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self = .digit
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self = .lowerHex
        case UInt8(ascii: "g")...UInt8(ascii: "z"): self = .lower
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self = .upperHex
        case UInt8(ascii: "G")...UInt8(ascii: "Z"): self = .upper
        default: self = []
        }
    }

    /// All kinds in a text.
    init(in text: Span<UInt8>) {
        self = []
        for index in text.indices { formUnion(RecoveryCodeSigns(text[index])) }
    }

    /// Digits and letters of one case.
    var isOneCase: Bool { isDisjoint(with: [.lowerHex, .lower]) || isDisjoint(with: [.upperHex, .upper]) }
    /// Nothing but hexadecimal digits of one case.
    var isHexadecimal: Bool { isSubset(of: [.digit, .lowerHex]) || isSubset(of: [.digit, .upperHex]) }
    /// Beside digits also letters.
    var isMixed: Bool { contains(.digit) && self != .digit }
}
