import Encodings
import Platform
import Wire

/// A process that asks or answers. It is held by a pidfd, so that what was read of its number was read of it, and so that
/// its end is noticed: of a process that has ended nothing is known, and it gets nothing that is for a known one.
final class Caller {
    /// What was read of it when it was first needed; `unknown` when it had ended by then.
    let process: ProcessDescription
    private let processes: Processes
    private let isAlive: () -> Bool

    /// What can be read of processes; of invented ones in tests.
    struct Processes {
        var describe: (Int32) -> ProcessDescription = { ProcessDescription(of: $0) }
        var executable: (ProcessDescription) -> String = { $0.executable }
        var controlGroup: (ProcessDescription) -> String = { $0.controlGroup }
    }

    convenience init(_ handle: ProcessHandle) { self.init(handle.number) { handle.isAlive } }

    init(_ number: Int32, in processes: Processes = Processes(), isAlive: @escaping () -> Bool) {
        self.processes = processes
        self.isAlive = isAlive
        let found = processes.describe(number)
        // Only now: while it lives, nobody else can have had its number.
        process = isAlive() ? found : ProcessDescription(unknown: number)
    }

    /// Somebody who had that number.
    convenience init(unknown number: Int32) { self.init(number) { false } }

    /// Path of its program, or its name in brackets; empty when it had ended before anybody wanted to know.
    private(set) lazy var executable: String = {
        guard process.identity.isKnown else { return "" }
        let found = processes.executable(process)
        return isAlive() ? found : ""
    }()

    /// For the audit log: `pid=… exe=… tty=…`.
    private(set) lazy var logFields: [UInt8] = {
        let terminal = process.terminal.isEmpty ? "-" : process.terminal
        return Array("pid=\(process.process) exe=\(Self.escaped(executable)) tty=\(terminal)".utf8)
    }()

    /// Reads what is for people, while it is there: it may have ended by the time somebody is told of it.
    func readForPeople() { _ = logFields }

    /// Whether it is known, and still there.
    var isThere: Bool { process.identity.isKnown && isAlive() }

    /// What tells callers apart for what they were granted: the terminal session, which outlives the short programs that
    /// a script starts. Advice, never authority. Not known once the process, or the leader of its session, has ended.
    var session: Session { isThere ? ownSession : .unknown }

    /// While a process is in it, the number of a session is nobody else's: what is found by it is its leader.
    private lazy var ownSession = Session(leader: processes.describe(process.session).identity)

    /// What counts for limits and pauses.
    private(set) lazy var slice: Slice = {
        guard process.identity.isKnown else { return .unknown }
        let group = processes.controlGroup(process)
        return isAlive() ? Slice(controlGroup: group) : .unknown
    }()

    /// Whether it may answer what `asker` asks: neither that process nor its kin, see fob-agent(1).
    func mayAnswer(_ asker: Caller) -> Bool {
        isThere && asker.process.identity.isKnown
            && Kinship(describe: processes.describe).mayAnswer(process, asker.process)
    }

    /// A path as one word: everything but plain path characters is written as %XX.
    private static func escaped(_ path: String) -> String {
        if path.isEmpty { return "-" }
        return Percent.text(path) { byte in
            byte != UInt8(ascii: "~") && Percent.isUnreserved(byte) || byte == UInt8(ascii: "/")
                || byte == UInt8(ascii: "+")
        }
    }

    /// A terminal session by its leader, whose start tells it from a later one with the same number. Nothing that is kept
    /// by it outlives the agent, and so the boot. A listener asks for others: then it is theirs, together with the
    /// listener's own, so that what was granted there does not hold for somebody who only says so on another connection.
    struct Session: Hashable {
        let leader: ProcessIdentity
        /// The leader of the listener's session; nil for who asks for itself.
        var listener: ProcessIdentity?

        static let unknown = Session(leader: .unknown)

        /// Only a known one is granted anything: all unknown ones look alike.
        var isKnown: Bool { leader.isKnown && listener?.isKnown ?? true }
    }

    /// The part of the user's processes that limits and pauses are counted for. Unlike a session, no process leaves it by
    /// setsid(2): the control group, or all of the user's processes that are in none.
    struct Slice: Hashable {
        /// A path; empty for none.
        let controlGroup: String

        /// That of processes that had ended: who guesses and is gone at once is no part of anybody's.
        static let unknown = Slice(controlGroup: "?")
    }
}

/// The process that a listener says it asks for.
struct Beneficiary {
    let requester: KeyRequester
    let caller: Caller

    /// Holds it. Whoever has its number by now and has not started when the listener says is not taken for it.
    ///
    /// - Parameters:
    ///   - listener: who names it.
    ///   - isTold: the version of the protocol has the start.
    init(_ requester: KeyRequester, by listener: Caller, isTold: Bool) {
        let handle = ProcessHandle(of: Int32(clamping: requester.processID))
        self.init(requester, Caller(handle), by: listener, isTold: isTold)
    }

    init(_ requester: KeyRequester, _ found: Caller, by listener: Caller, isTold: Bool) {
        self.requester = requester
        let isIt =
            if requester.startTime > 0 {
                found.process.startTime == requester.startTime
            } else {
                // Nobody gets the number of a parent that has a child.
                !isTold || listener.isThere && listener.process.parent == found.process.process
            }
        caller = isIt ? found : Caller(unknown: found.process.process)
    }

    /// Its session, as the listener asks for it.
    func session(by listener: Caller) -> Caller.Session {
        Caller.Session(leader: caller.session.leader, listener: listener.session.leader)
    }
}
