/// What `fob` and `fob-hardware` say to each other over a socket pair: `u32 length | u8 type | body`, as in
/// ``ConversionFrame``. `fob` sends START. The other side answers with PIN_NEEDED any number of times, each answered with PIN,
/// with TOUCH when the security key waits for its user, and with what it found: DEVICE of each that is there, CREDENTIAL of a
/// new one and SECRET. END or FAILURE is its last word.
package struct HardwareFrame: Equatable, Sendable {
    /// What a frame is.
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// What is to be done (to the program).
        case start = 0x01
        /// The PIN that was asked for (to the program).
        case pin = 0x02
        /// A security key that is plugged in.
        case device = 0x11
        /// The security key wants a PIN.
        case pinNeeded = 0x12
        /// The security key waits to be touched.
        case touch = 0x13
        /// The credential that the security key has made.
        case credential = 0x14
        /// What the security key has computed: 32 secret bytes.
        case secret = 0x15
        /// All is done.
        case end = 0x16
        /// It cannot be done.
        case failure = 0x1F
    }

    /// Bytes before the body.
    package static let header = 5
    /// A whole frame at most.
    package static let longest = 65_536

    /// What it is.
    package let kind: Kind
    /// Where the body lies in the buffer that was scanned.
    package let body: Range<Int>

    /// The frame at the start of `buffer`; nil when more bytes must come.
    package static func scan(_ buffer: Span<UInt8>) throws(WireError) -> HardwareFrame? {
        guard buffer.count >= header else { return nil }
        var announced: UInt32 = 0
        var reader = Reader(buffer)
        try reader.integer(&announced)
        let length = Int(announced)
        guard length >= 1 else { throw .truncated }
        guard length <= longest - 4 else { throw .tooLong }
        guard let kind = Kind(rawValue: buffer[4]) else { throw .unknownValue }
        guard buffer.count >= 4 + length else { return nil }
        return HardwareFrame(kind: kind, body: header..<(4 + length))
    }

    /// Appends a frame of those bytes.
    package static func append(
        _ kind: Kind, _ bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        guard bytes.count <= longest - header else { throw .tooLong }
        output.appendInteger(UInt32(1 + bytes.count))
        output.append(kind.rawValue)
        for index in bytes.indices { output.append(bytes[index]) }
    }

    /// Appends a frame of a body without secrets.
    package static func append(_ body: some HardwareBody, into output: inout OutputSpan<UInt8>) throws(WireError) {
        guard body.encodedCount <= longest - header else { throw .tooLong }
        output.appendInteger(UInt32(1 + body.encodedCount))
        output.append(type(of: body).kind.rawValue)
        try body.encode(into: &output)
    }
}

/// The body of a frame that holds no secret.
package protocol HardwareBody: Body, Equatable, Sendable {
    /// What its frame is.
    static var kind: HardwareFrame.Kind { get }
}
