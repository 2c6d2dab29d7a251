import Glibc
import Platform
import Testing
import Wire

@testable import Client

/// These set FOB_SOCKET and the like, so they run one after the other.
@Suite(.serialized) struct `Finding the agent` {
    private let path: String

    init() throws {
        var template = Array("/tmp/fob-client-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for name in ["FOB_HOME", "XDG_RUNTIME_DIR", "FOB_NO_START"] { unsafe _ = unsetenv(name) }
        unsafe setenv("FOB_SOCKET", path + "/agent.sock", 1)
    }

    private func remove() {
        for name in ["agent.sock", "link"] { _ = unsafe unlink(path + "/" + name) }
        _ = unsafe rmdir(path)
        _ = unsafe unsetenv("FOB_SOCKET")
    }

    private func opening() -> ErrorCode? {
        let error = #expect(throws: ClientError.self) { _ = try Connection.open(starting: false) }
        return error?.code
    }

    @Test func `no socket, and a socket without anybody behind it, are no agent`() throws {
        defer { remove() }
        #expect(opening() == .noAgent)
        do { _ = try Socket.listen(at: path + "/agent.sock") }
        // A program that another test is just starting has our descriptors until it begins to run.
        for _ in 0..<6000 where (try? Connection.open(starting: false)) != nil { usleep(10_000) }
        #expect(opening() == .noAgent)
    }

    @Test func `a directory that others may enter, or a link to one, is refused`() throws {
        defer { remove() }
        let listener = try Socket.listen(at: path + "/agent.sock")
        for mode: mode_t in [0o750, 0o701, 0o770, 0o777] {
            _ = unsafe chmod(path, mode)
            #expect(opening() == .permission, "\(mode)")
        }
        _ = unsafe chmod(path, 0o700)
        let link = path + "-link"
        _ = unsafe symlink(path, link)
        unsafe setenv("FOB_SOCKET", link + "/agent.sock", 1)
        #expect(opening() == .permission)
        _ = unsafe unlink(link)
        _ = listener.number
    }

    @Test func `an agent of this user is taken`() throws {
        defer { remove() }
        let listener = try Socket.listen(at: path + "/agent.sock")
        _ = try Connection.open(starting: false)
        _ = listener.number
    }

    @Test(.enabled(if: geteuid() == 0, "only root can play another user"))
    func `a directory of another user is refused`() throws {
        defer { remove() }
        _ = unsafe chown(path, 65_534, gid_t.max)
        #expect(opening() == .permission)
    }

    @Test(.enabled(if: geteuid() == 0 && python != nil, "needs root and Python to play another user"))
    func `an agent of another user gets nothing`() throws {
        defer { remove() }
        // The socket lies in our directory, but the process behind it runs as nobody.
        let script = """
            import os, socket, sys
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o666)
            os.setuid(65534); s.listen(); print('ready', flush=True)
            c, _ = s.accept(); print(c.recv(100), flush=True)
            """
        guard let python else { return }
        let child = try Child.start(
            python, ["-c", script, path + "/agent.sock"], environment: [], output: .connected, errors: .inherited)
        var heard: [UInt8] = []
        try hear(child, &heard)
        #expect(opening() == .permission)
        try hear(child, &heard)
        // One process listens before setuid and accepts after: the kernel reports who called listen.
        #expect(String(decoding: heard, as: UTF8.self) == "ready\nb''\n")
        _ = child.wait()
    }

    private func hear(_ child: borrowing Child, _ bytes: inout [UInt8]) throws {
        try bytes.append(addingCapacity: 4096) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
            _ = try child.read(into: &output)
        }
    }

    @Test func `a place for the socket that does not exist is told`() throws {
        defer { remove() }
        let home = Environment.value(of: "HOME")
        defer { if let home { unsafe setenv("HOME", home, 1) } }
        for name in ["FOB_SOCKET", "HOME", "XDG_STATE_HOME"] { _ = unsafe unsetenv(name) }
        // A runtime directory that a session manager has made is found without its variable.
        let hasRuntime = FileStatus(at: "/run/user/\(Environment.user)") != nil
        #expect(opening() == (hasRuntime ? .noAgent : .configuration))
        unsafe setenv("XDG_STATE_HOME", path, 1)
        #expect(opening() == .noAgent)
        _ = unsafe unsetenv("XDG_STATE_HOME")
        unsafe setenv("FOB_HOME", path, 1)
        #expect(opening() == .noAgent)
        _ = unsafe unsetenv("FOB_HOME")
    }

    @Test func `an agent that answers nobody is waited for, and given up after its time`() throws {
        defer { remove() }
        let listener = try Socket.listen(at: path + "/agent.sock")
        let (ours, other) = try Peer.pair()
        let socket = FileDescriptor(owning: ours)
        var tell: (() -> Void)?
        // It has no time at all.
        let error = #expect(throws: ClientError.self) {
            try AgentSocket.wait(
                for: socket, onWaiting: &tell, patience: Patience(told: 1, doubt: 1, answer: 1, silence: 0))
        }
        #expect(error?.code == .noAgent && error?.message == Sentences.agentStandsStill)
        // It has some, and answers late.
        let speaker = try Speaker {
            usleep(50_000)
            try Peer(other).say([1])
        }
        try AgentSocket.wait(
            for: socket, onWaiting: &tell, patience: Patience(told: 1, doubt: 1, answer: 1, silence: 600_000))
        try speaker.finish()
        _ = listener.number
    }

    @Test func `a process that was stopped is seen to be`() throws {
        defer { remove() }
        let shell = try #require(Programs.path(of: "sh"))
        var child = try Child.start(
            shell, ["-c", "kill -STOP $$; read x"], environment: [], input: .connected, errors: .inherited)
        for _ in 0..<6000 where !Environment.isStopped(child.process) { usleep(10_000) }
        #expect(Environment.isStopped(child.process))
        #expect(!Environment.isStopped(Environment.process))
        #expect(!Environment.isStopped(0))
        _ = kill(child.process, SIGCONT)
        child.input = nil
        _ = child.wait()
    }

    @Test func `an agent is not started when FOB_NO_START says so`() throws {
        defer { remove() }
        unsafe setenv("FOB_NO_START", "1", 1)
        let error = #expect(throws: ClientError.self) { _ = try Connection.open() }
        #expect(error?.code == .noAgent)
        _ = unsafe unsetenv("FOB_NO_START")
    }
}

private let python = Programs.path(of: "python3")
