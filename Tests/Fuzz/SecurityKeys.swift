import Authenticator
import CBOR
import Wire

/// What clients of security keys say: browsers and the programs of others, OpenSSH, and those who play them.
enum SecurityKeys {
    static let harnesses = [
        // What is accepted is written again byte by byte.
        Harness(name: "cbor") { bytes in
            guard let value = try? CBORReader.read(bytes) else { return }
            let again = CBORWriter.write(value)
            let isSame = again.count == bytes.count && again.indices.allSatisfy { again[$0] == bytes[$0] }
            precondition(isSame, "not canonical")
        },
        Harness(name: "ctaphid", run: reports),
        Harness(name: "ctap2") { bytes in
            var agent = FakeAgent(Sections(bytes))
            var commands = CTAP2(.full)
            while let message = agent.message() {
                guard let first = message.first else { continue }
                check(commands.answer(message, channel: UInt32(first >> 7) + 1, link: &agent))
            }
        },
        Harness(name: "u2f") { bytes in
            var agent = FakeAgent(Sections(bytes))
            var commands = U2F()
            var now: UInt64 = 0
            while let message = agent.message() {
                let answer = commands.answer(message, now: now, link: &agent)
                precondition((2...Report.message).contains(answer?.count ?? 2), "an answer has its status")
                now += UInt64(message.first ?? 0) * 16
                commands.expire(now: now, link: &agent)
            }
        },
        // The first section is the user's list of hosts.
        Harness(name: "ssh-agent") { bytes in
            var sections = Sections(bytes)
            let hosts = KnownHosts(sections.next() ?? [])
            var session = SSHSession(FakeHolder(), in: SSHSurroundings(hosts: { hosts }))
            while let message = sections.next() {
                let answer = session.answer(message.span)
                let announced = answer.prefix(4).reduce(0) { $0 << 8 | Int($1) }
                precondition(answer.count > 4 && announced == answer.count - 4, "an answer has its length")
            }
        },
    ]

    /// An answer of CTAP2 fits into a message, and is a status, with a map where that is good.
    private static func check(_ answer: [UInt8]?) {
        guard let answer else { return }
        precondition((1...Report.message).contains(answer.count), "an answer of \(answer.count) octets")
        guard answer[0] == 0 else { return precondition(answer.count == 1, "more than a status") }
        guard answer.count > 1 else { return }
        guard case .map = try? CBORReader.read(answer.span.extracting(1...)) else { preconditionFailure("no map") }
    }

    /// Reports with the time that passes before each, all the way to the commands and back.
    private static func reports(_ bytes: Span<UInt8>) {
        var machine = CTAPHID(firstChannel: 1)
        var commands = CTAP2(.full)
        var older = U2F()
        var now: UInt64 = 0
        var position = 0
        // A time of 4 milliseconds each, whether requests stay unanswered for a while, and a report.
        while position + 2 + Report.count <= bytes.count {
            now += UInt64(bytes[position]) * 4
            let isAnswered = bytes[position + 1] & 1 == 0
            guard let report = Report(bytes.extracting(position + 2..<position + 2 + Report.count)) else { return }
            position += 2 + Report.count
            _ = machine.expire(now: now)
            for case .request(let request) in machine.receive(report, now: now) where isAnswered {
                var agent = FakeAgent(Sections(Span()))
                let answer =
                    switch request.kind {
                    case .cbor: commands.answer(request.payload, channel: request.channel, link: &agent)
                    case .message: older.answer(request.payload, now: now, link: &agent)
                    }
                if let answer { _ = machine.finish(answer) }
            }
            if machine.isAnswering { _ = machine.keepAlive(.userPresenceNeeded) }
            if bytes[position - Report.count - 1] & 2 != 0, machine.isAnswering { _ = machine.finish([0x2d]) }
        }
    }
}
