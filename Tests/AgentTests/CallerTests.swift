import Platform
import Testing
import Wire

@testable import Agent

/// Which process asks, and which may answer.
@Suite struct CallerTests {
    /// Processes that a test invents.
    private final class Table {
        var processes: [Int32: ProcessDescription] = [:]
        var ended: Set<Int32> = []
        var groups: [Int32: String] = [:]
        /// How often each was read.
        private(set) var reads = Reads()

        struct Reads: Equatable {
            var descriptions = 0
            var executables = 0
            var groups = 0
        }

        /// A process in a session and group of its own, unless others are named.
        @discardableResult
        func add(
            _ number: Int32, under parent: Int32 = 1, session: Int32? = nil, group: Int32? = nil,
            started: UInt64? = nil, terminal: String = "", foreground: Int32 = 0
        ) -> Int32 {
            var process = ProcessDescription(unknown: number)
            process.startTime = started ?? UInt64(1000 + number)
            (process.parent, process.session, process.group) = (parent, session ?? number, group ?? number)
            (process.terminal, process.foreground) = (terminal, foreground)
            process.name = "program"
            processes[number] = process
            return number
        }

        func caller(_ number: Int32) -> Caller {
            var read = Caller.Processes()
            read.describe = { [self] in
                reads.descriptions += 1
                return processes[$0] ?? ProcessDescription(unknown: $0)
            }
            read.executable = { [self] in
                reads.executables += 1
                return "/bin/\($0.process)"
            }
            read.controlGroup = { [self] in
                reads.groups += 1
                return groups[$0.process] ?? ""
            }
            return Caller(number, in: read) { [self] in !ended.contains(number) }
        }
    }

    // MARK: Identity

    @Test func `a session is told from a later one whose leader has the same number`() {
        let table = Table()
        table.add(10, started: 500)
        table.add(11, under: 10, session: 10, started: 501)
        let before = table.caller(11).session
        table.add(10, started: 900)
        table.add(12, under: 10, session: 10, started: 901)
        let after = table.caller(12).session
        #expect(before.isKnown && after.isKnown)
        #expect(before.leader.number == after.leader.number)
        #expect(before != after)
    }

    @Test func `of a process that had ended before it was looked at, nothing is known but its number`() {
        let table = Table()
        table.add(10)
        table.ended = [10]
        let caller = table.caller(10)
        #expect(caller.process == ProcessDescription(unknown: 10))
        #expect(!caller.isThere && !caller.session.isKnown)
        #expect(String(decoding: caller.logFields, as: UTF8.self) == "pid=10 exe=- tty=-")
    }

    @Test func `a process that ends later has no session any more, and its number brings nobody there`() {
        let table = Table()
        table.add(10)
        let caller = table.caller(10)
        #expect(caller.session.isKnown)
        table.ended = [10]
        table.add(10, started: 5000)
        #expect(!caller.isThere && !caller.session.isKnown)
        #expect(caller.process.startTime == 1010)
    }

    @Test func `a session without its leader is not known`() {
        let table = Table()
        table.add(11, session: 10)
        #expect(!table.caller(11).session.isKnown)
        #expect(table.caller(11).isThere)
    }

    @Test func `processes of another process name space all look alike, and none is known`() {
        #expect(!Table().caller(0).isThere)
        #expect(!Table().caller(0).session.isKnown)
        #expect(!Caller.Session.unknown.isKnown)
        #expect(!Caller.Session(leader: .init(number: 1, startTime: 1), listener: .unknown).isKnown)
    }

    @Test func `a slice is what setsid does not leave`() {
        let table = Table()
        table.add(10)
        table.add(11, under: 10)
        table.groups = [10: "/app.scope", 11: "/app.scope"]
        table.add(12)
        #expect(table.caller(10).session != table.caller(11).session)
        #expect(table.caller(10).slice == table.caller(11).slice)
        #expect(table.caller(10).slice != table.caller(12).slice)
    }

    // MARK: For whom a listener asks

