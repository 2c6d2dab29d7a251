import Testing
import UserHID

/// Events as the kernel lays them out, written here by hand from linux/uhid.h.
@Suite struct EventTests {
    private static let report = (0..<64).map { UInt8($0) + 1 }

    /// UHID_OUTPUT: type, 4096 bytes of data, size, kind.
    private static func output(_ data: [UInt8], size: Int? = nil, kind: UInt8 = 1) -> [UInt8] {
        let size = size ?? data.count
        let sizes = [UInt8(size & 0xff), UInt8(size >> 8)]
        return [6, 0, 0, 0] + data + [UInt8](repeating: 0, count: 4096 - data.count) + sizes + [kind]
    }

    private static func event(_ bytes: [UInt8]) -> KernelEvent { KernelEvent(bytes.span) }

    @Test func `A written report comes without the byte for its number`() {
        #expect(Self.event(Self.output([0] + Self.report)) == .output(Self.report))
        // The kernel may hand over more than belongs to the event.
        let long = Self.output([0] + Self.report) + [UInt8](repeating: 7, count: 100)
        #expect(Self.event(long) == .output(Self.report))
    }

    @Test(arguments: [0, 1, 63, 64, 66, 4096, 65535]) func `A report of another size is nothing`(size: Int) {
        #expect(Self.event(Self.output([0] + Self.report, size: size)) == .other)
    }

    @Test func `A report with a number, a feature report and an input report are nothing`() {
        #expect(Self.event(Self.output([1] + Self.report)) == .other)
        #expect(Self.event(Self.output([0] + Self.report, kind: 0)) == .other)
        #expect(Self.event(Self.output([0] + Self.report, kind: 2)) == .other)
    }

    @Test func `Questions for reports are told by their number`() {
        #expect(Self.event([9, 0, 0, 0, 4, 3, 2, 1, 0, 0]) == .reportWanted(0x0102_0304))
        #expect(Self.event([13, 0, 0, 0, 4, 3, 2, 0xff, 0, 0, 1, 0, 9]) == .reportSet(0xff02_0304))
    }

    @Test func `Every event that is cut short is nothing, or a question whose number is there`() {
        for whole in [Self.output([0] + Self.report), [9, 0, 0, 0, 1, 0, 0, 0], [13, 0, 0, 0, 1, 0, 0, 0]] {
            for count in 0..<whole.count { #expect(Self.event(Array(whole[..<count])) == .other, "\(count)") }
        }
    }

    @Test func `Start, stop, open, close, what nobody knows and what only we say are nothing`() {
        for type in UInt8(0)...255 where type != 6 && type != 9 && type != 13 {
            let bytes = [type, 0, 0, 0] + [UInt8](repeating: 0, count: KernelEvent.longest - 4)
            #expect(Self.event(bytes) == .other, "\(type)")
            #expect(Self.event([6, type, 0, 0] + Self.output([0] + Self.report).dropFirst(4)) == .other || type == 0)
        }
    }

    @Test func `The device is made with its name, its owner and the descriptor of a security key`() {
        let made = DeviceEvent.create(user: 1000)
        #expect(made.count == 4 + 128 + 64 + 64 + 2 + 2 + 16 + 34)
        #expect(Array(made[..<4]) == [11, 0, 0, 0])
        let name = Array("fob security key".utf8)
        #expect(Array(made[4..<132]) == name + [UInt8](repeating: 0, count: 128 - name.count))
        #expect(Array(made[132..<141]) == Array("fob-uhid".utf8) + [0])
        #expect(Array(made[196..<201]) == Array("1000".utf8) + [0])
        #expect(Array(made[260..<264]) == [34, 0, 3, 0])
        #expect(made[264..<280].allSatisfy { $0 == 0 })
        let descriptor: [UInt8] = [
            0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95,
            0x40, 0x81, 0x02, 0x09, 0x21, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91, 0x02, 0xc0,
        ]
        #expect(Array(made[280...]) == descriptor)
        #expect(DeviceEvent.create(user: .max)[196..<206].elementsEqual("4294967295".utf8))
    }

    @Test func `Reports and refusals are written as the kernel reads them`() {
        #expect(DeviceEvent.input(Self.report.span) == [12, 0, 0, 0, 64, 0] + Self.report)
        #expect(DeviceEvent.noReport(0x0102_0304) == [10, 0, 0, 0, 4, 3, 2, 1, 5, 0, 0, 0])
        #expect(DeviceEvent.reportNotSet(7) == [14, 0, 0, 0, 7, 0, 0, 0, 5, 0])
    }
}

@Suite struct AdmissionTests {
    @Test func `People have one key each, up to a number`() {
        let admission = Bridge.Admission(mostKeys: 2)
        #expect(admission.refusal(of: 1000, among: []) == nil)
        #expect(admission.refusal(of: 1001, among: [1000]) == nil)
        #expect(admission.refusal(of: 1000, among: [1000]) != nil)
        #expect(admission.refusal(of: 1002, among: [1000, 1001]) != nil)
    }

    @Test func `Root and services have one where that is allowed, nobody never`() {
        for user in [UInt32(0), 1, 999] {
            #expect(Bridge.Admission().refusal(of: user, among: []) != nil)
            #expect(Bridge.Admission(systemUsers: true).refusal(of: user, among: []) == nil)
        }
        #expect(Bridge.Admission(systemUsers: true).refusal(of: 65534, among: []) != nil)
    }
}
