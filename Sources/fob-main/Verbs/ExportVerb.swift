import ArgumentParser
import Client
import Platform
import Wire

/// `fob export`.
struct ExportVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: tr("Export accounts with their secrets."), discussion: Help.exportDiscussion)

    @Argument(help: Help.exportAccounts, completion: Completions.accounts) var accounts: [String] = []
    @Option(name: .long, help: .init(tr("Format to write."), valueName: "format")) var to: ExportFormat
    @Option(name: .long, help: Help.output, completion: .file()) var output: String?
    @Option(name: .customLong("password-fd"), help: Help.exportPasswordDescriptor) var passwordDescriptor: Int32?
    @Option(name: .long, help: Help.recipient) var recipient: [String] = []
    @Flag(name: .long, help: .init(tr("Show secrets on the terminal."))) var force = false
    @OptionGroup var common: Common

    func run() throws {
        try check()
        if !to.isEncrypted { Output.note(Sentences.plaintextWarning) }
        let password = try newPassword()
        let report = try common.unlocked { (connection) throws(ClientError) in
            var ids: [Identifier] = []
            for name in accounts {
                let found = try connection.account(Selector(argument: name))
                ids.append(found.id)
            }
            let target = try ExportTarget(output, isTree: to.isTree)
            let isWithPasskeys = to.hasPasskeys
            let ready: ExportReadyReply = try connection.request(
                ExportRequest(
                    to == .age ? .sealed : isWithPasskeys ? .passkeys : .entries, accounts: ids, recipients: recipient))
            let pages = ExportPages(ready)
            var report = ExportReport(accounts: Int(ready.entries))
            if to == .age {
                try pages.copySealed(from: &connection, to: target)
            } else if common.json, output == nil {
                try pages.writeJSON(from: &connection, to: target)
            } else {
                report = try pages.convert(to, password: password.bytes, from: &connection, to: target)
            }
            try target.keep()
            if to != .age {
                if isWithPasskeys {
                    report.lost += try left(of: ids, &connection)
                } else {
                    try gather(&report, &connection)
                }
                let sets = try connection.recoverySets().filter { ids.isEmpty || ids.contains($0.account) }
                report.lost += sets.map {
                    ConversionProblem(
                        position: 0, label: $0.label, reason: Sentences.recoveryCodesStay,
                        lost: [tr("its recovery codes")])
                }
            }
            return report
        }
        tell(report)
    }

    /// The security keys of those accounts that are not in the file, and why.
    private func left(
        of accounts: [Identifier], _ connection: inout Connection
    ) throws(ClientError) -> [ConversionProblem] {
        var left: [ConversionProblem] = []
        for key in try connection.keys() where accounts.isEmpty || accounts.contains(key.account) {
            if let reason = Sentences.reasonToStay(key) {
                left.append(
                    ConversionProblem(
                        position: 0, label: Sentences.securityKey(key), reason: reason, lost: [tr("its private key")])
                )
            } else if key.flags.contains(.alwaysVerify) || key.protection > 1 {
                left.append(
                    ConversionProblem(
                        position: 0, label: Sentences.securityKey(key), reason: Sentences.protectionStays,
                        lost: [Sentences.itsProtection]))
            }
        }
        return left
    }

    /// Security keys are no loss of a file that is for one-time passwords: accounts that have nothing else are told in one
    /// line. One that is called as another is not among them: what a converter says is told apart by labels.
    private func gather(_ report: inout ExportReport, _ connection: inout Connection) throws(ClientError) {
        guard !report.unwritten.isEmpty else { return }
        let owners = Set(try connection.keys().map(\.account))
        let others = Set(try connection.recoverySets().map(\.account))
        // As a converter calls an account.
        let accounts = Dictionary(grouping: try connection.accounts()) {
            [$0.issuer, $0.name].filter { !$0.isEmpty }.joined(separator: ": ")
        }
        let labels = accounts.filter { _, called in
            called.allSatisfy {
                $0.credential.kind == nil && !$0.hasNote && owners.contains($0.id) && !others.contains($0.id)
            }
        }
        let count = report.lost.count
        report.lost.removeAll { $0.lost.isEmpty && labels[$0.label] != nil }
        guard report.lost.count < count else { return }
        report.lost.append(
            ConversionProblem(
                position: 0, label: Sentences.keyAccounts(count - report.lost.count),
                reason: Sentences.formatHasNoKeys, lost: [tr("their security keys")]))
    }

    private func check() throws(ClientError) {
        guard to == .age || recipient.isEmpty else {
            throw ClientError(.usage, tr("recipients are for age files only"), remedy: tr("use --to age"))
        }
        guard passwordDescriptor == nil || to.isEncrypted && to != .age else {
            throw ClientError(.usage, tr("an export to \(to.rawValue) has no password"), remedy: Sentences.useEncrypted)
        }
        if let output {
            if NewFile.isTaken(output) { throw ExportTarget.exists(output) }
            return
        }
        guard !to.isTree else {
            throw ClientError(.usage, Sentences.treeNeedsOutput(to.rawValue), remedy: tr("give --output DIRECTORY"))
        }
        guard !common.json || to == .otpauth else {
            throw ClientError(.usage, Sentences.reportNeedsOutput, remedy: Sentences.useOutput)
        }
        guard Terminal.isTerminal(1) else { return }
        guard !to.isBinary else {
            throw ClientError(.usage, tr("an age file is binary and not for the terminal"), remedy: Sentences.useOutput)
        }
        guard to.isEncrypted || force else {
            throw ClientError(.usage, Sentences.plaintextToTerminal, remedy: Sentences.useOutputOrForce)
        }
    }

    /// The password of an encrypted export, asked for twice; empty for other formats.
    private func newPassword() throws(ClientError) -> LockedBuffer {
        guard to.isEncrypted, to != .age else { return try ClientError.locked(0) }
        do throws(ClientError) {
            return try Passphrase.readNew(
                tr("Password for the export: "), again: tr("Repeat the password: "),
                explanation: tr("A password for the exported file. Anyone who has both can make your codes."),
                from: common.source(passwordDescriptor, credential: false))
        } catch {
            guard error.lacksPerson else { throw error }
            throw ClientError(.badInput, Sentences.passwordNeeded, remedy: tr("give it with --password-fd"))
        }
    }

    private func tell(_ report: ExportReport) {
        if !common.json { report.note() }
        let error =
            report.unwritten.isEmpty && report.weakened.isEmpty
            ? nil
            : ClientError(
                .incomplete,
                report.unwritten.isEmpty
                    ? Sentences.weakened(report.weakened.count) : Sentences.notAllWritten(report.unwritten.count),
                remedy: tr("each is named above; fob-formats(7) says what the formats hold, and age holds everything"),
                details: (report.unwritten + report.weakened).prefix(20).map(\.label))
        if let output {
            if common.json {
                Output.line(report.json(output: output, format: to.rawValue, error: error).text)
            } else {
                Output.note(Sentences.exported(report.accounts, passkeys: report.passkeys, Label.shown(output)))
            }
        }
        if let error { Program.end(afterResult: error) }
    }
}

