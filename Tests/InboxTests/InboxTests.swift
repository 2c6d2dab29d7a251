import Testing
import Wire

@testable import Inbox

@Suite struct ReadMessageTests {
    @Test(
        "what a message binds its code to is a host as browsers show it",
        arguments: [
            ("@login.example #1", "login.example", ""), ("@LOGIN.Example #1", "login.example", ""),
            ("@l\u{43e}gin.example #1", "xn--lgin-55d.example", ""),
            ("@bücher.example #1 @Pay.example", "xn--bcher-kva.example", "pay.example"), ("your code is 4821", "", ""),
        ])
    func hosts(_ text: String, _ host: String, _ frame: String) throws {
        let message = try #require(ReadMessage(text))
        #expect(message.host == host && message.frame == frame)
    }

    @Test(
        arguments: [
            "@lo/gin.example #1", "@log:in.example #1", "@[::1] #1", "@login.example:443 #1", "@-.. #1",
            "@user@login.example #1",
            "@login.example #1 @a/b", "@login.example/x #4821 code", "@login.example #\u{1b}[2J",
            "@login.example #c\u{43e}de",
            "@login.example #" + String(repeating: "9", count: 65), "hello",
        ])
    func `no host is made another, and nothing is guessed of a message that binds`(_ text: String) {
        #expect(ReadMessage(text) == nil)
    }
}

@Suite struct AllowanceTests {
    @Test func `so many at once, then one for each pause`() {
        var allowance = Allowance(most: 4, per: 4000)
        var taken = [UInt64](repeating: 100_000, count: 6) + [100_999, 101_000, 101_999, 102_000]
        taken += [UInt64](repeating: 999_000, count: 6)
        let isTaken = taken.map { allowance.take(at: $0) }
        let burst = [true, true, true, true, false, false]
        #expect(isTaken == burst + [false, true, false, true] + burst)
    }
}

@Suite struct WatchedLineTests {
    private static func standing(_ service: LineStanding.Service, sim: String = "1") -> LineStanding {
        LineStanding(service: service, device: "a", sim: sim, numbers: [])
    }

    @Test func `a line that looks for a network is lost after its time, and one that is refused at once`() {
        var line = WatchedLine(Self.standing(.served), at: 0)
        line.isNew = false
        line.take(Self.standing(.searches), at: 1000)
        line.look(at: 300_999, patience: 300_000)
        #expect(!line.isLost && !line.isNew)
        line.take(Self.standing(.searches), at: 300_999)
        line.look(at: 301_000, patience: 300_000)
        #expect(line.isLost && line.isNew && line.request.isLost)
        line.take(Self.standing(.served), at: 302_000)
        #expect(!line.isLost)
        line.take(Self.standing(.refused), at: 303_000)
        #expect(line.isLost)
    }

    @Test func `a line that never had service loses none`() {
        for service in [LineStanding.Service.searches, .refused] {
            var line = WatchedLine(Self.standing(service, sim: ""), at: 0)
            line.take(Self.standing(service, sim: ""), at: 1000)
            line.look(at: 900_000, patience: 300_000)
            #expect(!line.isLost && line.deadline(300_000) == nil)
        }
    }

    @Test func `what its owner switches off stays what it was`() {
        var line = WatchedLine(Self.standing(.served), at: 0)
        line.take(Self.standing(.searches), at: 1000)
        line.take(Self.standing(.off), at: 2000)
        line.look(at: 900_000, patience: 300_000)
        #expect(!line.isLost && line.deadline(300_000) == nil)
        line.take(Self.standing(.refused), at: 900_000)
        line.take(Self.standing(.off), at: 900_001)
        #expect(line.isLost)
    }

    @Test func `no number of a modem or a SIM leaves the program`() {
        let line = WatchedLine(Self.standing(.served, sim: ""), at: 0)
        #expect(line.request.sim == Digest() && line.request.line != Digest())
    }
}
