import Testing
import Wire

/// What fob and fob-hardware say to each other.
@Suite struct HardwareFrameTests {
    private func credential(_ count: Int) -> HardwareCredential {
        var credential = HardwareCredential()
        (credential.label, credential.site, credential.verifies) = (Sample.text(Limits.name), "fob", true)
        credential.credential = [UInt8](repeating: 7, count: count)
        credential.salt = Digest(.init { UInt8($0) })
        return credential
    }

    private func frame(_ body: some HardwareBody) throws -> [UInt8] {
        try bytes(HardwareFrame.longest) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try HardwareFrame.append(body, into: &output)
        }
    }

    private func scan(_ bytes: [UInt8]) throws(WireError) -> HardwareFrame? { try HardwareFrame.scan(bytes.span) }

    private func comesBack<Body: HardwareBody>(_ body: Body) throws {
        let frame = try frame(body)
        let found = try #require(try scan(frame))
        #expect(found.kind == Body.kind && found.body.upperBound == frame.count)
        let bytes = Array(frame[found.body])
        #expect(try Body(from: bytes.span) == body)
        for count in 0..<frame.count { #expect(try scan(Array(frame[..<count])) == nil) }
        let more = bytes + [0]
        #expect(throws: WireError.leftover) { try Body(from: more.span) }
    }

    @Test func `every body comes back as it was`() throws {
        try comesBack(HardwareStart(.secret, device: "unix:/run/x", keys: [credential(1), credential(1024)]))
        // A new credential has no id yet.
        try comesBack(HardwareStart(.enrol, device: "", keys: [credential(0)]))
        try comesBack(HardwareStart(.list, device: "", keys: []))
        try comesBack(HardwareDevice(path: "/dev/hidraw0", name: "a key"))
        try comesBack(HardwarePinNeeded(tries: 7, again: true))
        try comesBack(HardwareTouch())
        try comesBack(HardwareMade(credential(64)))
        try comesBack(HardwareEnd())
        for fault in HardwareFault.allCases { try comesBack(HardwareFailure(fault, "why")) }
    }

    @Test func `what is too long or unknown is refused`() throws {
        let keys = Array(repeating: credential(1024), count: HardwareStart.mostKeys)
        #expect(try scan(frame(HardwareStart(.secret, device: "", keys: keys))) != nil)
        #expect(throws: WireError.tooLong) {
            try frame(HardwareStart(.secret, device: "", keys: keys + [credential(1)]))
        }
        #expect(throws: WireError.self) { try frame(HardwareMade(credential(1025))) }
        #expect(throws: WireError.unknownValue) { try scan([0, 0, 0, 1, 0x77]) }
        #expect(throws: WireError.truncated) { try scan([0, 0, 0, 0, 0x16]) }
        #expect(throws: WireError.tooLong) { try scan([0, 1, 0, 0, 0x16]) }
    }
}
