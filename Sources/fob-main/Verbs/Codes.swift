import Client
import Platform
import Wire

/// Gets a code and hands it out: printed, as JSON, or on the clipboard.
enum Codes {
    static func run(_ options: CodeOptions) throws(ClientError) {
        let tool = options.copy ? try Clipboard.find() : nil
        var reply = try get(options)
        if options.wait > 0 { reply = try waitForLonger(reply, options) }
        if let tool { try tool.copy(reply.code, clearAfter: options.clearAfter) }
        if options.json {
            return Output.line(JSON(reply, shown: !options.copy).text)
        }
        if options.copy {
            Output.note(Sentences.copied(clearAfter: options.clearAfter))
        } else {
            Output.line(reply.code)
        }
        BackupReminder.tell()
    }

    private static func get(_ options: CodeOptions) throws(ClientError) -> CodeReply {
        let request = CodeRequest(Selector(argument: options.name), flags: options.next ? .next : .none)
        let waiting = Waiting.reaction(mayAsk: options.source.mayAsk)
        return try Unlocking.retrying(options.starting, options.source) { () throws(ClientError) in
            try Connection.open(starting: options.starting).quickCode(request, onWaiting: waiting)
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
            Environment.sleep(milliseconds: left.overflow ? 50 : Int(clamping: left.partialValue) * 1000 + 50)
            reply = try get(options)
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
        if argument.utf8.count == 35, argument.hasPrefix("id:"),
            let id = Identifier(hexadecimal: String(argument.dropFirst(3)))
        {
            self = .id(id)
        } else {
            self = .name(argument)
        }
    }
}
