import Platform
import Vault
import Wire

/// A telephone line as it was last told of.
struct Line {
    var sim = Digest()
    var isLost = false
    /// It had another SIM or number before, and nobody has said that it works.
    var isChanged = false
    /// The numbers that it was last told to have.
    var numbers: [String] = []
    /// Those that it had before the changes.
    var former: [String] = []
    /// The place of its first telling among all.
    var order: UInt64 = 0
    /// It was compared with what the vault remembers of it.
    var isCompared = false

    /// What may hang on it.
    var allNumbers: [String] { numbers + former.filter { !numbers.contains($0) } }
    var isSuspect: Bool { isLost || isChanged }
    var simBytes: [UInt8] { sim.bytes.indices.map { sim.bytes[$0] } }

    static func isRenumbered(_ numbers: [String], _ before: [String]) -> Bool {
        !numbers.isEmpty && !before.isEmpty && Set(numbers) != Set(before)
    }

    /// Takes what the vault remembers of it.
    ///
    /// - Parameter hash: of its SIM, as the vault has it.
    /// - Returns: whether it has another SIM or number than then.
    mutating func compare(with before: KnownLines.Line, _ hash: [32 of UInt8]) -> Bool {
        let none = [32 of UInt8](repeating: 0)
        let isOther =
            sim != Digest() && !Sodium.equal(before.sim.span, none.span) && !Sodium.equal(before.sim.span, hash.span)
        let isNew = isOther || Self.isRenumbered(numbers, before.numbers)
        if numbers.isEmpty, !isNew { numbers = before.numbers }
        let gone = (before.former + before.numbers).filter { !former.contains($0) && !numbers.contains($0) }
        isChanged = isChanged || before.isChanged || isNew
        if isChanged { former = Array((former + gone).prefix(Limits.lineNumbers)) }
        return isNew
    }
}

// LINE, LINES: what may be the work of somebody who has taken a telephone number over.
extension Agent {
    func line(_ request: LineRequest, _ call: Call) throws(Refusal) {
        try checkMessages(call)
        let key = request.line.bytes.indices.map { request.line.bytes[$0] }
        let before = lines[key]
        if before == nil, lines.count >= Limits.lines {
            // A line that is in order gives way; one that is warned of does not.
            guard let oldest = lines.filter({ !$0.value.isSuspect }).min(by: { $0.value.order < $1.value.order }) else {
                throw Refusal(.busy, "there are too many telephone lines", "start the agent anew to forget them")
            }
            lines[oldest.key] = nil
        }
        var after = before ?? Line()
        if before == nil { after.order = (lines.values.map(\.order).max() ?? 0) + 1 }
        after.isLost = request.isLost
        var news: [NumberNews] = []
        if let before {
            let isOther = request.sim != Digest() && before.sim != Digest() && request.sim != before.sim
            if isOther || Line.isRenumbered(request.numbers, before.numbers) {
                after.isChanged = true
                news.append(.simChanged)
            }
        }
        if request.isLost != (before?.isLost ?? false) { news.append(request.isLost ? .serviceLost : .serviceBack) }
        // What hangs on the former number is told of.
        if !request.numbers.isEmpty {
            if after.isChanged {
                let gone = after.numbers.filter { !after.former.contains($0) && !request.numbers.contains($0) }
                after.former = Array((after.former + gone).prefix(Limits.lineNumbers))
            }
            after.numbers = Array(request.numbers.prefix(Limits.lineNumbers))
        }
        if request.sim != Digest() { after.sim = request.sim }
        lines[key] = after
        server.send(OKReply(), to: call)
        for one in news { tell(one, of: after, by: call.connection) }
        compareLines()
    }

    /// Compares the lines, as far as that was not done, with what the vault remembers of them, and has it remember them as they
    /// are now: whoever swaps a SIM while no agent runs is told of all the same.
    func compareLines() {
        guard let vault = open, !isLocking, !store.isReadOnly, !lines.isEmpty else { return }
        let known = vault.contents.knownLines ?? KnownLines()
        for (key, line) in lines where !line.isCompared {
            var line = line
            line.isCompared = true
            let hash = known.hash(key.span)
            let wasChanged = line.isChanged
            if let before = known.lines.first(where: { Sodium.equal($0.line.span, hash.span) }),
                line.compare(with: before, known.hash(line.simBytes.span)), !wasChanged
            {
                tell(.simChanged, of: line, by: nil)
            }
            lines[key] = line
        }
        remember(vault, known)
    }

    private func remember(_ vault: OpenVault, _ known: KnownLines) {
        var next = known
        for (key, line) in lines.sorted(by: { $0.value.order < $1.value.order }) {
            let hash = known.hash(key.span)
            var one = KnownLines.Line(line: hash, sim: known.hash(line.simBytes.span))
            (one.isChanged, one.numbers, one.former) = (line.isChanged, line.numbers, line.former)
            if let place = next.lines.firstIndex(where: { Sodium.equal($0.line.span, hash.span) }) {
                next.lines[place] = one
            } else {
                next.lines.append(one)
            }
        }
        // What is suspect stays longest.
        while next.lines.count > Limits.lines {
            next.lines.remove(at: next.lines.firstIndex { !$0.isChanged } ?? 0)
        }
        guard next.lines != known.lines else { return }
        // What cannot be remembered now can be the next time.
        guard (try? vault.contents.remember(next, at: utc)) != nil else { return }
        vault.isDirty = true
        startSave()
    }

    private func tell(_ news: NumberNews, of line: Line, by connection: Connection?) {
        let accounts = open.map { $0.contents.accounts(on: line.allNumbers) } ?? []
        let event: AuditEvent =
            switch news {
            case .code, .simChanged: .simChanged
            case .serviceLost: .serviceLost
            case .serviceBack: .serviceBack
            }
        if accounts.isEmpty { log(event, outcome: .done, by: connection) }
        for account in accounts.prefix(AgentLimits.lineAccounts) {
            log(event, account.id, outcome: .done, by: connection)
        }
        broadcast(NumberEvent(news, accounts: accounts.count))
    }

    /// It is no use of the vault.
    func lines(_: LinesRequest, _ call: Call) throws(Refusal) {
        _ = try look()
        let states = suspectLines.map { LineState(isLost: $0.isLost, isChanged: $0.isChanged, numbers: $0.allNumbers) }
        server.send(LinesReply(states), to: call)
    }

    private var suspectLines: [Line] { lines.values.filter(\.isSuspect) }

    /// What the status warns of.
    func lineWarnings() -> [String] {
        suspectLines.map { line in
            let accounts = open.map { $0.contents.accounts(on: line.allNumbers) }
            return Sentences.lineWarning(
                isChanged: line.isChanged, isKnown: !line.allNumbers.isEmpty, accounts?.map(\.details.label))
        }.sorted()
    }

    /// Somebody has had a code by that number: whatever happened to its line, it is the owner's.
    func numberWorks(_ number: String) {
        for key in lines.keys
        where lines[key].map({ $0.allNumbers.isEmpty || $0.allNumbers.contains(number) }) ?? false {
            lines[key]?.isChanged = false
            lines[key]?.former = []
        }
        compareLines()
    }
}

extension Contents {
    /// The accounts that codes are sent to these numbers for; where none is known, to any.
    fileprivate func accounts(on numbers: [String]) -> [Vault.Account] {
        inOrder.filter { account in
            account.removed == 0
                && account.otherWays.contains { $0.kind == .number && (numbers.isEmpty || numbers.contains($0.text)) }
        }
    }
}
