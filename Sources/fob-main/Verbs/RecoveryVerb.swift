import ArgumentParser
import Client
import Platform
import Wire

/// `fob recovery`: the codes that services hand out for the day on which the second factor is lost.
struct RecoveryVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery", abstract: Help.recovery, discussion: Help.recoveryDiscussion,
        subcommands: [
            RecoveryImportVerb.self, RecoveryListVerb.self, RecoveryNextVerb.self, RecoveryUsedVerb.self,
            RecoveryPrintVerb.self, RecoveryDownloadVerb.self, RecoveryExportVerb.self,
        ])
}

/// `fob recovery list`.
struct RecoveryListVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: Help.recoveryList)

    @OptionGroup var common: Common

    func run() throws {
        let sets = try common.unlocked { (connection) throws(ClientError) in try connection.recoverySets() }
        let warnings = sets.compactMap(RecoveryCounts.warning)
        if common.json {
            Output.json([("sets", .array(sets.map { JSON($0) })), ("warnings", .strings(warnings))])
            return
        }
        guard !sets.isEmpty else { return Output.note(Sentences.noRecoveryCodes) }
        Output.table(sets.map(Sentences.recoveryColumns))
        for warning in warnings { Output.note(Sentences.warning(warning)) }
    }
}

/// `fob recovery next`.
struct RecoveryNextVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: Help.recoveryNext, discussion: Help.recoveryNextDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @OptionGroup var copying: CopyOptions
    @OptionGroup var common: Common

    func run() throws {
        let tool = try copying.find()
        let set = try common.unlocked { (connection) throws(ClientError) in
            let request = RecoveryNextRequest(Selector(argument: account), for: copying.isWanted ? .copy : .view)
            return try connection.request(request) { (reply: RecoveryCodeReply) throws(ClientError) in
                try tool?.copy(reply.code, clearAfter: copying.clearAfter?.seconds ?? 60)
                try put(reply, tool)
                return reply.set
            }
        }
        if !common.json, let warning = RecoveryCounts.warning(set) { Output.note(Sentences.warning(warning)) }
    }

    private func put(_ reply: RecoveryCodeReply, _ clipboard: Clipboard?) throws(ClientError) {
        let code = reply.code
        if common.json {
            let members = JSON.object(JSON.members(reply.set) + [("number", .number(reply.number))]).text
            var text = try ClientError.locked(members.utf8.count + 2 * code.count + 32)
            text.append(copying: String(members.dropLast() + ",\"code\":").utf8.span)
            if copying.isWanted { text.append(copying: "null".utf8.span) } else { text.appendJSON(code) }
            text.append(copying: "}\n".utf8.span)
            return Output.write(text.bytes)
        }
        if let clipboard {
            Output.note(clipboard.told(clearAfter: copying.clearAfter?.seconds ?? 60))
        } else {
            var line = try ClientError.locked(code.count + 1)
            line.append(copying: code)
            line.append(copying: "\n".utf8.span)
            Output.write(line.bytes)
        }
        Output.note(Sentences.recoveryCodeShown(reply.set, Int(reply.number)))
        Output.hint(tr("when it is used: fob recovery used NAME"))
    }
}

/// `fob recovery used`.
struct RecoveryUsedVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "used", abstract: tr("Mark a recovery code as used."), discussion: Help.recoveryUsedDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Argument(help: .hidden) var unexpected: [String] = []
    @Flag(name: .long, help: .init(tr("Read the code from standard input, or have it typed."))) var code = false
    @Option(name: .customLong("code-fd"), help: Help.recoveryCodeDescriptor) var descriptor: Int32?
    @OptionGroup var common: Common

    func run() throws {
        // A code, most likely: it is not repeated.
        guard unexpected.isEmpty else { throw Arguments.secretOnCommandLine }
        let set = try use()
        common.done(Sentences.recoveryCodeUsed(set), JSON.members(set))
        if !common.json, let warning = RecoveryCounts.warning(set) { Output.note(Sentences.warning(warning)) }
    }

    private func use() throws(ClientError) -> RecoverySet {
        var code = try ClientError.locked(0)
        if self.code || descriptor != nil {
            code = try StandardInput.secret(
                descriptor, prompt: Sentences.recoveryCodePrompt, limit: Limits.recoveryCode, mayAsk: !common.noAsk)
            code.trim()
        }
        return try use(code)
    }

    private func use(_ code: borrowing LockedBuffer) throws(ClientError) -> RecoverySet {
        var connection = try common.open()
        do throws(ClientError) {
            return try connection.useRecoveryCode(Selector(argument: account), code.bytes)
        } catch {
            guard error.code == .locked else { throw error }
            try Unlocking.unlock(&connection, common.source())
            return try connection.useRecoveryCode(Selector(argument: account), code.bytes)
        }
    }
}
