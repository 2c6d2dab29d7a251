import ArgumentParser
import Client
import OneTimePassword
import Platform
import Wire

/// `fob export`.
struct ExportVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: Help.export, discussion: Help.exportDiscussion)

    /// What is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case otpauth
        case age
    }

    @Argument(help: Help.exportAccounts, completion: Completions.accounts) var accounts: [String] = []
    @Option(name: .long, help: Help.to) var to: Format
    @Option(name: .long, help: Help.output, completion: .file()) var output: String?
    @Option(name: .long, help: Help.recipient) var recipient: [String] = []
    @OptionGroup var common: Common

    func run() throws {
        try check()
        if to == .otpauth { Output.note(Sentences.plaintextWarning) }
        let handedOut = try common.unlocked { (connection) throws(ClientError) in
            var ids: [Identifier] = []
            for name in accounts {
                let found: AccountReply = try connection.request(ShowRequest(selector: Selector(argument: name)))
                ids.append(found.account.id)
            }
            let kind: ExportKind = to == .age ? .sealed : .entries
            connection.onWaiting = Waiting.tell
            let ready: ExportReadyReply = try connection.request(
                ExportRequest(kind, accounts: ids, recipients: recipient))
            try write(ready, from: &connection)
            return ready
        }
        guard let output else { return }
        if common.json {
            Output.line(
                JSON.object([("output", .string(output)), ("accounts", .number(handedOut.entries))]).text)
        } else {
            Output.note(Sentences.exported(Int(handedOut.entries), Label.shown(output)))
        }
    }

    private func check() throws(ClientError) {
        guard to == .age || recipient.isEmpty else {
            throw ClientError(.usage, Sentences.recipientsNeedAge, remedy: Sentences.useAge)
        }
        guard to == .otpauth || output != nil || !(common.json || Terminal.isTerminal(1)) else {
            throw ClientError(.usage, Sentences.binaryToTerminal, remedy: Sentences.useOutput)
        }
        if let output, Child.isReadable(output) { throw Self.exists(output) }
    }

    private static func exists(_ path: String) -> ClientError {
        ClientError(.outputExists, Sentences.outputExists(path), remedy: Sentences.otherOutput)
    }

    private func write(
        _ ready: ExportReadyReply, from connection: inout Connection
    ) throws(ClientError) {
        guard let path = output else { return try copy(ready, from: &connection, to: FileDescriptor(owning: 1)) }
        let file: FileDescriptor
        do throws(SystemError) {
            file = try FileDescriptor.creating(path)
        } catch {
            if error.isExisting { throw Self.exists(path) }
            throw ClientError(error.isPermission ? .permission : .notSaved, "\(path): \(error.reason)")
        }
        do throws(ClientError) {
            try copy(ready, from: &connection, to: file)
        } catch {
            FileDescriptor.remove(path)
            throw error
        }
    }

    private func copy(
        _ ready: ExportReadyReply, from connection: inout Connection, to target: borrowing FileDescriptor
    ) throws(ClientError) {
        var next: UInt32 = 0
        var isFirst = true
        if to == .otpauth, common.json, output == nil { try put("{\"accounts\":[", to: target) }
        repeat {
            let request = ExportPageRequest(handle: ready.handle, start: next)
            if to == .age {
                next = try connection.request(request) { (page: ExportBytesReply, body) throws(ClientError) in
                    try put(body.extracting(page.octets), to: target)
                    return page.next
                }
            } else {
                next = try connection.request(request) { (page: ExportEntriesReply, body) throws(ClientError) in
                    for entry in page.entries {
                        try put(entry, body, isFirst: isFirst, to: target)
                        isFirst = false
                    }
                    return page.next
                }
            }
        } while next != 0
        if to == .otpauth, common.json, output == nil { try put("]}\n", to: target) }
        do throws(SystemError) { if output != nil { try target.sync() } } catch { throw failed(error) }
    }

    /// One account as a line, or as a member of the JSON array; the URI goes from locked memory to the output.
    private func put(
        _ entry: ExportEntry, _ body: Span<UInt8>, isFirst: Bool, to target: borrowing FileDescriptor
    ) throws(ClientError) {
        guard let parameters = entry.account.credential.parameters else {
            return Output.note(Sentences.notExported(Label.shown(entry.account.label)))
        }
        let uri = AccountURI(issuer: entry.account.issuer, name: entry.account.name, parameters: parameters)
        var text = try ClientError.locked(uri.writtenCount(key: entry.key.count, pin: entry.pin.count) + 3)
        let (key, pin) = (body.extracting(entry.key), body.extracting(entry.pin))
        let isJSON = common.json && output == nil
        text.append { output in
            uri.write(key: key, pin: pin, into: &output)
            if isJSON {
                // A URI has nothing in it that JSON would escape.
                output.append(UInt8(ascii: "\""))
                output.append(UInt8(ascii: "}"))
            } else {
                output.append(UInt8(ascii: "\n"))
            }
        }
        if isJSON {
            let labels = JSON.object([
                ("id", .string(entry.account.id.description)), ("issuer", .string(entry.account.issuer)),
                ("name", .string(entry.account.name)),
            ])
            try put((isFirst ? "" : ",") + labels.text.dropLast() + ",\"uri\":\"", to: target)
        }
        try put(text.bytes, to: target)
    }

    private func put(_ text: String, to target: borrowing FileDescriptor) throws(ClientError) {
        try put(text.utf8.span, to: target)
    }

    private func put(_ bytes: Span<UInt8>, to target: borrowing FileDescriptor) throws(ClientError) {
        do throws(SystemError) { try target.writeAll(bytes) } catch { throw failed(error) }
    }

    private func failed(_ error: SystemError) -> ClientError {
        ClientError(.notSaved, "\(output ?? "-"): \(error.reason)", remedy: Sentences.makeRoom)
    }
}
