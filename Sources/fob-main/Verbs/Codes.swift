import Client
import Platform
import Wire

/// Gets a code and hands it out: printed, as JSON, or on the clipboard.
enum Codes {
    static func run(_ options: CodeOptions) throws(ClientError) {
        let tool = options.copy ? try Clipboard.find(once: options.pasteOnce) : nil
        var reply = options.fresh ? try getFresh(options) : try get(options)
        if options.wait > 0 { reply = try waitForLonger(reply, options) }
        try hand(out: reply, to: tool, clearAfter: options.clearAfter, json: options.json)
        if !options.json { BackupReminder.tell() }
    }

    /// Prints a code, or puts it on the clipboard.
    static func hand(
        out reply: CodeReply, to clipboard: Clipboard?, clearAfter seconds: UInt32, json: Bool
    ) throws(ClientError) {
        try clipboard?.copy(reply.code, clearAfter: seconds)
        if json {
            Output.line(JSON(reply, shown: clipboard == nil).text)
        } else if let clipboard {
            Output.note(clipboard.told(clearAfter: seconds))
        } else {
            Output.line(reply.code)
        }
    }

    /// How often one asks again for a code that could not be had when the agent said that it could.
    private static let tries = 3

    /// A code that nobody has been given, once it holds.
    private static func getFresh(_ options: CodeOptions) throws(ClientError) -> CodeReply {
        var left = tries
        while true {
            do throws(ClientError) {
                let reply = try get(options)
                if reply.validFrom > 0 { Self.sleep(until: reply.validFrom) }
                return reply
            } catch {
                guard error.code == .freshLater, left > 0, let utc = error.details.first.flatMap({ UInt64($0) }) else {
                    throw error
                }
                left -= 1
                Self.sleep(until: utc)
            }
        }
    }

    /// Sleeps until just after a second has begun; a moment where it has.
    private static func sleep(until utc: UInt64) {
        let (left, isOver) = (utc * 1000).subtractingReportingOverflow(Clock.utcMilliseconds)
        guard !isOver else { return }
        ProgressLine.during(Sentences.waitingForCode) { Environment.sleep(milliseconds: Int(clamping: left) + 5) }
    }

    private static func get(_ options: CodeOptions) throws(ClientError) -> CodeReply {
        let request = CodeRequest(
            Selector(argument: options.name), flags: options.next ? .next : options.fresh ? .fresh : .none)
        let consent = ConsentHere(mayAsk: options.source.mayAsk)
        return try consent.retrying { () throws(ClientError) in
            try Unlocking.retrying(options.starting, options.source) { () throws(ClientError) in
                try Connection.open(starting: options.starting).quickCode(request) { consent.react() }
            }
        }
    }

    /// The same code if it holds long enough, else the next one as soon as it begins.
    private static func waitForLonger(_ first: CodeReply, _ options: CodeOptions) throws(ClientError) -> CodeReply {
        guard first.validUntil > 0 else {
            throw ClientError(.usage, Sentences.noLifeToWaitFor, remedy: Sentences.leaveOutWait)
        }
        guard options.wait <= first.period else {
            throw ClientError(.usage, Sentences.periodTooShort(first.period), remedy: Sentences.waitLess)
        }
        var reply = first
        while reply.validUntil < Clock.utc + UInt64(options.wait) {
            let left = reply.validUntil.subtractingReportingOverflow(Clock.utc)
            // Until just after the change of the second.
            ProgressLine.during(Sentences.waitingForCode) {
                Environment.sleep(milliseconds: left.overflow ? 50 : Int(clamping: left.partialValue) * 1000 + 50)
            }
            reply = options.fresh ? try getFresh(options) : try get(options)
        }
        return reply
    }
}

extension JSON {
    /// A code as fob(1) describes it.
    init(_ reply: CodeReply, shown: Bool = true) {
        let isTimed = reply.validUntil > 0
        self = .object([
            ("code", shown ? .string(reply.code) : .null), ("account", .string(reply.account.description)),
            ("valid_from", isTimed ? .number(reply.validFrom) : .null),
            ("valid_until", isTimed ? .number(reply.validUntil) : .null),
            ("period", isTimed ? .number(UInt64(reply.period)) : .null), ("counter", .number(reply.counter)),
        ])
    }
}

extension Selector {
    /// What a person wrote: a name, or `id:` and 32 hexadecimal digits.
    init(argument: String) {
        Asked.note(argument)
        self.init(text: argument)
    }

    /// The same of an account in the trash, for which none outside it could be meant.
    init(trashed argument: String) {
        Asked.note(argument, isTrashed: true)
        self.init(text: argument)
    }

    private init(text argument: String) {
        if argument.utf8.count == 35, argument.hasPrefix("id:"),
            let id = Identifier(hexadecimal: String(argument.dropFirst(3)))
        {
            self = .id(id)
        } else {
            self = .name(Label.untyped(argument))
        }
    }
}
