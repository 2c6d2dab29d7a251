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

    /// What may hang on it.
    var allNumbers: [String] { numbers + former.filter { !numbers.contains($0) } }
    var isSuspect: Bool { isLost || isChanged }
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
            let isRenumbered =
                !request.numbers.isEmpty && !before.numbers.isEmpty
                && Set(request.numbers) != Set(before.numbers)
            if isOther || isRenumbered {
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
    }

    private func tell(_ news: NumberNews, of line: Line, by connection: Connection) {
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
