/// What fob's authenticator is called.
package enum Authenticator {
    /// The AAGUID (WebAuthn Level 3, section 6.5.1): the model, the same for everybody.
    package static let aaguid: [UInt8] = [
        0x6E, 0xE8, 0xBC, 0x1A, 0xE5, 0x99, 0x76, 0x0D, 0x8A, 0xEE, 0xF9, 0x72, 0x52, 0xFB, 0x8F, 0x78,
    ]
}

extension KeyAlgorithm: Field {
    package init() { self = .es256 }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&self)
    }
}

/// A version of the PIN/UV auth protocol (CTAP 2.1, section 6.5.4).
package enum PinProtocolNumber: UInt8, CaseIterable, Sendable {
    case one = 1
    case two = 2
}

/// What a security key may be asked with: its id on the outside, or the record's.
package enum KeySelector: Field, Equatable, Sendable {
    /// The credential id.
    case credential([UInt8])
    /// The record's id.
    case record(Identifier)

    package init() { self = .record(.zero) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        var (kind, credential, record): (UInt8, [UInt8], Identifier) =
            switch self {
            case .credential(let id): (0, id, .zero)
            case .record(let id): (1, [], id)
            }
        try coder.integer(&kind)
        switch kind {
        case 0:
            try coder.bytes(&credential, 1...Limits.keyID)
            self = .credential(credential)
        case 1:
            try coder.field(&record)
            self = .record(record)
        default: throw .unknownValue
        }
    }
}

/// For whom a listener asks. It is shown, and the process may not answer; it gives no rights. A number alone names nobody
/// but the parent of who asks: it passes on to other processes.
package struct KeyRequester: Field, Equatable, Sendable {
    /// The process at the other side of the transport; 0 when the transport asks for itself, or does not know it.
    package var processID: UInt32 = 0
    /// When that process started, in clock ticks since boot, as it was seen when it connected; 0 for the caller's parent,
    /// which the agent knows itself, and where it had ended by then.
    package var startTime: UInt64 = 0
    /// What a script calls the data that it wants to be signed: the name of a file; empty for none. For display.
    package var dataName = ""

    package init() {}

    /// Text that is clipped to its limit.
    package init(processID: UInt32 = 0, startTime: UInt64 = 0, dataName: String = "") {
        (self.processID, self.startTime) = (processID, startTime)
        self.dataName = Text.clipped(dataName, to: Limits.keyName)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&processID)
        try coder.string(&dataName, Limits.keyName)
        try coder.integer(&startTime)
    }
}

/// The proof that comes with a request (pinUvAuthParam) that the owner was verified: an HMAC, or a part of one, with a
/// PIN token over the request's client data hash.
package struct PinAuthentication: PinProtocolValue, Equatable, Sendable {
    /// Which protocol.
    package var version = PinProtocolNumber.one
    /// The HMAC.
    package var parameter: [UInt8] = []

    init() {}

    package init(_ version: PinProtocolNumber, _ parameter: [UInt8]) {
        (self.version, self.parameter) = (version, parameter)
    }

    mutating func rest<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bytes(&parameter, 1...Limits.pinAuthentication)
    }
}

/// A value that starts with the number of its PIN protocol; 0 in that place is none.
protocol PinProtocolValue {
    init()
    var version: PinProtocolNumber { get set }
    /// What follows the number.
    mutating func rest<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError)
}

extension Coder where Self: ~Copyable & ~Escapable {
    mutating func optional<T: PinProtocolValue>(_ value: inout T?) throws(WireError) {
        var number = value?.version.rawValue ?? 0
        try integer(&number)
        guard number != 0 else { return value = nil }
        guard let version = PinProtocolNumber(rawValue: number) else { throw .unknownValue }
        var present = value ?? T()
        present.version = version
        try present.rest(&self)
        value = present
    }

    /// Ids of security keys.
    mutating func keyIDs(_ values: inout [[UInt8]]) throws(WireError) {
        let count = try count(values.count, Limits.keyIDs)
        guard Self.isReader else {
            for value in values {
                var value = value
                try bytes(&value, 1...Limits.keyID)
            }
            return
        }
        values = []
        for _ in 0..<count {
            var value: [UInt8] = []
            try bytes(&value, 1...Limits.keyID)
            values.append(value)
        }
    }

    /// A public key for an agreement.
    mutating func agreementKey(_ value: inout [UInt8]) throws(WireError) {
        if Self.isReader { value = [UInt8](repeating: 0, count: Limits.agreementKey) }
        try check(value.count == Limits.agreementKey)
        var bytes = value.mutableSpan
        try fixed(&bytes)
    }
}
