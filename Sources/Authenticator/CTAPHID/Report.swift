/// The 64 bytes that go to or come from a client at once (CTAP 2.1, section 11.2.4).
package struct Report: Equatable, Sendable {
    /// Bytes of a report.
    package static let count = 64
    /// Bytes of a message that its first report carries.
    static let initialPayload = 57
    /// Bytes that each report after the first carries.
    static let continuationPayload = 59
    /// The longest message: what the first report and 128 more carry.
    package static let message = initialPayload + 128 * continuationPayload

    /// The bytes, always 64.
    package let bytes: [UInt8]

    /// A report as it came: 64 bytes, or 65 of which the first is 0, the number that clients of a HID device put in
    /// front; nil otherwise.
    package init?(_ bytes: Span<UInt8>) {
        let isNumbered = bytes.count == Self.count + 1
        guard bytes.count == Self.count || isNumbered && bytes[0] == 0 else { return nil }
        self.bytes = bytes.extracting((isNumbered ? 1 : 0)...).array
    }

    /// The first report of a message.
    init(_ channel: UInt32, _ command: UInt8, count: Int, _ part: ArraySlice<UInt8>) {
        bytes = Self.padded(Self.bytes(channel) + [0x80 | command, UInt8(count >> 8), UInt8(count & 0xFF)] + part)
    }

    /// A report behind the first.
    init(_ channel: UInt32, sequence: UInt8, _ part: ArraySlice<UInt8>) {
        bytes = Self.padded(Self.bytes(channel) + [sequence] + part)
    }

    /// A message in as many reports as it takes. Precondition: at most ``message`` bytes.
    static func reports(_ channel: UInt32, _ command: UInt8, _ payload: [UInt8]) -> [Report] {
        precondition(payload.count <= message, "fob: internal error: an answer is longer than CTAPHID allows")
        var reports = [Report(channel, command, count: payload.count, payload.prefix(initialPayload))]
        var rest = payload.dropFirst(initialPayload)
        var sequence: UInt8 = 0
        while !rest.isEmpty {
            reports.append(Report(channel, sequence: sequence, rest.prefix(continuationPayload)))
            rest = rest.dropFirst(continuationPayload)
            sequence += 1
        }
        return reports
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }

    private static func bytes(_ channel: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: channel >> $0) }
    }

    // MARK: - Fields

    var channel: UInt32 { bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) } }
    /// Whether it is the first of a message.
    var isInitial: Bool { bytes[4] & 0x80 != 0 }
    /// The command of a first report, without its high bit.
    var command: UInt8 { bytes[4] & 0x7F }
    /// The bytes of the whole message, which a first report announces.
    var announced: Int { Int(bytes[5]) << 8 | Int(bytes[6]) }
    /// The number of a report behind the first.
    var sequence: UInt8 { bytes[4] }
    /// The part of the message in it, padding included.
    var part: ArraySlice<UInt8> { isInitial ? bytes[7...] : bytes[5...] }
}
