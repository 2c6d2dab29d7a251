package import Platform

/// What can be read around a client of ssh's: which hosts it knows, what it was started with, and the agent that its user
/// has beside fob's. A confined process gets files from its broker, which opens these and no others; what they say is read
/// where nothing else can be done with it.
package struct SSHSurroundings: Sendable {
    /// The names of host keys, with those that the asking program may mean.
    package var hosts: @Sendable () -> KnownHosts
    /// The public keys that the asking program was told to use.
    package var namedKeys: @Sendable () -> [[UInt8]]
    /// A connection to another agent of this user's; nil where there is none.
    package var upstream: @Sendable () -> FileDescriptor?
    /// Another agent that was named at start serves whoever asks; one that the asking program itself would use serves nobody
    /// else, such as a host to which the agent is forwarded.
    package var isUpstreamNamed: Bool
    /// The client's socket; nil for a client that does not hang up.
    var client: Int32?
    /// Tells the journal.
    package var say: @Sendable (String) -> Void

    /// Nothing around it.
    package init(
        hosts: @escaping @Sendable () -> KnownHosts = { KnownHosts([]) },
        namedKeys: @escaping @Sendable () -> [[UInt8]] = { [] },
        upstream: @escaping @Sendable () -> FileDescriptor? = { nil }, isUpstreamNamed: Bool = false,
        say: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        (self.hosts, self.namedKeys, self.upstream) = (hosts, namedKeys, upstream)
        (self.isUpstreamNamed, self.say) = (isUpstreamNamed, say)
    }

    /// What is around that process.
    ///
    /// - Parameters:
    ///   - isUpstreamNamed: another agent was named at start.
    ///   - say: writes a line to the journal.
    package init(
        of process: ProcessIdentity, isUpstreamNamed: Bool, say: @escaping @Sendable (String) -> Void
    ) {
        let number = process.isKnown ? process.number : 0
        self.init(
            hosts: { KnownHosts.ofUser(invocation: SSHFile.invocation(of: number)) },
            namedKeys: { SSHFile.publicKeys(of: number) },
            upstream: {
                isUpstreamNamed
                    ? SSHFile.open(.namedUpstream, for: 0) : number == 0 ? nil : SSHFile.open(.ownUpstream, for: number)
            }, isUpstreamNamed: isUpstreamNamed,
            say: { say(number == 0 ? $0 : "process \(number): \($0)") })
    }
}

