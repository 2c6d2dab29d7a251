/// What a way into an account is that lies elsewhere, and that fob only notes.
package enum OtherWayKind: UInt8, CaseIterable, Sendable {
    /// A telephone number that the service sends codes to: a plus sign and digits (E.164).
    case number = 1
    /// A security key that is a device, by the owner's name for it.
    case hardwareKey = 2
}

/// A way into an account that lies elsewhere.
package struct OtherWay: Equatable, Sendable {
    /// What it is.
    package var kind = OtherWayKind.number
    /// The number, or the name of the key.
    package var text = ""
    /// Seconds of UTC at which the owner last said that it works; 0 for never.
    package var verified: UInt64 = 0

    package init() {}

    package init(_ kind: OtherWayKind, _ text: String, verified: UInt64 = 0) {
        (self.kind, self.text, self.verified) = (kind, text, verified)
    }

    /// Whether there can be such a one: the digits of a number are few or none, and a name is on one line.
    package var isSound: Bool {
        switch kind {
        case .number:
            let digits = text.utf8.dropFirst()
            return text.utf8.first == UInt8(ascii: "+") && 8...15 ~= digits.count
                && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        case .hardwareKey:
            return 1...Limits.otherWay ~= text.utf8.count && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
        }
    }
}

/// What becomes of a way that is noted of an account.
package enum OtherWayChange: UInt8, CaseIterable, Sendable {
    case add = 1
    /// The owner has seen it work.
    case verified = 2
    case remove = 3
}