    /// A listener (20), its parent (10), and somebody else (40), who has or has not the number of who connected.
    @Test(arguments: [10, 40] as [Int32], [nil, 0, -1, 1] as [Int?])
    func `whoever has the number by now is not taken for who connected`(_ number: Int32, _ difference: Int?) {
        let table = desktop()
        let (listener, found) = (table.caller(20), table.caller(number))
        let start = difference.map { UInt64(Int(found.process.startTime) + $0) } ?? 0
        let requester = KeyRequester(processID: UInt32(number), startTime: start)
        for isTold in [false, true] {
            let beneficiary = Beneficiary(requester, found, by: listener, isTold: isTold)
            // Version 1 has no start; who asks for its parent needs none.
            let isIt = difference == 0 || difference == nil && (!isTold || number == 10)
            #expect(beneficiary.caller.isThere == isIt && beneficiary.caller.session.isKnown == isIt)
            #expect(beneficiary.session(by: listener).isKnown == isIt)
            #expect(beneficiary.caller.process.process == number)
        }
        table.ended = [20]
        #expect(!Beneficiary(requester, found, by: listener, isTold: true).caller.isThere || difference == 0)
    }

    // MARK: What a caller costs

    @Test func `of who gets a code that is only counted, one file is read, and nothing that is for people`() throws {
        let table = Table()
        for number in 10...19 as ClosedRange<Int32> { table.add(number, session: 5, terminal: "pts/1") }
        let scratch = try ScratchDirectory()
        let log = try AuditLog(in: scratch.open())
        let account = Identifier(high: 1, low: 2)
        for number in 10...19 as ClosedRange<Int32> {
            log.append(
                frequent: .code, account: account, outcome: .done, caller: table.caller(number), at: 1,
                Monotonic(milliseconds: UInt64(number)))
        }
        #expect(table.reads == Table.Reads(descriptions: 10, executables: 1))
        log.flushFolded()
        log.write()
        let text = try String(decoding: scratch.open().read("codes.log", limit: 4096) ?? [], as: UTF8.self)
        let words = text.split(separator: "\n").map {
            $0.split(separator: " ").dropFirst(4).prefix(5).joined(separator: " ")
        }
        #expect(words[0].hasPrefix("done pid=10 exe=/bin/10 tty=pts/1"))
        #expect(words[1] == "repeated pid=10 exe=/bin/10 tty=pts/1 count=9")
    }

    @Test(arguments: ["session", "program", "terminal", "account", "time"])
    func `codes are counted together for one account, session, program and terminal, and for a time`(_ other: String)
        throws
    {
        let table = Table()
        table.add(10, session: 5, terminal: "pts/1")
        table.add(11, session: other == "session" ? 6 : 5, terminal: other == "terminal" ? "pts/2" : "pts/1")
        if other == "program" { table.processes[11]?.name = "another" }
        let scratch = try ScratchDirectory()
        let log = try AuditLog(in: scratch.open())
        for (number, late) in [(10, 0), (11, other == "time" ? AgentLimits.foldMilliseconds : 1)] as [(Int32, UInt64)] {
            log.append(
                frequent: .code, account: Identifier(high: 1, low: other == "account" ? UInt64(number) : 2),
                outcome: .done, caller: table.caller(number), at: 1, Monotonic(milliseconds: late))
        }
        #expect(table.reads == Table.Reads(descriptions: 2, executables: 2))
        #expect(log.codes.chain.sequence == 2)
    }

    @Test func `a program is not named by what has its number after it has ended`() {
        let table = Table()
        table.add(10)
        let caller = table.caller(10)
        table.ended = [10]
        #expect(caller.executable.isEmpty)
        #expect(String(decoding: caller.logFields, as: UTF8.self) == "pid=10 exe=- tty=-")
    }

    @Test func `what is read for people in time stays when the process has ended`() {
        let table = Table()
        table.add(10)
        let caller = table.caller(10)
        caller.readForPeople()
        table.ended = [10]
        #expect(String(decoding: caller.logFields, as: UTF8.self) == "pid=10 exe=/bin/10 tty=-")
        #expect(table.reads == Table.Reads(descriptions: 1, executables: 1))
    }

    // MARK: Who may answer

    /// A terminal with a shell (10) in it, which runs 20, which has started 21, which has started 22; a shell in another
    /// terminal (30) with 31; a program without a terminal (40).
    private func desktop() -> Table {
        let table = Table()
        table.add(10, terminal: "pts/1", foreground: 20)
        table.add(20, under: 10, session: 10, group: 20, terminal: "pts/1", foreground: 20)
        table.add(21, under: 20, session: 10, group: 21, terminal: "pts/1", foreground: 20)
        table.add(22, under: 21, session: 22, group: 22)
        table.add(30, terminal: "pts/2", foreground: 31)
        table.add(31, under: 30, session: 30, group: 31, terminal: "pts/2", foreground: 31)
        table.add(40)
        return table
    }