/// What a broker opens for this protocol: a kind, a place among several, and the process that it is about, in one number.
package enum SSHFile: Int32, CaseIterable, Sendable {
    /// One of the files of known hosts.
    case knownHosts = 1
    /// How a process was started.
    case arguments = 2
    /// The configuration file that it reads.
    case configuration = 3
    /// A public key that it was told to use.
    case publicKey = 4
    /// The agent that it would use.
    case ownUpstream = 5
    /// The agent that was named at start.
    case namedUpstream = 6

    private static let processBits: Int32 = 22
    private static let placeBits: Int32 = 5
    /// Set in all of these numbers, so that they are no others'.
    private static let mark: Int32 = 1 << 30
    /// Bytes that are read of a file.
    private static let most = 1 << 20
    private static let mostKeys = 1 << placeBits

    /// Opens something, by the broker where there is one.
    static func open(_ kind: SSHFile, _ place: Int = 0, for process: Int32) -> FileDescriptor? {
        guard process < 1 << processBits, place < mostKeys else { return nil }
        let number = mark | kind.rawValue << (processBits + placeBits) | Int32(place) << processBits | process
        guard let broker = Broker.current else { return opened(number, upstream: nil, own: nil) }
        var answer = broker.ask(number)
        return answer?.descriptor.take()
    }

    /// Whether a broker's number is one of these.
    package static func isOne(_ number: Int32) -> Bool { number > 0 && number & mark != 0 }

    /// The broker's work.
    ///
    /// - Parameters:
    ///   - upstream: the socket of the agent that was named at start.
    ///   - own: this program's socket for ssh, which is no other agent.
    package static func openForBroker(_ number: Int32, upstream: String?, own: String?) -> Broker.Answer {
        switch opened(number, upstream: upstream, own: own) {
        case .some(let file): Broker.Answer(file)
        case nil: Broker.Answer(bytes: [])
        }
    }

    private static func opened(_ number: Int32, upstream: String?, own: String?) -> FileDescriptor? {
        let process = number & (1 << processBits - 1)
        let place = Int(number >> processBits & (1 << placeBits - 1))
        guard let kind = SSHFile(rawValue: (number & ~mark) >> (processBits + placeBits)) else { return nil }
        switch kind {
        case .knownHosts: return knownHosts(place)
        case .namedUpstream: return upstream.flatMap { agent(at: $0, own) }
        case .arguments, .configuration, .publicKey, .ownUpstream: break
        }
        // The names of another place than this one mean something else there.
        guard process > 0, isHere(process) else { return nil }
        switch kind {
        case .arguments: return try? FileDescriptor.reading("/proc/\(process)/cmdline", waits: false)
        case .configuration: return configuration(of: process)
        case .publicKey:
            let files = invocation(of: process).identityFiles
            guard files.indices.contains(place) else { return nil }
            // Never the file of a private key.
            let path = files[place].hasSuffix(".pub") ? files[place] : files[place] + ".pub"
            return try? FileDescriptor.reading(path, waits: false)
        case .ownUpstream: return environment("SSH_AUTH_SOCK", of: process).flatMap { agent(at: $0, own) }
        case .knownHosts, .namedUpstream: return nil
        }
    }

    // MARK: What is where

    private static var home: String { Environment.value(of: "HOME") ?? "" }

    private static func knownHosts(_ place: Int) -> FileDescriptor? {
        let names = [
            "\(home)/.ssh/known_hosts", "\(home)/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts",
            "/etc/ssh/ssh_known_hosts2",
        ]
        guard names.indices.contains(place), names[place].hasPrefix("/") else { return nil }
        return try? FileDescriptor.reading(names[place], waits: false)
    }

    /// The files of known hosts, the user's in front.
    static func knownHosts() -> [[UInt8]] { (0..<4).map { contents(of: open(.knownHosts, $0, for: 0)) } }

    private static func configuration(of process: Int32) -> FileDescriptor? {
        let named = SSHInvocation(arguments: arguments(of: process), home: home).configurationFile
        guard named != "none" else { return nil }
        return try? FileDescriptor.reading(named ?? "\(home)/.ssh/config", waits: false)
    }

    private static func arguments(of process: Int32) -> [String] {
        words(contents(of: open(.arguments, for: process)))
    }

    /// What a process was started with.
    static func invocation(of process: Int32) -> SSHInvocation {
        guard process > 0 else { return SSHInvocation(arguments: [], home: home) }
        let arguments = arguments(of: process)
        guard SSHInvocation.isOpenSSH(arguments) else { return SSHInvocation(arguments: [], home: home) }
        let text = String(decoding: contents(of: open(.configuration, for: process)), as: UTF8.self)
        return SSHInvocation(arguments: arguments, configuration: text, home: home)
    }

    /// The public keys that a process was told to use, as blobs.
    static func publicKeys(of process: Int32) -> [[UInt8]] {
        let count = min(invocation(of: process).identityFiles.count, mostKeys)
        return (0..<count).compactMap { place in
            let text = String(decoding: contents(of: open(.publicKey, place, for: process)), as: UTF8.self)
            let words = text.split(whereSeparator: \.isWhitespace).prefix(2)
            return words.count == 2 ? SSHText.blob(String(words[1])) : nil
        }
    }

    private static func environment(_ name: String, of process: Int32) -> String? {
        guard SSHInvocation.isOpenSSH(arguments(of: process)) else { return nil }
        let words = words(contents(of: try? FileDescriptor.reading("/proc/\(process)/environ", waits: false)))
        return words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// A connection to another agent of this user's.
    private static func agent(at path: String, _ own: String?) -> FileDescriptor? {
        guard path.hasPrefix("/"), let found = FileStatus(at: path),
            own.flatMap({ FileStatus(at: $0) })?.identity != found.identity,
            let socket = try? Socket.connect(to: path, patience: 2000), let peer = try? Socket.peer(of: socket),
            peer.user == Environment.user, peer.process != Environment.parent
        else { return nil }
        return socket
    }

    /// Whether a process has the names of files that this one has.
    private static func isHere(_ process: Int32) -> Bool {
        func space(_ process: String) -> FileStatus.Identity? {
            (try? FileDescriptor.reading("/proc/\(process)/ns/mnt").status())?.identity
        }
        guard let own = space("self") else { return false }
        return space("\(process)") == own
    }

    private static func words(_ text: [UInt8]) -> [String] {
        text.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Nothing of a file that is too long.
    private static func contents(of file: consuming FileDescriptor?) -> [UInt8] {
        guard let file else { return [] }
        var text: [UInt8] = []
        while text.count <= most {
            var count = 0
            do throws(SystemError) {
                try text.append(addingCapacity: 65_536) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                    count = try file.read(into: &output)
                }
            } catch { return [] }
            if count == 0 { return text }
        }
        return []
    }
}
