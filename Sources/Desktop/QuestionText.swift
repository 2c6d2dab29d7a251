import Client
import Encodings
package import Wire

/// A question to the owner, as its window shows it.
package struct QuestionText: Equatable, Sendable {
    /// What is asked.
    package let title: String
    /// A site's domain, to be shown large.
    package let site: String
    /// All of it in one line.
    package let sentence: String
    /// Who asks and through whom, one line each: heading and text.
    package let lines: [(heading: String, text: String)]

    package init(_ challenge: Challenge) {
        let account = Text.shown(challenge.account)
        title =
            switch challenge.kind {
            case .code: tr("Give a code of %1?", account)
            case .export: tr("Export accounts with their secrets?")
            case .signature: tr("Sign in with a security key?")
            case .registration: tr("Make a security key?")
            case .presence: tr("Are you there?")
            case .verification: tr("Confirm that it is you?")
            case .reset: tr("Erase all security keys?")
            case .protection: tr("Weaken a protection?")
            }
        site = Text.shown(challenge.site)
        sentence = Words.heard(challenge.told)
        var lines: [(String, String)] = [(tr("Asked"), Words.heard(AgentWords.question(challenge.question)))]
        if challenge.kind != .code, !account.isEmpty { lines.append((tr("Account"), account)) }
        if !challenge.user.isEmpty { lines.append((tr("User"), Text.shown(challenge.user))) }
        if let host = challenge.host { lines.append((tr("Host"), Self.told(host))) }
        if challenge.isForwarded { lines.append((tr("Through"), challenge.way)) }
        if !challenge.dataName.isEmpty { lines.append((tr("Data"), Text.shown(challenge.dataText))) }
        if let hash = challenge.dataHash { lines.append((tr("SHA-256"), BaseEncoding.base16.text(hash.bytes.span))) }
        for detail in challenge.details { lines.append((tr("Change"), Words.heard(AgentWords.question(detail)))) }
        for (index, program) in challenge.programs.enumerated() {
            lines.append((index == 0 ? tr("Program") : tr("Started by"), Self.told(program)))
        }
        if !challenge.terminal.isEmpty { lines.append((tr("Terminal"), Text.shown(challenge.terminal))) }
        if !challenge.unit.isEmpty { lines.append((tr("Unit"), Text.shown(challenge.unit))) }
        if challenge.needsPassphrase { lines.append((tr("Needs"), tr("Your passphrase, in a window of its own"))) }
        self.lines = lines
    }

    private static func told(_ program: ChallengeProgram) -> String {
        guard !program.name.isEmpty else { return tr("An unknown program, process %1", "\(program.processID)") }
        let file = program.executable.isEmpty ? "" : " (\(Text.quoted(program.executable, most: 128)))"
        return tr("%1, process %2", Text.quoted(program.name) + file, "\(program.processID)")
    }

    private static func told(_ host: ChallengeHost) -> String {
        guard host.standing != .unknown else { return tr("An unknown host") }
        let key = Text.shown(host.fingerprint)
        let named = host.name.isEmpty ? tr("The host with the key %1", key) : Text.quoted(host.name)
        let said = host.standing == .proved ? named : tr("%1 (says the client)", named)
        return host.name.isEmpty || key.isEmpty ? said : tr("%1, key %2", said, key)
    }

    package static func == (a: QuestionText, b: QuestionText) -> Bool {
        a.title == b.title && a.site == b.site && a.lines.elementsEqual(b.lines, by: ==)
    }
}

/// When keys are taken in the window of a question: not those that were meant for another window.
package struct KeyGuard: Sendable {
    /// Milliseconds without effect after the window has appeared or the focus has come to it.
    package static let deadMilliseconds: UInt64 = 700

    private var since: UInt64

    package init(at milliseconds: UInt64) { since = milliseconds }

    /// The focus has come.
    package mutating func focused(at milliseconds: UInt64) { since = milliseconds }

    package func isOpen(at milliseconds: UInt64) -> Bool {
        milliseconds >= since && milliseconds - since >= Self.deadMilliseconds
    }
}
