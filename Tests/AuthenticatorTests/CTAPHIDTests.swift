import Authenticator
import Testing

/// A client's view of the state machine: what is sent to it, and what it answers.
private struct Wire {
    var machine = CTAPHID(firstChannel: 0x1000_0001)
    var now: UInt64 = 10_000
    /// What came out since last looked at.
    var events: [CTAPHID.Event] = []

    mutating func send(_ digits: String) {
        let sent = bytes(digits)
        let report = Report((sent + [UInt8](repeating: 0, count: Report.count - sent.count)).span)
        guard let report else { preconditionFailure("not a report: \(digits)") }
        events += machine.receive(report, now: now)
    }

    /// Reports sent out, without the padding behind `count` bytes.
    mutating func sent(_ count: Int) -> [String] {
        defer { events = [] }
        return events.compactMap { event in
            guard case .send(let report) = event else { return nil }
            return hexadecimal(Array(report.bytes.prefix(count)))
        }
    }

    /// Requests and orders, without what was sent.
    mutating func orders() -> [CTAPHID.Event] {
        defer { events = [] }
        return events.filter { if case .send = $0 { false } else { true } }
    }

    /// A channel of one's own.
    mutating func initialize() -> String {
        send("ffffffff 86 0008 0102030405060708")
        guard let answer = sent(24).first else { return "" }
        return String(answer.dropFirst(30).prefix(8))
    }
}

@Suite struct CTAPHIDTests {
    @Test func `a report has 64 bytes, or one more in front`() {
        let zero = [UInt8](repeating: 0, count: 65)
        #expect(Report(zero.span)?.bytes.count == 64)
        let plain = [UInt8](repeating: 0, count: 64)
        #expect(Report(plain.span)?.bytes.count == 64)
        #expect(Report([UInt8](repeating: 0, count: 63).span) == nil)
        #expect(Report([UInt8](repeating: 0, count: 66).span) == nil)
        #expect(Report([UInt8](repeating: 1, count: 65).span) == nil)
        #expect(Report([UInt8]().span) == nil)
    }

    @Test func `INIT gives out channels, one after the other`() {
        var wire = Wire()
        wire.send("ffffffff 86 0008 1122334455667788")
        #expect(wire.sent(24) == ["ffffffff860011" + "1122334455667788" + "10000001" + "0201000005"])
        wire.send("ffffffff 86 0008 1122334455667788")
        #expect(wire.sent(24) == ["ffffffff860011" + "1122334455667788" + "10000002" + "0201000005"])
        wire.send("ffffffff 86 0007 11223344556677")
        #expect(wire.sent(8) == ["ffffffffbf000103"])
        wire.send("00000000 86 0008 1122334455667788")
        #expect(wire.sent(8) == ["00000000bf00010b"])
    }

    @Test func `0 and the broadcast channel are never given out`() {
        var machine = CTAPHID(firstChannel: 0xFFFF_FFFF)
        let hello = bytes("ffffffff 86 0008 1122334455667788") + [UInt8](repeating: 0, count: 49)
        guard let report = Report(hello.span), case .send(let answer)? = machine.receive(report, now: 0).first else {
            Issue.record("no answer")
            return
        }
        #expect(hexadecimal(Array(answer.bytes[15..<19])) == "00000001")
    }

    @Test func `channels that nobody was given are refused`() {
        var wire = Wire()
        _ = wire.initialize()
        wire.send("10000002 81 0001 00")
        #expect(wire.sent(8) == ["10000002bf00010b"])
        wire.send("ffffffff 81 0001 00")
        #expect(wire.sent(8) == ["ffffffffbf00010b"])
        wire.send("10000002 86 0008 1122334455667788")
        #expect(wire.sent(8) == ["10000002bf00010b"])
        wire.machine = CTAPHID(firstChannel: 1, acceptsAnyChannel: true)
        wire.send("10000002 81 0001 2a")
        #expect(wire.sent(8) == ["100000028100012a"])
    }

