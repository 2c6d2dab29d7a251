/// What stands between a secret and whoever asks for it.
///
/// A new case needs a decision in each table that is made over all of them: what requests and files may do to it.
package enum Protection: UInt8, CaseIterable, Sendable {
    /// Each use of an account needs a person's yes.
    case confirm = 0
    /// An account can be used for so many seconds after an unlock.
    case lifetime = 1
    /// An account's secret stays on its machine.
    case deviceBound = 2
    /// A security key signs after a person's yes only.
    case touch = 3
    /// A security key signs for a verified owner only.
    case alwaysVerify = 4
    /// The level of the extension credProtect of a security key.
    case keyLevel = 5
    /// The vault locks after so many seconds without use.
    case idleLock = 6
    /// The vault locks so many seconds after an unlock.
    case absoluteLock = 7
    /// A recovery code that was used stays used, and a set that was replaced stays replaced.
    case recoveryCodes = 8

    /// For people, as in "takes ... away".
    package var name: String {
        switch self {
        case .confirm: "the confirmation"
        case .lifetime: "the lifetime"
        case .deviceBound: "the binding to its machine"
        case .touch: "the yes to each signature"
        case .alwaysVerify: "the verification of its owner"
        case .keyLevel: "the protection level of its key"
        case .idleLock: "the idle lock time"
        case .absoluteLock: "the absolute lock time"
        case .recoveryCodes: "the mark of used recovery codes"
        }
    }
}

/// A protection that would be less than it was, and whose.
package struct Weakening: Sendable, Hashable {
    /// Which one.
    package let protection: Protection
    /// The account; empty for the vault.
    package let label: String

    /// For people: `the confirmation of Bank/alice`.
    package var sentence: String { label.isEmpty ? protection.name : "\(protection.name) of \(label)" }

    /// That protection, of an account with that label.
    package init(_ protection: Protection, of label: String) { (self.protection, self.label) = (protection, label) }
}

/// The protections of an account.
package struct AccountPolicy: Sendable, Equatable {
    /// Each use needs a person's yes.
    package var confirm = false
    /// Seconds after an unlock; 0 for no end.
    package var lifetime: UInt32 = 0
    /// Its secret stays on this machine.
    package var isDeviceBound = false

    /// The protections that an account has.
    static let protections: [Protection] = [.confirm, .lifetime, .deviceBound]

    /// Whether `other` has less of it.
    func isWeaker(_ other: AccountPolicy, _ protection: Protection) -> Bool {
        switch protection {
        case .confirm: confirm && !other.confirm
        case .lifetime: lifetime != 0 && (other.lifetime == 0 || other.lifetime > lifetime)
        case .deviceBound: isDeviceBound && !other.isDeviceBound
        case .touch, .alwaysVerify, .keyLevel, .idleLock, .absoluteLock, .recoveryCodes: false
        }
    }

    /// What `other` has less of.
    package func weakened(by other: AccountPolicy) -> [Protection] {
        Self.protections.filter { isWeaker(other, $0) }
    }
}

extension Protection {
    /// The field of an account that says it; 0 for what accounts do not have.
    var tag: UInt8 {
        switch self {
        case .confirm: 6
        case .lifetime: 7
        case .deviceBound: 16
        case .touch, .alwaysVerify, .keyLevel, .idleLock, .absoluteLock, .recoveryCodes: 0
        }
    }
}

extension Account {
    /// Its protections.
    package var policy: AccountPolicy {
        get {
            AccountPolicy(confirm: details.confirm, lifetime: details.lifetime, isDeviceBound: isDeviceBound)
        }
        set {
            (details.confirm, details.lifetime) = (newValue.confirm, newValue.lifetime)
            isDeviceBound = newValue.isDeviceBound
        }
    }
}

extension KeyCredential {
    /// What `other` has less of than this version of the key.
    func weakened(by other: KeyCredential) -> [Protection] {
        var weakened: [Protection] = []
        if !flags.contains(.noTouch), other.flags.contains(.noTouch) { weakened.append(.touch) }
        if flags.contains(.alwaysVerify), !other.flags.contains(.alwaysVerify) { weakened.append(.alwaysVerify) }
        if other.protection < protection { weakened.append(.keyLevel) }
        return weakened
    }
}

extension Settings {
    /// What `other` has less of.
    package func weakened(by other: Settings) -> [Protection] {
        func isLonger(_ new: UInt32, _ old: UInt32) -> Bool { old != 0 && (new == 0 || new > old) }
        var weakened: [Protection] = []
        if isLonger(other.idleSeconds, idleSeconds) { weakened.append(.idleLock) }
        if isLonger(other.absoluteSeconds, absoluteSeconds) { weakened.append(.absoluteLock) }
        return weakened
    }
}
