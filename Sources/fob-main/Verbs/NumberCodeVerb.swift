import ArgumentParser
import Client
import Messages
import Platform
import Wire

/// `fob number code`: a one-time code that has come by message.
struct NumberCodeVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code", abstract: Help.numberCode, discussion: Help.numberCodeDiscussion)

    @Option(name: .customLong("for"), help: Help.numberCodeSite) var site: String?
    @Option(name: .long, help: .init(tr("The host of the frame in that site which asks for it."))) var frame: String?
    @Option(name: .long, help: .init(tr("Wait so long for one."))) var wait = TimeSpan(seconds: 0)
    @OptionGroup var copying: CopyOptions
    @OptionGroup var common: Common

    func validate() throws {
        if frame != nil, site == nil { throw ValidationError(tr("--frame is of the site that --for names")) }
        if wait.seconds > UInt32(Limits.messageSeconds) { throw ValidationError(Sentences.waitTooLong) }
    }

    func run() throws {
        let site = try site.map(Self.host) ?? ""
        let request = MessageCodeRequest(
            site: site, frame: try frame.map(Self.host) ?? "", seconds: UInt16(clamping: wait.seconds))
        let tool = try copying.find()
        var connection = try common.open()
        do throws(ClientError) {
            do throws(ClientError) { try ask(request, tool, &connection) } catch {
                guard error.code == .locked else { throw error }
                try Unlocking.unlock(&connection, common.source())
                try ask(request, tool, &connection)
            }
        } catch {
            guard error.code == .noMessage else { throw error }
            for host in error.details where request.seconds == 0 { Self.tell(ofOther: host) }
            throw ClientError(
                .noMessage, site.isEmpty ? Sentences.noMessageAtAll : Sentences.noMessage(site), remedy: error.remedy)
        }
    }

    private func ask(
        _ request: MessageCodeRequest, _ tool: Clipboard?, _ connection: inout Connection
    ) throws(ClientError) {
        let onWaiting = { Output.note(Sentences.waitsForMessage(site, request.seconds)) }
        try connection.messageCode(request, onWaiting: onWaiting, onOther: Self.tell) {
            (reply: MessageCodeReply) throws(ClientError) in
            try tool?.copy(reply.code, clearAfter: copying.seconds)
            try put(reply, tool)
        }
    }

    private func put(_ reply: MessageCodeReply, _ clipboard: Clipboard?) throws(ClientError) {
        if common.json { return try putJSON(reply) }
        if let clipboard {
            Output.note(clipboard.told(clearAfter: copying.seconds))
        } else {
            var line = try ClientError.locked(reply.code.count + 1)
            line.append(copying: reply.code)
            line.append(copying: "\n".utf8.span)
            Output.write(line.bytes)
        }
        if reply.host.isEmpty {
            Output.note(Sentences.isGuess)
        } else if site == nil {
            Output.note(Sentences.isFor(reply.host, frame: reply.frame))
        }
    }

    private func putJSON(_ reply: MessageCodeReply) throws(ClientError) {
        let members = JSON.object([
            ("site", reply.host.isEmpty ? .null : .string(reply.host)),
            ("frame", reply.frame.isEmpty ? .null : .string(reply.frame)), ("guess", .bool(reply.host.isEmpty)),
            ("source", .string("\(reply.source)")), ("received", .string(Moment.utc(reply.received))),
        ]).text
        var text = try ClientError.locked(members.utf8.count + 2 * reply.code.count + 32)
        text.append(copying: String(members.dropLast() + ",\"code\":").utf8.span)
        if copying.isWanted { text.append(copying: "null".utf8.span) } else { text.appendJSON(reply.code) }
        text.append(copying: "}\n".utf8.span)
        Output.write(text.bytes)
    }

    private static func tell(ofOther host: String) {
        Output.note(host.isEmpty ? Sentences.guessHasCome : Sentences.otherHasCome(host))
    }

    /// The host that a site is given by: by itself, or as an origin with the usual port. What browsers show of another
    /// script's letters is its ASCII form.
    private static func host(_ text: String) throws(ClientError) -> String {
        var rest = Substring(text)
        if rest.hasPrefix("https://") {
            rest = rest.dropFirst(8)
            if rest.last == "/" { rest.removeLast() }
        }
        let isHost =
            !rest.isEmpty && rest.utf8.count <= Limits.host
            && rest.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
        guard isHost else { throw ClientError(.badInput, Sentences.notASite(text), remedy: Sentences.siteLikeThis) }
        return rest.lowercased()
    }
}