    private func may(_ answerer: Int32, _ asker: Int32, in table: Table) -> Bool {
        table.caller(answerer).mayAnswer(table.caller(asker))
    }

    @Test func `neither who asks may answer, nor what it has started, nor what has started it`() {
        let table = desktop()
        for asker in [20, 21] as [Int32] {
            // 22 has a session of its own, and is two generations on.
            for kin in [20, 21, 22] as [Int32] { #expect(!may(kin, asker, in: table)) }
        }
        // Who asks in a session of its own has nobody above it there.
        #expect(may(20, 22, in: table))
    }

    @Test func `people answer in another terminal, or by a program of the desktop`() {
        let table = desktop()
        for asker in [20, 21, 22] as [Int32] {
            for answerer in [30, 31, 40] as [Int32] { #expect(may(answerer, asker, in: table)) }
        }
    }

    @Test func `one job is one caller`() {
        let table = desktop()
        table.add(50, under: 40, session: 60, group: 70)
        table.add(51, under: 40, session: 61, group: 70)
        #expect(!may(51, 50, in: table))
        table.add(51, under: 40, session: 61, group: 71)
        #expect(may(51, 50, in: table))
    }

    @Test(arguments: [false, true], [false, true])
    func `in one session only the foreground answers, and only for what is not there`(
        _ answererIsThere: Bool, _ askerIsThere: Bool
    ) {
        let table = desktop()
        let (answerer, asker): (Int32, Int32) = (81, 82)
        let foreground = answererIsThere ? answerer : askerIsThere ? asker : 99
        for (number, group) in [(answerer, answerer), (asker, answererIsThere && askerIsThere ? answerer : asker)] {
            table.add(
                number, under: 10, session: 10, group: group, terminal: "pts/1", foreground: foreground)
        }
        #expect(may(answerer, asker, in: table) == (answererIsThere && !askerIsThere))
    }

    @Test func `a session without a terminal has no foreground`() {
        let table = desktop()
        table.add(80, under: 40, session: 40, group: 80)
        table.add(81, under: 40, session: 40, group: 81)
        #expect(!may(81, 80, in: table))
    }

    @Test func `who is not known neither answers nor is answered`() {
        let table = desktop()
        table.ended = [40]
        #expect(!may(40, 20, in: table))
        #expect(!may(20, 40, in: table))
        #expect(!may(0, 20, in: table))
    }

    @Test func `a parent that is younger than its child is another process, and is not followed`() {
        let table = desktop()
        table.add(100, under: 20, started: 1021)
        #expect(!may(100, 20, in: table))
        table.add(20, under: 10, session: 10, group: 20, started: 9000)
        #expect(may(100, 20, in: table))
    }

    @Test func `parents that go round in a circle end`() {
        let table = Table()
        table.add(10, under: 11, started: 5)
        table.add(11, under: 10, started: 5)
        table.add(12)
        #expect(may(10, 12, in: table))
    }

    // MARK: Real processes

    @Test func `this process is held and described`() throws {
        let handle = ProcessHandle(of: Environment.process)
        #expect(handle.isAlive)
        let caller = Caller(handle)
        #expect(caller.process.process == Environment.process)
        #expect(caller.process.parent == Environment.parent)
        #expect(caller.process.startTime > 0 && caller.process.group > 0)
        #expect(caller.isThere)
        #expect(!caller.mayAnswer(Caller(handle)))
    }

    @Test func `a process that has ended is not alive, whoever has its number`() throws {
        var child = try Child.start("/bin/cat", [], environment: [], input: .connected)
        let handle = ProcessHandle(of: child.process)
        #expect(handle.isAlive)
        child.input = nil
        while child.poll() == nil { Environment.sleep(milliseconds: 1) }
        #expect(!handle.isAlive)
        #expect(!ProcessHandle(of: 0).isAlive)
    }
}

extension Caller.Session {
    /// The session of a leader that a test invents.
    static func test(_ leader: Int) -> Self {
        Self(leader: ProcessIdentity(number: Int32(leader), startTime: leader == 0 ? 0 : 1))
    }
}
