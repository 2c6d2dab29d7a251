/// START: what is to be done.
package struct HardwareStart: HardwareBody {
    package static var kind: HardwareFrame.Kind { .start }
    /// Most credentials of a START.
    package static let mostKeys = 32

    /// What can be done.
    package enum Operation: UInt8, CaseIterable, Sendable {
        /// Tell which security keys are there.
        case list = 1
        /// Make a credential, and compute by it.
        case enrol = 2
        /// Compute by one of the credentials.
        case secret = 3
    }

    /// What to do.
    package var operation = Operation.list
    /// The path of the device, or `unix:` and that of a socket of packets; empty: the one that is there.
    package var device = ""
    /// To compute by; of a new credential the relying party, the salt, and whether its user is to be verified.
    package var keys: [HardwareCredential] = []

    package init() {}

    package init(_ operation: Operation, device: String, keys: [HardwareCredential]) {
        (self.operation, self.device, self.keys) = (operation, device, keys)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&operation)
        try coder.string(&device, Limits.text)
        for index in 0..<(try coder.count(keys.count, Self.mostKeys)) {
            if C.isReader { keys.append(HardwareCredential()) }
            try coder.string(&keys[index].label, Limits.name)
            // A new credential has no id yet.
            try coder.bytes(&keys[index].credential, 0...Limits.hardwareCredential.upperBound)
            try coder.field(&keys[index].salt)
            try coder.bool(&keys[index].verifies)
            try coder.string(&keys[index].site, Limits.hardwareSite)
        }
    }
}

/// DEVICE: a security key that is plugged in.
package struct HardwareDevice: HardwareBody {
    package static var kind: HardwareFrame.Kind { .device }
    /// Its path.
    package var path = ""
    /// What it calls itself.
    package var name = ""

    package init() {}

    package init(path: String, name: String) { (self.path, self.name) = (path, name) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&path, Limits.text)
        try coder.string(&name, Limits.text)
    }
}

/// PIN_NEEDED: the security key's, not the passphrase.
package struct HardwarePinNeeded: HardwareBody {
    package static var kind: HardwareFrame.Kind { .pinNeeded }
    /// Tries that are left; 255 when it does not say.
    package var tries: UInt8 = 255
    /// The last one was wrong.
    package var again = false

    package init() {}

    package init(tries: UInt8, again: Bool) { (self.tries, self.again) = (tries, again) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&tries)
        try coder.bool(&again)
    }
}

/// TOUCH: the security key waits for its user.
package struct HardwareTouch: HardwareBody {
    package static var kind: HardwareFrame.Kind { .touch }

    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {}
}

/// CREDENTIAL: what it has made.
package struct HardwareMade: HardwareBody {
    package static var kind: HardwareFrame.Kind { .credential }
    /// With all that is to be kept of it.
    package var credential = HardwareCredential()

    package init() {}

    package init(_ credential: HardwareCredential) { self.credential = credential }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&credential)
    }
}

/// END: all is done.
package struct HardwareEnd: HardwareBody {
    package static var kind: HardwareFrame.Kind { .end }

    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {}
}

/// Why a security key did not do what was asked.
package enum HardwareFault: UInt8, CaseIterable, Error, Sendable {
    /// None is plugged in.
    case noDevice = 1
    /// Several are.
    case severalDevices = 2
    /// The path is not that of a security key, or it may not be used.
    case notADevice = 3
    case pinPaused = 4
    case pinBlocked = 5
    case pinNotSet = 6
    /// None of the credentials is of a security key that is there.
    case notEnrolled = 7
    /// Nobody has touched it in time.
    case timeout = 8
    case denied = 9
    /// It knows no hmac-secret.
    case unsuitable = 10
    /// It does not answer, or not as it should.
    case broken = 11
    /// There is not enough locked memory, or no sandbox.
    case system = 12
    /// The PIN was wrong, and no other one was given.
    case pinWrong = 13
}

/// FAILURE: it cannot be done.
package struct HardwareFailure: HardwareBody {
    package static var kind: HardwareFrame.Kind { .failure }
    /// Why.
    package var fault = HardwareFault.broken
    /// What the system or the library says of it; may be empty.
    package var detail = ""

    package init() {}

    package init(_ fault: HardwareFault, _ detail: String = "") {
        self.fault = fault
        self.detail = Limits.cut(detail, Limits.text)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&fault)
        try coder.string(&detail, Limits.text)
    }
}
