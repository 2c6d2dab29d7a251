import ArgumentParser
import Client
import Platform
import Wire

/// `fob ready`: what happens to me if I lose something tomorrow?
struct ReadyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ready", abstract: Help.ready, discussion: Help.readyDiscussion)

    @Argument(help: Help.readyAccount, completion: Completions.accounts) var account: String?
    @OptionGroup var common: Common

    func run() throws {
        let (access, asked, sets, ways, keepers, tokens, lines) = try common.unlocked {
            (connection) throws(ClientError) in
            let access: AccessReply = try connection.request(AccessRequest())
            let asked =
                if let account { [try connection.account(Selector(argument: account))] } else {
                    try connection.accounts()
                }
            let keepers: KeepersReply = try connection.request(KeepersRequest())
            let tokens: TokensReply = try connection.request(TokenListRequest())
            let lines: LinesReply = try connection.request(LinesRequest())
            return (
                access, asked, try connection.recoverySets(), try connection.otherWays(), keepers, tokens.tokens,
                lines.lines
            )
        }
        let readiness = try Readiness(access, keepers, at: Clock.utc)
        let current = Dictionary(
            sets.filter { $0.supersededUntil == 0 }.map { ($0.account, $0) }, uniquingKeysWith: { first, _ in first })
        let elsewhere = Dictionary(grouping: ways, by: \.account).mapValues { $0.map(\.way) }
        let findings = asked.flatMap { account in
            AccountReadiness.findings(
                account, current[account.id], tokens.filter { $0.account == account.id }, elsewhere[account.id] ?? [],
                lines, at: Clock.utc)
        }
        // Of one account it tells only what hangs on less than the vault.
        let losses = account != nil ? [] : readiness.losses.map { ($0, readiness.ways(after: $0)) }
        let hopeless = losses.filter { !$0.1.contains { $0.standing.leads } }
        let error =
            hopeless.isEmpty
            ? nil
            : ClientError(.notReady, Sentences.noWayBack(hopeless.map(\.0.name)), remedy: Sentences.seeAdvice)
        if common.json {
            Output.line(Self.json(losses, findings, error).text)
        } else {
            let text = Self.text(losses, findings, isOne: account != nil)
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                Output.line(Wrapped.forPeople(String(line), on: 1))
            }
        }
        if let error { Program.end(afterResult: error) }
    }

    private static func json(
        _ losses: [(Loss, [WayBack])], _ findings: [AccountReadiness], _ error: ClientError?
    ) -> JSON {
        .object(
            [
                (
                    "losses",
                    .array(
                        losses.map { loss, ways in
                            .object([
                                ("loss", .string(loss.word)), ("ready", .bool(ways.contains { $0.standing.leads })),
                                ("ways", .array(ways.map(\.json))),
                            ])
                        })
                ),
                ("accounts", .array(findings.map(\.json))),
            ] + (error.map { [JSON.member($0)] } ?? []))
    }

    private static func text(
        _ losses: [(Loss, [WayBack])], _ findings: [AccountReadiness], isOne: Bool
    ) -> String {
        var lines: [String] = []
        for (loss, ways) in losses {
            lines.append(tr("Without \(loss.name):"))
            // What was lost is no way, but for a person who has nothing else.
            let there = ways.filter { $0.standing != .lost }
            if there.isEmpty { lines.append("  " + tr("no way back: the accounts would be lost")) }
            for way in there { lines.append("  " + Sentences.stands(way)) }
            // The surest way's advice, or what the first would need.
            if let first = there.first, !first.advice.isEmpty { lines.append("    " + first.advice) }
        }
        if findings.isEmpty, isOne { lines.append(Sentences.readyAccountFine) }
        if !findings.isEmpty, !isOne { lines.append("") }
        // Many accounts with one finding are one line.
        var groups: [(finding: AccountReadiness, labels: [String])] = []
        for finding in findings {
            if let index = groups.firstIndex(where: { $0.finding.word == finding.word }) {
                groups[index].labels.append(Label.shown(finding.label))
            } else {
                groups.append((finding, [Label.shown(finding.label)]))
            }
        }
        for (finding, labels) in groups {
            let shown = labels.prefix(isOne ? labels.count : 5).joined(separator: ", ")
            let more = isOne || labels.count <= 5 ? "" : tr(" and \(labels.count - 5) more")
            lines.append("\(shown)\(more): \(finding.message)")
            if !finding.advice.isEmpty { lines.append("  " + finding.advice) }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
