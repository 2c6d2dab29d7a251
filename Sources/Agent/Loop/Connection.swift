import Encodings
import Platform
import Wire

/// One client: its socket, what is half read and half written, and what it has asked for.
final class Connection {
    let socket: FileDescriptor
    let token: UInt64
    let peer: Socket.Peer
    /// An unfinished frame, or frames that wait until the connection may ask for more; empty between frames.
    var incoming: LockedBuffer
    /// `incoming` holds whole frames that were read but not begun.
    var isHeld = false
    /// Replies that are not yet sent; empty when the client reads as fast as it asks.
    var outgoing: LockedBuffer
    /// HELLO has been answered.
    var isGreeted = false
    /// Nothing more is read; it ends when its replies are out.
    var isEnding = false
    /// It has replies that go out at the end of the turn.
    var isQueued = false
    /// Keys are among the replies that are not yet sent.
    var holdsSecrets = false
    /// What the poll waits for now.
    var interest: Interest = .read
    /// When it is ended unless the client does what it is waited for; nil when it is waited for nothing.
    var deadline: Monotonic?
    /// Requests that have not been answered yet.
    var waiting = 0
    var events: EventMask = []
    var transaction: Transaction?
    var restore: Restore?
    /// What CTAP keeps from one command to the next.
    var keys = KeySession()
    /// The number of locks so far, when this connection unlocked by a recovery code; nil when it did not.
    var unlockedByCode: UInt64?

    /// Who is there, read from /proc once it is needed: a connection may never be logged.
    private(set) lazy var caller = Caller(peer.process)

    init(_ socket: consuming FileDescriptor, token: UInt64, peer: Socket.Peer) throws(MemoryError) {
        self.socket = socket
        self.token = token
        self.peer = peer
        incoming = try LockedBuffer(capacity: 0)
        outgoing = try LockedBuffer(capacity: 0)
    }

    /// Bytes of locked memory that it holds.
    var buffered: Int { incoming.capacity + outgoing.capacity }

    /// The capacity that `count` more bytes of replies need.
    func capacity(for count: Int) -> Int {
        outgoing.free >= count ? outgoing.capacity : max(2 * outgoing.capacity, outgoing.count + count, 1024)
    }

    /// Makes room for more replies.
    func growOutgoing(to capacity: Int) throws(MemoryError) {
        var larger = try LockedBuffer(capacity: capacity)
        larger.append(copying: outgoing.bytes)
        outgoing = larger
    }

    /// Gives the outgoing buffer back to the arena.
    func dropOutgoing() {
        if let empty = try? LockedBuffer(capacity: 0) { outgoing = empty }
    }

    /// Makes room for `count` more bytes of frames.
    func growIncoming(_ count: Int) throws(MemoryError) {
        var larger = try LockedBuffer(capacity: incoming.count + count)
        larger.append(copying: incoming.bytes)
        incoming = larger
    }

    /// Hands the frames over; the connection has an empty buffer again.
    func takeIncoming() throws(MemoryError) -> LockedBuffer {
        var taken = try LockedBuffer(capacity: 0)
        swap(&taken, &incoming)
        return taken
    }
}

/// The process behind a connection, with the parts that are worked out once.
struct Caller {
    let process: ProcessDescription
    /// For the audit log: `pid=… exe=… tty=…`.
    let logFields: [UInt8]
    /// The part of it that is the same for all processes of one program and terminal.
    let programFields: [UInt8]

    init(_ process: Int32) {
        self.process = ProcessDescription(of: process)
        let terminal = self.process.terminal.isEmpty ? "-" : self.process.terminal
        programFields = Array("exe=\(Self.escaped(self.process.executable)) tty=\(terminal)".utf8)
        logFields = Array("pid=\(process) ".utf8) + programFields
    }

    /// What tells callers apart for grants, mutes and wrong passphrases: the terminal session, which outlives the
    /// short programs that a script starts. Advice, never authority.
    var session: Session { Session(leader: Self.leader(of: process)) }

    /// The session of the process that this one, a listener, asks for; its own where it names none.
    func session(for beneficiary: UInt32) -> Session {
        guard beneficiary != 0 else { return session }
        let other = ProcessDescription(of: Int32(bitPattern: beneficiary))
        return Session(leader: Self.leader(of: other), listener: session.leader)
    }

    private static func leader(of process: ProcessDescription) -> Int32 {
        process.session == 0 ? process.process : process.session
    }

    /// A terminal session. A listener asks for others: then it is theirs, together with the listener's own, so that what
    /// was granted there does not hold for somebody who only says so on another connection.
    struct Session: Hashable {
        let leader: Int32
        /// The leader of the listener's session; 0 for who asks for itself.
        var listener: Int32 = 0

        /// Processes outside our process name space have no number here: all of them look alike.
        var isKnown: Bool { leader != 0 }
    }

    /// A path as one word: everything but plain path characters is written as %XX.
    private static func escaped(_ path: String) -> String {
        if path.isEmpty { return "-" }
        return Percent.text(path) { byte in
            byte != UInt8(ascii: "~") && Percent.isUnreserved(byte) || byte == UInt8(ascii: "/")
                || byte == UInt8(ascii: "+")
        }
    }
}
