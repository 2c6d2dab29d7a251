/// What the kernel says about a device that a program plays through /dev/uhid (linux/uhid.h): a type, 32 bits, and what
/// belongs to it, packed, in the machine's order of bytes, which is little-endian wherever Swift runs. One `read(2)`
/// brings one event.
package enum KernelEvent: Equatable, Sendable {
    /// A program has written a report, given here without the byte for its number.
    case output([UInt8])
    /// A program asks for a report and waits; the answer carries the same number.
    case reportWanted(UInt32)
    /// A program sets a report and waits; the answer carries the same number.
    case reportSet(UInt32)
    /// The device has begun, ended, was opened or closed; or a report of another size or kind came. Nobody acts on it.
    case other

    /// Bytes of the longest event.
    package static let longest = 4 + createCount
    static let createCount = 128 + 64 + 64 + 2 + 2 + 4 * 4 + mostData
    static let mostData = 4096

    /// The event in what one `read(2)` brought.
    package init(_ bytes: Span<UInt8>) {
        self = .other
        switch bytes.number(at: 0, bytes: 4) {
        case 6:  // UHID_OUTPUT: data, size, kind
            let start = 4
            let size = start + Self.mostData
            // The number of a report is 0 where a device has but one, and stands in front all the same.
            guard bytes.number(at: size, bytes: 2) == UInt32(1 + Report.count),
                bytes.number(at: size + 2, bytes: 1) == 1,  // UHID_OUTPUT_REPORT
                bytes[start] == 0
            else { return }
            self = .output((start + 1..<start + 1 + Report.count).map { bytes[$0] })
        case 9:  // UHID_GET_REPORT: id, number, kind
            if let id = bytes.number(at: 4, bytes: 4) { self = .reportWanted(id) }
        case 13:  // UHID_SET_REPORT: id, number, kind, size, data
            if let id = bytes.number(at: 4, bytes: 4) { self = .reportSet(id) }
        default: return
        }
    }
}

/// What is said to the kernel; one `write(2)` each. What is left out at the end is zero.
package enum DeviceEvent {
    /// The device begins to exist (UHID_CREATE2).
    ///
    /// - Parameter user: whose key it is; its serial number, from which udev's rule tells its owner.
    package static func create(user: UInt32) -> [UInt8] {
        var event = Writer(type: 11)
        event.append("fob security key", count: 128)
        event.append("fob-uhid", count: 64)
        event.append(String(user), count: 64)
        event.append(UInt16(Report.descriptor.count))
        // Programs look for security keys among USB devices only.
        event.append(UInt16(3))
        // Vendor, product, version, country: numbers of USB's makers, of whom none made it.
        for _ in 0..<4 { event.append(UInt32(0)) }
        event.bytes += Report.descriptor
        return event.bytes
    }

    /// The device sends a report (UHID_INPUT2).
    package static func input(_ report: Span<UInt8>) -> [UInt8] {
        var event = Writer(type: 12)
        event.append(UInt16(report.count))
        for index in report.indices { event.bytes.append(report[index]) }
        return event.bytes
    }

    /// The answer to `KernelEvent.reportWanted`: there is none (UHID_GET_REPORT_REPLY).
    package static func noReport(_ id: UInt32) -> [UInt8] {
        var event = Writer(type: 10)
        event.append(id)
        event.append(Writer.inputOutputError)
        event.append(UInt16(0))
        return event.bytes
    }

    /// The answer to `KernelEvent.reportSet`: it was not (UHID_SET_REPORT_REPLY).
    package static func reportNotSet(_ id: UInt32) -> [UInt8] {
        var event = Writer(type: 14)
        event.append(id)
        event.append(Writer.inputOutputError)
        return event.bytes
    }
}

private struct Writer {
    var bytes: [UInt8] = []

    /// EIO, as the kernel hands it on to the program that waits.
    static let inputOutputError: UInt16 = 5

    init(type: UInt32) { append(type) }

    mutating func append(_ number: some FixedWidthInteger & UnsignedInteger) {
        for index in 0..<number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }

    /// A text in a field of `count` bytes, filled up with zeros.
    mutating func append(_ text: String, count: Int) {
        bytes += text.utf8.prefix(count - 1)
        bytes += [UInt8](repeating: 0, count: count - min(text.utf8.count, count - 1))
    }
}

extension Span<UInt8> {
    /// The number at an offset, nil where the bytes end before it does.
    fileprivate func number(at offset: Int, bytes: Int) -> UInt32? {
        guard offset + bytes <= count else { return nil }
        var number: UInt32 = 0
        for index in 0..<bytes { number |= UInt32(self[offset + index]) << UInt32(8 * index) }
        return number
    }
}
