import ArgumentParser
import Client
import OneTimePassword
import Platform
import Wire

/// `fob import`.
struct ImportVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: Help.importing, discussion: Help.importDiscussion)

    @Argument(help: Help.importFile, completion: .file()) var file: String
    @Flag(name: .customLong("dry-run"), help: Help.dryRun) var dryRun = false
    @Flag(name: .customLong("skip-bad"), help: Help.skipBad) var skipBad = false
    @Option(name: .long, help: Help.tag) var tag: [String] = []
    @OptionGroup var common: Common

    /// What came of the lines.
    private struct Tally {
        var added = 0
        var alreadyThere = 0
        var renamed = 0
        var bad: [(line: Int, reason: String)] = []
        var good: Int { added + alreadyThere + renamed }

        mutating func count(_ outcome: AddOutcome) {
            switch outcome {
            case .added: added += 1
            case .alreadyThere: alreadyThere += 1
            case .renamed: renamed += 1
            case .raised: alreadyThere += 1
            }
        }
    }

    func run() throws {
        var lines = try SecretLines(open())
        let (tally, isKept) = try common.unlocked { (connection) throws(ClientError) in
            let _: OKReply = try connection.request(BeginRequest())
            let tally = try stage(&lines, &connection)
            let isKept = !dryRun && tally.good > 0 && (tally.bad.isEmpty || skipBad)
            if isKept {
                let _: OKReply = try connection.request(CommitRequest())
            } else {
                let _: OKReply = try connection.request(AbortRequest())
            }
            return (tally, isKept)
        }
        report(tally, isKept)
        guard tally.bad.isEmpty || skipBad else {
            Program.end(
                afterResult: ClientError(
                    .badInput, Sentences.nothingImported(bad: tally.bad.count), remedy: Sentences.skipBad))
        }
        guard tally.good > 0 else {
            Program.end(
                afterResult: ClientError(.badInput, Sentences.nothingToImport, remedy: Sentences.importFormat))
        }
    }

    private func open() throws(ClientError) -> FileDescriptor {
        if file == "-" { return FileDescriptor(owning: 0) }
        do throws(SystemError) {
            return try FileDescriptor.reading(file)
        } catch {
            let code: ErrorCode = error.isMissing ? .inputMissing : error.isPermission ? .permission : .system
            throw ClientError(code, "\(file): \(error.reason)", remedy: Sentences.checkPath)
        }
    }

    private func stage(
        _ lines: inout SecretLines, _ connection: inout Connection
    ) throws(ClientError) -> Tally {
        var tally = Tally()
        while true {
            let next = try lines.next { (line) throws(ClientError) in try add(line, &connection) }
            let number = lines.number
            switch next {
            case .end: return tally
            case .tooLong: bad(number, Sentences.lineTooLong, &tally)
            case .line(.ignored): continue
            case .line(.bad(let reason)): bad(number, reason, &tally)
            case .line(.added(let outcome, let label)):
                tally.count(outcome)
                if !common.json { Output.line(Sentences.imported(number, outcome, label)) }
            }
        }
    }

    private func bad(_ number: Int, _ reason: String, _ tally: inout Tally) {
        tally.bad.append((number, reason))
        if !common.json { Output.note(Sentences.badLine(number, Label.shown(reason))) }
    }

    private enum Line {
        case ignored
        case added(AddOutcome, String)
        case bad(String)
    }

    private func add(_ line: Span<UInt8>, _ connection: inout Connection) throws(ClientError) -> Line {
        var text = try ClientError.locked(line.count)
        text.append(copying: line)
        text.trim()
        text.dropByteOrderMark()
        guard text.count > 0, text.bytes[0] != UInt8(ascii: "#") else { return .ignored }
        let account = Result { () throws(OneTimePasswordError) in
            let account = try AccountText(uri: text.bytes)
            try account.check()
            return account
        }
        switch consume account {
        case .failure(let error): return .bad(error.message)
        case .success(let account): return try add(account, &connection)
        }
    }

    private func add(_ account: borrowing AccountText, _ connection: inout Connection) throws(ClientError) -> Line {
        var new = account.onWire
        new.tags = tag
        do throws(ClientError) {
            let added = try connection.add(new, key: account.key.bytes, pin: account.pin.bytes)
            // The same secret may be there under another label; the line's own label is what the reader knows.
            let name = added.outcome == .alreadyThere ? new.name : added.name
            return .added(added.outcome, Selector.label(issuer: new.issuer, name: name))
        } catch {
            // What is wrong with this account is the line's fault; anything else ends the import.
            guard error.code == .badInput || error.code == .alreadyExists else { throw error }
            return .bad(error.message)
        }
    }

    private func report(_ tally: Tally, _ isKept: Bool) {
        if common.json {
            let bad = tally.bad.map { JSON.object([("line", .number($0.line)), ("reason", .string($0.reason))]) }
            let members: [(String, JSON)] = [
                ("imported", .bool(isKept)), ("dry_run", .bool(dryRun)), ("added", .number(tally.added)),
                ("already_there", .number(tally.alreadyThere)), ("renamed", .number(tally.renamed)),
                ("bad", .array(bad)),
            ]
            Output.line(JSON.object(members).text)
        } else if tally.good > 0, isKept || dryRun {
            Output.note(Sentences.importSummary(tally.added, tally.alreadyThere, tally.renamed, dryRun))
        }
    }
}

extension LockedBuffer {
    /// Takes a UTF-8 byte order mark off the front.
    mutating func dropByteOrderMark() {
        if count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { removeFirst(3) }
    }
}
