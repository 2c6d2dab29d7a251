import Platform
import Vault
import Wire

// MESSAGE_IN, MESSAGE_CODE: one-time codes that services send by message.
extension Agent {
    /// It is no use of the vault: whoever sends messages does not keep it open.
    func messageIn(_ request: MessageInRequest, _ call: Call) throws(Refusal) {
        try checkMessages(call)
        _ = try look()
        let site = ReceivedCodes.Site(host: request.host, frame: request.frame)
        let isSite = site.isAny ? site.frame.isEmpty : site.isSound
        let code = request.code
        guard isSite, code.indices.allSatisfy({ 0x21..<0x7F ~= code[$0] }) else { throw .badMessage }
        try checkRoom()
        let (number, over) = received.keep(try secret(request.code), from: request.source, for: site, at: utc)
        if let over { timers.cancel(over) }
        received.time(
            timers.add(at: now + configuration.messageMilliseconds) { [unowned self] in received.drop(number) },
            for: number)
        server.send(OKReply(), to: call)
        broadcast(NumberEvent(.code, host: site.host))
        guard let waiting = received.takeWaiting(for: site) else { return }
        if let timer = waiting.timer { timers.cancel(timer) }
        give(to: waiting.held.requester, for: site)
    }

    func messageCode(_ request: MessageCodeRequest, _ call: Call) throws(Refusal) {
        _ = try use()
        let site = ReceivedCodes.Site(host: request.site, frame: request.frame)
        guard site.isAny ? site.frame.isEmpty : site.isSound else { throw .badSite }
        if give(to: call.requester, for: site) { return }
        guard request.seconds > 0 else { throw .noMessage(received.hosts) }
        let number = received.wait(hold(call), for: site)
        received.time(
            timers.add(at: now + UInt64(request.seconds) * 1000) { [unowned self] in
                guard let waiting = received.takeWaiting(number) else { return }
                reply(.noMessage(waiting.others), to: waiting.held.requester)
            }, for: number)
    }

    /// Gives the newest code for a site to who is there for it; false when there is none, or nobody.
    @discardableResult
    private func give(to requester: Requester, for site: ReceivedCodes.Site) -> Bool {
        guard let connection = server.connection(requester.connection), let code = received.take(for: site) else {
            return false
        }
        if let timer = code.timer { timers.cancel(timer) }
        let details: [AuditDetail] = code.site.isAny ? [] : [.site(code.site.host)]
        log(.messageCode, nil, outcome: .done, details, by: connection)
        connection.holdsSecrets = true
        code.text.withBytes { text in
            server.send(
                MessageCodeReply(
                    code.source, host: code.site.host, frame: code.site.frame, received: code.received, code: text),
                to: connection, request: requester.request)
        }
        return true
    }

    /// At a lock: the codes go, and who waits is told.
    func dropMessages() {
        for timer in received.dropAll() { timers.cancel(timer) }
        for waiting in takeWaitingForCodes(where: { _ in true }) { reply(.locked, to: waiting.held.requester) }
    }

    /// Takes those that wait for a code, of a connection or one of them.
    func takeWaitingForCodes(where isOne: (Requester) -> Bool) -> [ReceivedCodes.Waiting] {
        let taken = received.takeWaiting(where: isOne)
        for timer in taken.compactMap(\.timer) { timers.cancel(timer) }
        return taken
    }

    /// Only the program that reads messages says what came. Its name can be forged by the owner's own programs: it keeps
    /// mistakes out, and whoever gets past it can only have a wrong code typed.
    func checkMessages(_ call: Call) throws(Refusal) {
        let program = call.connection.caller.executable
        guard
            configuration.takesAnyMessages || Self.messagePrograms.contains(program)
                || Paths.name(of: program) == Self.messages
        else { throw .notMessages }
    }

    private static let messages = "fob-messages"
    /// Nobody but root reads the path of a program that cannot be dumped. In its sandbox its broker connects it.
    private static let messagePrograms = ["[\(messages)]", "[\(Broker.name): \(messages)]"]
}

extension ReceivedCodes.Site {
    /// Hosts as browsers have them: small ASCII letters, digits, hyphens and dots.
    fileprivate var isSound: Bool {
        Self.isHost(host) && (frame.isEmpty || Self.isHost(frame))
    }

    private static func isHost(_ text: String) -> Bool {
        let bytes = text.utf8
        return !bytes.isEmpty && bytes.first != UInt8(ascii: ".")
            && bytes.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                    UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension Refusal {
    static let notMessages = Refusal(
        .permission, "only fob-messages says what messages have come", "see fob-messages(1)")
    static let badMessage = Refusal(
        .badInput, "a code of a message has 1 to 64 printable ASCII characters, and its site is a host",
        "see fob-protocol(7)")
    static let badSite = Refusal(
        .badInput, "a site is a host in small ASCII letters, as browsers show it", "give it like login.example.com")

    /// - Parameter others: hosts for which codes came; the empty one stands for guesses.
    static func noMessage(_ others: [String]) -> Refusal {
        Refusal(
            .noMessage, "no code has come by message for this site",
            "have the service send one, and see whether fob-messages runs", details: others)
    }
}