extension ExportFormat: ExpressibleByArgument {}

/// What became of an export.
struct ExportReport {
    /// Accounts that were written.
    var accounts: Int
    /// Passkeys that were written.
    var passkeys = 0
    /// Accounts that were not written, or not whole.
    var lost: [ConversionProblem] = []
    /// What concerns all of it.
    var warnings: [String] = []

    init(accounts: Int) { self.accounts = accounts }

    /// Those that were not written.
    var unwritten: [ConversionProblem] { lost.filter(\.lost.isEmpty) }
    /// Those that are protected less where the file goes.
    var weakened: [ConversionProblem] { lost.filter { $0.lost.contains(Sentences.itsProtection) } }

    /// Says what people should know.
    func note() {
        for problem in lost { Output.note("\(Label.shown(problem.label)): \(Label.shown(problem.reason))") }
        for warning in warnings { Output.note(Label.shown(warning)) }
    }

    func json(output: String, format: String, error: ClientError?) -> JSON {
        let lost = lost.map {
            JSON.object([
                ("account", .string($0.label)), ("reason", .string($0.reason)), ("written", .bool(!$0.lost.isEmpty)),
                ("lost", .strings($0.lost)),
            ])
        }
        let members: [(String, JSON)] = [
            ("output", .string(output)), ("format", .string(format)), ("accounts", .number(UInt64(accounts))),
            ("written", .number(UInt64(accounts))), ("passkeys", .number(UInt64(passkeys))), ("lost", .array(lost)),
            ("warnings", .strings(warnings)),
        ]
        return .object(members + (error.map { [JSON.member($0)] } ?? []))
    }
}
