import Client
import Encodings
import Foundation
import Platform
import Testing
import Wire

@testable import Desktop

private func unlocked(_ accounts: UInt32, memory: MemoryKind = .secret) -> StatusReply {
    var status = StatusReply(vault: .unlocked, memory: memory)
    status.accounts = accounts
    return status
}

private func challenge(_ number: UInt64, created: UInt64) -> Challenge {
    var challenge = Challenge()
    challenge.id = Identifier(high: 1, low: number)
    challenge.created = created
    return challenge
}

@Suite struct StandingTests {
    @Test func `Each state of agent and vault has its screen`() {
        var standing = Standing()
        #expect(standing.screen == .starting)
        standing.take(StatusReply(vault: .none, memory: .secret))
        #expect(standing.screen == .noVault)
        standing.take(unlocked(0))
        #expect(standing.screen == .empty)
        standing.take([account(1, "A", "b")])
        #expect(standing.screen == .list)
        standing.take(.locked(.idle))
        #expect(standing.screen == .locked)
        #expect(standing.codes.accounts.isEmpty)
        standing.lose()
        #expect(standing.screen == .agentGone)
        standing.fail(ClientError(.noAgent, "none", remedy: "start it"))
        #expect(standing.screen == .noAgent(message: "none", remedy: "start it"))
    }

    @Test func `Questions come in their order, each once, and go with their answer`() {
        var standing = Standing()
        standing.take(.challenge(challenge(2, created: 20)))
        standing.take(.challenge(challenge(1, created: 10)))
        standing.take(.challenge(challenge(2, created: 20)))
        #expect(standing.questions.map(\.id.low) == [1, 2])
        standing.take(.challengeEnded(Identifier(high: 1, low: 1), .denied))
        #expect(standing.questions.map(\.id.low) == [2])
        #expect(standing.securityNeedsSomebody)
    }

    @Test func `The red dot is there without a backup, with a stale one, and with few kit codes`() {
        var standing = Standing()
        standing.take(unlocked(1))
        standing.take([account(1, "A", "b")])
        #expect(!standing.backupNeedsSomebody)
        standing.destinations = []
        #expect(standing.backupNeedsSomebody)
        let place = JSONValue.object([
            "name": .string("disk"), "state": .string("verified"), "last_success": .string("x"),
        ])
        standing.destinations = [Destination(place)].compactMap(\.self)
        #expect(!standing.backupNeedsSomebody)
        standing.take(.backupHealth(BackupReport(destination: "disk", health: .stale, success: 0, cause: "")))
        #expect(standing.backupNeedsSomebody)
        standing.take(.backupHealth(BackupReport(destination: "disk", health: .verified, success: 1, cause: "")))
        #expect(!standing.backupNeedsSomebody)
        var access = AccessReply()
        (access.set, access.left) = (1, 4)
        standing.access = access
        #expect(!standing.backupNeedsSomebody)
        access.left = 3
        standing.access = access
        #expect(standing.backupNeedsSomebody)
        #expect(standing.kitLeft == 3)
    }

    @Test func `Memory that is not locked is told`() {
        var standing = Standing()
        standing.take(unlocked(1, memory: .unlocked))
        #expect(standing.isMemoryUnlocked)
        #expect(standing.securityNeedsSomebody)
    }

    @Test func `The first steps are done one after the other`() {
        var standing = Standing()
        #expect(FirstSteps(standing).all.map(\.isDone) == [false, false, false])
        standing.take(unlocked(1))
        standing.take([account(1, "A", "b")])
        var access = AccessReply()
        access.set = 1
        standing.access = access
        #expect(FirstSteps(standing).all.map(\.isDone) == [true, true, false])
        #expect(!FirstSteps(standing).isDone)
    }
}

@Suite struct QuestionTests {
    @Test func `A question shows the chain of programs, the data and what it needs`() {
        var asked = challenge(1, created: 1)
        (asked.kind, asked.account, asked.question) = (.code, "Bank/alice", "Give a code")
        asked.programs = [
            ChallengeProgram(processID: 7, name: "curl", executable: "/usr/bin/curl"),
            ChallengeProgram(processID: 6, name: "sh", executable: "/bin/sh"),
        ]
        (asked.terminal, asked.proof) = ("pts/3", .passphrase)
        let text = QuestionText(asked)
        #expect(text.title == "Give a code of Bank/alice?")
        #expect(text.lines.map(\.heading) == ["Asked", "Program", "Started by", "Terminal", "Needs"])
        #expect(text.lines[1].text.contains("/usr/bin/curl"))
    }

    @Test func `Keys are dead for 700 ms after the window and after the focus has come`() {
        var keys = KeyGuard(at: 1000)
        #expect(!keys.isOpen(at: 1699))
        #expect(keys.isOpen(at: 1700))
        keys.focused(at: 5000)
        #expect(!keys.isOpen(at: 5699))
        #expect(!keys.isOpen(at: 4000))
        #expect(keys.isOpen(at: 5700))
    }
}

