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
    /// Each use of an account needs the passphrase.
    case verify = 9
    /// A security key of ssh signs for logins at some hosts only.
    case hosts = 10

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
        case .verify: "the passphrase at each use"
        case .hosts: "the limit of its key to hosts"
        }
    }

    /// Whether a yes alone does not take it away: what no program can give, none can lift.
    package var takesPassphrase: Bool {
        switch self {
        case .verify, .alwaysVerify: true
        case .confirm, .lifetime, .deviceBound, .touch, .keyLevel, .idleLock, .absoluteLock, .recoveryCodes, .hosts:
            false
        }
    }
}

/// A protection that would be less than it was, and whose.
package struct Weakening: Sendable, Hashable {
    /// Which one.
    package let protection: Protection
    /// The account; empty for the vault.
    package let label: String
    /// A yes to it takes the passphrase.
    package let takesPassphrase: Bool

    /// For people: `the confirmation of Bank/alice`.
    package var sentence: String { label.isEmpty ? protection.name : "\(protection.name) of \(label)" }

    /// That protection, of an account with that label.
    ///
    /// - Parameter isVerified: each question about the account takes the passphrase.
    package init(_ protection: Protection, of label: String, isVerified: Bool = false) {
        (self.protection, self.label) = (protection, label)
        takesPassphrase = isVerified || protection.takesPassphrase
    }
}

/// The protections of an account.
package struct AccountPolicy: Sendable, Equatable {
    /// Each use needs a person's yes.
    package var confirm = false
    /// Each use needs the passphrase.
    package var verify = false
    /// Seconds after an unlock; 0 for no end.
    package var lifetime: UInt32 = 0
    /// Its secret stays on this machine.
    package var isDeviceBound = false

    /// The protections that an account has.
    static let protections: [Protection] = [.confirm, .lifetime, .deviceBound, .verify]

    /// Whether `other` has less of it.
    func isWeaker(_ other: AccountPolicy, _ protection: Protection) -> Bool {
        switch protection {
        case .confirm: confirm && !other.confirm
        case .lifetime: lifetime != 0 && (other.lifetime == 0 || other.lifetime > lifetime)
        case .deviceBound: isDeviceBound && !other.isDeviceBound
        case .verify: verify && !other.verify
        case .touch, .alwaysVerify, .keyLevel, .idleLock, .absoluteLock, .recoveryCodes, .hosts: false
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
        case .verify: 18
        case .touch, .alwaysVerify, .keyLevel, .idleLock, .absoluteLock, .recoveryCodes, .hosts: 0
        }
    }
}

extension Account {
    /// Its protections.
    package var policy: AccountPolicy {
        get {
            AccountPolicy(
                confirm: details.confirm, verify: details.verify, lifetime: details.lifetime,
                isDeviceBound: isDeviceBound)
        }
        set {
            (fields.details.confirm, fields.details.verify) = (newValue.confirm, newValue.verify)
            (fields.details.lifetime, fields.isDeviceBound) = (newValue.lifetime, newValue.isDeviceBound)
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
        if flags.contains(.limited),
            !other.flags.contains(.limited) || !other.hosts.allSatisfy({ hosts.contains($0) })
        {
            weakened.append(.hosts)
        }
        return weakened
    }

    /// Takes on what `other` has more of.
    mutating func protect(as other: KeyCredential) {
        let weaker = other.weakened(by: self)
        if weaker.contains(.touch) { flags.remove(.noTouch) }
        if weaker.contains(.alwaysVerify) { flags.insert(.alwaysVerify) }
        if weaker.contains(.keyLevel) { protection = other.protection }
        if weaker.contains(.hosts) {
            // Of two limits, what both allow.
            hosts = flags.contains(.limited) ? hosts.filter { other.hosts.contains($0) } : other.hosts
            flags.insert(.limited)
        }
        for place in 0..<8 { lowered.setOctet(place, max(lowered.octet(place), other.lowered.octet(place))) }
    }

    /// The protections that an owner can take away once the key is made, and their flags; their places are those in
    /// `lowered`.
    static let lowerable: [(protection: Protection, flag: KeyFlags)] = [
        (.alwaysVerify, .alwaysVerify), (.hosts, .limited),
    ]

    /// Notes which protections the owner has taken away since `old`.
    mutating func noteLowered(since old: KeyCredential) {
        lowered = old.lowered
        let weakened = old.weakened(by: self)
        for (place, entry) in Self.lowerable.enumerated() where weakened.contains(entry.protection) {
            lowered.setOctet(place, lowered.octet(place) + 1)
        }
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

/// Counts of how often protections were taken away: one to each octet, the lowest first.
extension UInt64 {
    /// One of them.
    func octet(_ place: Int) -> UInt64 { self >> (8 * UInt64(place)) & 0xff }

    /// Sets one of them, to 255 at most.
    mutating func setOctet(_ place: Int, _ count: UInt64) {
        let shift = 8 * UInt64(place)
        self = self & ~(0xff << shift) | Swift.min(count, 0xff) << shift
    }
}