    @Test func `a channel of long ago makes room`() {
        var wire = Wire()
        let old = wire.initialize()
        let used = wire.initialize()
        for _ in 0..<62 { _ = wire.initialize() }
        wire.send("\(used) 81 0000")
        #expect(wire.sent(7) == ["\(used)810000"])
        wire.send("\(old) 81 0000")
        #expect(wire.sent(7) == ["\(old)810000"])
        _ = wire.initialize()
        _ = wire.initialize()
        wire.send("\(old) 81 0000")
        #expect(wire.sent(7) == ["\(old)810000"])
        wire.send("10000003 81 0000")
        #expect(wire.sent(8) == ["10000003bf00010b"])
    }

    @Test(arguments: [0, 1, 56, 57, 58, 116, 117, 7608, 7609]) func `PING comes back whole`(_ count: Int) {
        var wire = Wire()
        let channel = wire.initialize()
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let head = "\(channel) 81" + hexadecimal([UInt8(count >> 8), UInt8(count & 0xFF)])
        var reports = [head + hexadecimal(Array(payload.prefix(57)))]
        var rest = payload.dropFirst(57)
        var sequence: UInt8 = 0
        while !rest.isEmpty {
            reports.append(channel + hexadecimal([sequence] + rest.prefix(59)))
            rest = rest.dropFirst(59)
            sequence += 1
        }
        for report in reports { wire.send(report) }
        let answer = wire.sent(64).map { bytes($0) }
        #expect(answer.count == reports.count)
        let body = (answer.first ?? [])[7...] + answer.dropFirst().flatMap { $0[5...] }
        #expect(Array(body.prefix(count)) == payload)
        #expect(!body.dropFirst(count).contains { $0 != 0 })
    }

    @Test func `a message that is too long is refused, and its rest ignored`() {
        var wire = Wire()
        let channel = wire.initialize()
        wire.send("\(channel) 81 1dba")
        #expect(wire.sent(8) == ["\(channel)bf000103"])
        wire.send("\(channel) 00")
        #expect(wire.events == [])
    }

    @Test func `reports out of order end a message`() {
        var wire = Wire()
        let channel = wire.initialize()
        wire.send("\(channel) 81 0400")
        wire.send("\(channel) 00")
        wire.send("\(channel) 02")
        #expect(wire.sent(8) == ["\(channel)bf000104"])
        wire.send("\(channel) 81 0400")
        wire.send("\(channel) 81 0400")
        #expect(wire.sent(8) == ["\(channel)bf000104"])
        wire.send("\(channel) 81 0001 07")
        #expect(wire.sent(8) == ["\(channel)81000107"])
        wire.send("\(channel) 00")
        #expect(wire.events == [])
    }

    @Test func `a message that stops is over after half a second`() {
        var wire = Wire()
        let channel = wire.initialize()
        #expect(wire.machine.deadline == nil)
        wire.send("\(channel) 81 0400")
        #expect(wire.machine.deadline == 10_500)
        #expect(wire.machine.expire(now: 10_499) == [])
        wire.events = wire.machine.expire(now: 10_500)
        #expect(wire.sent(8) == ["\(channel)bf000105"])
        #expect(wire.machine.deadline == nil)
        // The same when a report comes before anybody has looked at the time.
        wire.send("\(channel) 81 0400")
        wire.now += 600
        wire.send("\(channel) 00")
        #expect(wire.sent(8) == ["\(channel)bf000105"])
    }

    @Test func `while a message comes, others are told to wait, but INIT gets a channel`() {
        var wire = Wire()
        let (first, second) = (wire.initialize(), wire.initialize())
        wire.send("\(first) 81 0063")
        wire.send("\(second) 81 0063")
        #expect(wire.sent(8) == ["\(second)bf000106"])
        wire.send("\(second) 00")
        #expect(wire.events == [])
        #expect(wire.initialize() == "10000003")
        wire.send("\(second) 86 0008 1122334455667788")
        #expect(wire.sent(19) == ["\(second)8600111122334455667788\(second)"])
        wire.send("\(first) 00")
        #expect(wire.sent(7) == ["\(first)810063", "\(first)000000"])
    }

    @Test func `INIT on a channel drops what has come so far`() {
        var wire = Wire()
        let channel = wire.initialize()
        wire.send("\(channel) 81 0400")
        wire.send("\(channel) 86 0008 1122334455667788")
        #expect(wire.sent(7) == ["\(channel)860011"])
        wire.send("\(channel) 81 0001 05")
        #expect(wire.sent(8) == ["\(channel)81000105"])
    }