@Suite struct ReleaseTests {
    @Test(arguments: [
        ("fob-desktop/Data/io.github.fob.Desktop.metainfo.xml", #"<release version="%""#),
        ("fob-browser/Extension/manifest.json", #""version": "%""#),
    ])
    func `What is installed beside the programs names their release`(path: String, form: String) throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
        #expect(text.contains(form.replacingOccurrences(of: "%", with: Command.release)))
    }
}

@Suite struct WordsTests {
    @Test func `Parts stand where the sentence has them`() {
        #expect(Sentence.put(["a", "b"], into: "%2 of %1, 100%") == "b of a, 100%")
        #expect(Sentence.put([], into: "%1") == "%1")
        #expect(trn("%1 code left", "%1 codes left", 1) == "1 code left")
        #expect(trn("%1 code left", "%1 codes left", 3) == "3 codes left")
    }

    @Test func `A preview of an import has what comes in and what does not`() {
        let preview = ImportPreview(
            #"""
            {"imported":false,"warnings":["w"],"entries":[{"label":"A/b","status":"new","stored":"A/b","id":null,
            "remarks":["r"],"lost":[]},{"label":"C","status":"same","stored":"","id":null,"remarks":[],"lost":[]}],
            "error":{"message":"m","remedy":"y"}}
            """#)
        #expect(preview?.entries.map(\.label) == ["A/b", "C"])
        #expect(preview?.incoming == 1)
        #expect(preview?.warnings == ["W"])
        #expect(preview?.error == "M")
    }

    @Test func `The log tells what was done, and no save that went well`() {
        func line(_ number: Int, _ event: String, _ outcome: String = "ok") -> String {
            "{\"time\":\(number),\"event\":\"\(event)\",\"outcome\":\"\(outcome)\"}"
        }
        let lines = (0..<30).flatMap { [line(2 * $0, "account.add"), line(2 * $0 + 1, "vault.save")] }
        let all = (lines + [line(60, "vault.save", "failed")]).joined(separator: ",")
        let read = LogLines.read("{\"entries\":[\(all)]}")
        #expect(read.map(\.time) == [60] + (11..<30).reversed().map { 2 * $0 })
        #expect(read.prefix(2).map(\.text) == ["The vault was saved (refused)", "An account was added"])
    }

    @Test func `What came in is compared with what was shown`() {
        func told(_ imported: Bool, _ stored: String, _ rows: (String, String)...) -> ImportPreview? {
            let entries = rows.map { #"{"label":"\#($0.0)","status":"\#($0.1)","stored":"\#(stored)"}"# }
            return ImportPreview(#"{"imported":\#(imported),"entries":[\#(entries.joined(separator: ","))]}"#)
        }
        guard let shown = told(false, "", ("A/b", "new")), let same = told(true, "A/b", ("A/b", "new")),
            let other = told(true, "C", ("C", "new")), let more = told(true, "", ("A/b", "new"), ("C", "new")),
            let twin = told(true, "A/b 2", ("A/b", "differs"))
        else {
            Issue.record("no preview")
            return
        }
        #expect(!shown.isImported && same.isImported)
        #expect(same.brings(what: shown))
        #expect(!other.brings(what: shown) && !more.brings(what: shown) && !twin.brings(what: shown))
    }

    @Test func `A backup's look follows its health`() {
        func look(_ state: String) -> String? {
            Destination(.object(["name": .string("d"), "state": .string(state)])).map { BackupLook($0).style }
        }
        #expect(
            ["verified", "shipped", "failing", "stale"].map(look) == ["fob-good", "fob-fair", "fob-fair", "fob-bad"])
    }
}

@Suite struct DesktopSearchTests {
    @Test func `The desktop's search finds names and ids, never a code`() {
        var standing = Standing()
        standing.take(.locked(.idle))
        #expect(DesktopSearch(standing).results(of: ["fo"]) == ["unlock"])
        #expect(DesktopSearch(standing).results(of: ["bank"]) == [])
        var status = StatusReply(vault: .unlocked, memory: .secret)
        status.accounts = 2
        standing.take(status)
        standing.take([account(1, "GitHub", "octo"), account(2, "Bank", "alice")])
        standing.codes.shown = ShownCode(
            CodeReply(
                account: Identifier(high: 0, low: 1), code: "123456", validFrom: 0, validUntil: 30, counter: 0,
                period: 30), at: 0)
        let found = DesktopSearch(standing).results(of: ["git", "oct"])
        #expect(found == [Identifier(high: 0, low: 1).description])
        #expect(DesktopSearch(standing).descriptions(of: found) == ["\(found[0])\tGitHub\tocto"])
    }
}
