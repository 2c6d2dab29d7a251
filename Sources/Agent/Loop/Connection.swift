import Platform
import Wire

/// One client: its socket, what is half read and half written, and what it has asked for.
final class Connection {
    let socket: FileDescriptor
    let token: UInt64
    /// Where it came from.
    let listener: Listener
    /// The process at the other end. It is held from accept on; /proc is read once it is needed.
    let process: ProcessHandle
    /// An unfinished frame, or frames that wait until the connection may ask for more; empty between frames.
    var incoming: LockedBuffer
    /// `incoming` holds whole frames that were read but not begun.
    var isHeld = false
    /// Replies that are not yet sent; empty when the client reads as fast as it asks. Those without secrets are in
    /// ordinary memory, and go out before what is in locked memory: behind that they are put there, too.
    var ordinary: [UInt8] = []
    var outgoing: LockedBuffer
    /// The version of the protocol that was agreed on; 0 before HELLO has been answered.
    var version: UInt16 = 0
    /// HELLO has been answered.
    var isGreeted: Bool { version > 0 }
    /// Nothing more is read; it ends when its replies are out.
    var isEnding = false
    /// It has replies that go out at the end of the turn.
    var isQueued = false
    /// Keys are among the replies that are not yet sent.
    var holdsSecrets = false
    /// The poll knows of it.
    var isPolled = false
    /// What the poll waits for now.
    var interest: Interest = .read
    /// When it is ended unless the client does what it is waited for; nil when it is waited for nothing.
    var deadline: Monotonic?
    /// Requests that have not been answered yet.
    var waiting = 0
    var events = EventMask()
    /// Accounts whose codes it shows, and how many more than the first it has had of each.
    var shown: [Identifier: UInt64] = [:]
    var transaction: Transaction?
    var restore: Restore?
    /// A hash of the last secret that did not open a file: tried on another file, it is the same guess.
    var wrongSecret: SharedSecret?
    /// Its next new passphrase may be weak.
    var allowsWeak = false
    /// What CTAP keeps from one command to the next.
    var keys = KeySession()
    /// What ssh has said of the sessions behind it.
    var ssh = SSHBindings()
    /// The number of locks so far, when this connection unlocked by a recovery code; nil when it did not.
    var unlockedByCode: UInt64?

    /// Who is there, read from /proc once it is needed: a connection may never be logged.
    private(set) lazy var caller = Caller(process)
    /// For whom a listener asks on it, as it last said.
    private var beneficiary: Beneficiary?

    /// When it last asked for something whole, or was accepted.
    var lastRequest: Monotonic

    init(
        _ socket: consuming FileDescriptor, token: UInt64, from listener: Listener, process: ProcessHandle,
        at now: Monotonic
    ) throws(MemoryError) {
        self.listener = listener
        lastRequest = now
        self.socket = socket
        self.token = token
        self.process = process
        incoming = try LockedBuffer(capacity: 0)
        outgoing = try LockedBuffer(capacity: 0)
    }

    /// Somebody else may sit at its other end.
    var isForwarded: Bool { listener == .forwarded }

    /// What counts for limits and mutes of questions.
    var slice: Caller.Slice {
        var slice = caller.slice
        slice.isForwarded = isForwarded
        return slice
    }

    /// The process that this one, a listener, asks for; nil where it names none. Numbers of another machine's processes
    /// are nobody's here.
    func beneficiary(of requester: KeyRequester) -> Beneficiary? {
        guard requester.processID != 0, !isForwarded else { return nil }
        if let beneficiary, beneficiary.requester == requester { return beneficiary }
        let found = Beneficiary(requester, by: caller, isTold: version > 1)
        beneficiary = found
        return found
    }

    /// Whose session counts for what is asked: that of the process which a listener asks for, else its own.
    func session(for requester: KeyRequester) -> Caller.Session {
        // Who forwards asks for others: what they ask is not on the account of the terminal that it runs in.
        guard !isForwarded else {
            return Caller.Session(leader: caller.identity, listener: caller.session.leader)
        }
        return beneficiary(of: requester)?.session(by: caller) ?? caller.session
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

    /// Bytes of replies that are not yet sent.
    var unread: Int { ordinary.count + outgoing.count }

    /// Makes room in ordinary memory for `count` more bytes of replies.
    func growOrdinary(for count: Int) {
        let capacity = ordinaryCapacity(for: count)
        if capacity > ordinary.capacity { ordinary.reserveCapacity(capacity) }
    }

    /// The capacity of ordinary memory that `count` more bytes of replies need.
    func ordinaryCapacity(for count: Int) -> Int {
        ordinary.capacity - ordinary.count >= count
            ? ordinary.capacity : max(2 * ordinary.capacity, ordinary.count + count, 1024)
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