    @Test func `requests are handed up whole and answered on their channel`() {
        var wire = Wire()
        let channel = wire.initialize()
        wire.send("\(channel) 90 0001 04")
        #expect(wire.orders() == [.request(.init(channel: 0x1000_0001, kind: .cbor, payload: [4]))])
        #expect(wire.machine.isAnswering)
        let waiting = wire.machine.keepAlive(.userPresenceNeeded)
        #expect(waiting.map { hexadecimal(Array($0.bytes.prefix(8))) } == "\(channel)bb000102")
        let answer = wire.machine.finish([0, 0xA0])
        #expect(answer.map { hexadecimal(Array($0.bytes.prefix(9))) } == ["\(channel)90000200a0"])
        #expect(wire.machine.keepAlive(.processing) == nil)

        wire.send("\(channel) 83 0004 00030000")
        #expect(wire.orders() == [.request(.init(channel: 0x1000_0001, kind: .message, payload: [0, 3, 0, 0]))])
        #expect(wire.machine.keepAlive(.processing) == nil)
        #expect(wire.machine.finish([0x6D, 0]).count == 1)
    }

    @Test func `while a request is answered, others are told to wait, and only its own channel cancels it`() {
        var wire = Wire()
        let (first, second) = (wire.initialize(), wire.initialize())
        wire.send("\(first) 90 0001 04")
        wire.events = []
        wire.send("\(second) 90 0001 04")
        #expect(wire.sent(8) == ["\(second)bf000106"])
        wire.send("\(first) 81 0000")
        #expect(wire.sent(8) == ["\(first)bf000106"])
        wire.send("\(second) 91 0000")
        #expect(wire.events == [])
        wire.send("\(first) 91 0000")
        #expect(wire.events == [.cancel])
        wire.events = []
        #expect(wire.initialize() == "10000003")
        #expect(wire.machine.isAnswering)
        wire.send("\(first) 86 0008 1122334455667788")
        #expect(wire.events.first == .abandon)
        #expect(wire.sent(7) == ["\(first)860011"])
        #expect(!wire.machine.isAnswering)
    }

    @Test func `a cancel with nothing to cancel gets no answer`() {
        var wire = Wire()
        let channel = wire.initialize()
        wire.send("\(channel) 91 0000")
        #expect(wire.events == [])
    }

    @Test func `empty requests and unknown commands are refused`() {
        var wire = Wire()
        let channel = wire.initialize()
        for (command, error) in [("90", "03"), ("83", "03"), ("e6", "01"), ("bb", "01"), ("bf", "01")] {
            wire.send("\(channel) \(command) 0000")
            #expect(wire.sent(8) == ["\(channel)bf0001\(error)"], "command \(command)")
        }
    }

    @Test func `WINK shows the key`() {
        var wire = Wire()
        let channel = wire.initialize()
        wire.send("\(channel) 88 0000")
        #expect(wire.events.first == .wink)
        #expect(wire.sent(7) == ["\(channel)880000"])
        wire.send("\(channel) 88 0001 00")
        #expect(wire.sent(8) == ["\(channel)bf000103"])
    }

    @Test func `LOCK keeps others out for its seconds`() {
        var wire = Wire()
        let (first, second) = (wire.initialize(), wire.initialize())
        wire.send("\(first) 84 0001 0b")
        #expect(wire.sent(8) == ["\(first)bf000102"])
        wire.send("\(first) 84 0001 02")
        #expect(wire.sent(7) == ["\(first)840000"])
        wire.send("\(second) 81 0000")
        #expect(wire.sent(8) == ["\(second)bf000106"])
        wire.send("\(first) 81 0000")
        #expect(wire.sent(7) == ["\(first)810000"])
        wire.now += 2000
        wire.send("\(second) 81 0000")
        #expect(wire.sent(7) == ["\(second)810000"])
        wire.send("\(first) 84 0001 0a")
        wire.send("\(first) 84 0001 00")
        wire.events = []
        wire.send("\(second) 81 0000")
        #expect(wire.sent(7) == ["\(second)810000"])
    }
}
