/// What fob's authenticator is called.
package enum Authenticator {
    /// The AAGUID (WebAuthn Level 3, section 6.5.1): the model, the same for everybody.
    package static let aaguid: [UInt8] = [
        0x6E, 0xE8, 0xBC, 0x1A, 0xE5, 0x99, 0x76, 0x0D, 0x8A, 0xEE, 0xF9, 0x72, 0x52, 0xFB, 0x8F, 0x78,
    ]
}

/// The way on which a request for a security key comes: it decides for which sites.
package enum KeyTransport: UInt8, CaseIterable, Sendable {
    /// CTAP2: sites of the web, and `ssh:`.
    case ctap = 1
    /// U2F (CTAP1): sites of the web, as the 64 lower-case hexadecimal digits of their SHA-256.
    case u2f = 2
    /// OpenSSH: `ssh:` and what follows it.
    case ssh = 3
    /// `fob challenge`: `fob:` and what follows it.
    case script = 4
}

/// What becomes of a security key in a backup. It is chosen when the key is made and never changed.
package enum KeyKind: UInt8, CaseIterable, Sendable {
    /// What is usual for the transport; only when a key is made.
    case usual = 0
    /// It is in backups; its signature counter stays 0.
    case synced = 1
    /// It is never in a backup; its signature counter grows.
    case deviceBound = 2
}

/// An algorithm of signatures: the byte is its COSE number (RFC 9053) without the sign.
package enum KeyAlgorithm: UInt8, CaseIterable, Sendable {
    /// ECDSA on P-256 with SHA-256, COSE -7.
    case es256 = 7
    /// EdDSA on edwards25519, COSE -8.
    case edDSA = 8

    /// Bytes of a public key: x and y, or the point's encoding (RFC 8032).
    package var publicKeyCount: Int { self == .es256 ? 64 : 32 }
}

/// A version of the PIN/UV auth protocol (CTAP 2.1, section 6.5.4).
package enum PinProtocolNumber: UInt8, CaseIterable, Sendable {
    case one = 1
    case two = 2
}

/// What a security key may be asked with: its id on the outside, or the record's.
package enum KeySelector: Equatable, Sendable {
    /// The credential id.
    case credential([UInt8])
    /// The record's id.
    case record(Identifier)

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        switch try cursor.u8(body) {
        case 0: self = .credential(try cursor.array(body, 1...Limits.keyID))
        case 1: self = .record(try Identifier(&cursor, body))
        default: throw .unknownValue
        }
    }

    var encodedCount: Int {
        switch self {
        case .credential(let id): 1 + Count.bytes(id.count)
        case .record: 1 + Identifier.count
        }
    }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        switch self {
        case .credential(let id):
            output.append(0)
            try output.appendBytes(id.span, 1...Limits.keyID)
        case .record(let id):
            output.append(1)
            id.encode(into: &output)
        }
    }
}

/// For whom a listener asks. It is shown, and the process may not answer; it gives no rights.
package struct KeyRequester: Equatable, Sendable {
    /// The process at the other side of the transport; 0 when the transport asks for itself, or does not know it.
    package let processID: UInt32
    /// The machine that is logged in to, or another word about where the signature goes; empty when it is not known.
    package let host: String

    /// Text that is clipped to its limit.
    package init(processID: UInt32 = 0, host: String = "") {
        self.processID = processID
        self.host = Text.clipped(host, to: Limits.keyName)
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        processID = try cursor.u32(body)
        host = try cursor.string(body, Limits.keyName)
    }

    var encodedCount: Int { 4 + Count.string(host) }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendU32(processID)
        try output.appendString(host, Limits.keyName)
    }
}

/// The proof that comes with a request (pinUvAuthParam) that the owner was verified: an HMAC, or a part of one, with a
/// PIN token over the request's client data hash.
package struct PinAuthentication: Equatable, Sendable {
    /// Which protocol.
    package let version: PinProtocolNumber
    /// The HMAC.
    package let parameter: [UInt8]

    /// With those fields.
    package init(_ version: PinProtocolNumber, _ parameter: [UInt8]) {
        self.version = version
        self.parameter = parameter
    }
}

extension Cursor {
    /// A proof, or 0 for none.
    mutating func authentication(_ body: Span<UInt8>) throws(WireError) -> PinAuthentication? {
        guard let version = try pinProtocol(body) else { return nil }
        return PinAuthentication(version, try array(body, 1...Limits.pinAuthentication))
    }

    /// The number of a PIN protocol, or nil for 0.
    mutating func pinProtocol(_ body: Span<UInt8>) throws(WireError) -> PinProtocolNumber? {
        let number = try u8(body)
        guard number != 0 else { return nil }
        guard let version = PinProtocolNumber(rawValue: number) else { throw .unknownValue }
        return version
    }

    /// Ids of security keys.
    mutating func keyIDs(_ body: Span<UInt8>) throws(WireError) -> [[UInt8]] {
        try list(body, Limits.keyIDs) { (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in
            try cursor.array(body, 1...Limits.keyID)
        }
    }

    /// A public key for an agreement.
    mutating func agreementKey(_ body: Span<UInt8>) throws(WireError) -> [UInt8] {
        let range = try bytes(body, Limits.agreementKey)
        return [UInt8](capacity: range.count) { $0.appendOctets(body.extracting(range)) }
    }
}

extension OutputSpan<UInt8> {
    mutating func appendAuthentication(_ authentication: PinAuthentication?) throws(WireError) {
        guard let authentication else { return append(0) }
        append(authentication.version.rawValue)
        try appendBytes(authentication.parameter.span, 1...Limits.pinAuthentication)
    }

    mutating func appendKeyIDs(_ ids: [[UInt8]]) throws(WireError) {
        try appendCount(ids.count, Limits.keyIDs)
        for id in ids { try appendBytes(id.span, 1...Limits.keyID) }
    }

    mutating func appendAgreementKey(_ key: [UInt8]) throws(WireError) {
        guard key.count == Limits.agreementKey else { throw .outOfRange }
        appendOctets(key.span)
    }
}

extension Count {
    static func authentication(_ authentication: PinAuthentication?) -> Int {
        authentication.map { 1 + bytes($0.parameter.count) } ?? 1
    }
    static func keyIDs(_ ids: [[UInt8]]) -> Int { ids.reduce(2) { $0 + bytes($1.count) } }
}
