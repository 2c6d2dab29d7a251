import Testing
import Wire

/// The question in one sentence.
@Suite struct ChallengeSentenceTests {
    private func challenge(_ question: String, _ change: (inout Challenge) -> Void = { _ in }) -> Challenge {
        var challenge = Challenge()
        challenge.question = question
        change(&challenge)
        return challenge
    }

    private let host = ChallengeHost(.proved, fingerprint: "SHA256:abc", name: "server.test")

    @Test func `host and way stand in front of what whoever asks has chosen`() {
        let login = challenge("use an ssh key for a login") {
            ($0.host, $0.user) = (host, "alice")
        }
        #expect(login.sentence == #"use an ssh key for a login at "server.test" as "alice""#)
        let forwarded = challenge("use an ssh key for a login") {
            ($0.host, $0.user, $0.isForwarded) = (ChallengeHost(), "root", true)
            $0.hops = [host, ChallengeHost(.claimed, fingerprint: "SHA256:def", name: "")]
        }
        #expect(
            forwarded.sentence
                == #"FORWARDED: use an ssh key for a login at an unknown host, asked for through "server.test" and 1 more as "root""#
        )
        let web = challenge("sign in at the site") { ($0.site, $0.user) = ("example.org", "alice") }
        #expect(web.sentence == #"sign in at the site "example.org" as "alice""#)
        let data = challenge("sign for the script's site") { ($0.site, $0.dataName) = ("fob:deploy", "f1") }
        #expect(data.sentence == #"sign for the script's site "fob:deploy", data called "f1""#)
    }

    /// Whatever a hostile host, site or script sends, in every field at once: the agent's words and the way stand there.
    @Test(arguments: [
        "git at github.com" + String(repeating: "\u{3000}", count: 111), String(repeating: "x", count: 300),
        "\" at \"github.com\" as \"git", "\u{202E}\u{2066}\u{1B}[2K\r", String(repeating: "\u{200B}", count: 85),
        String(repeating: "\u{0338}", count: 120), "\n  host:  github.com\n",
    ])
    func `no text of others takes the place of another part`(text: String) {
        var hostile = challenge("use an ssh key for a login") {
            ($0.host, $0.user, $0.site, $0.dataName, $0.isForwarded) = (ChallengeHost(), text, text, text, true)
            $0.hops = Array(repeating: ChallengeHost(.proved, fingerprint: "SHA256:abc", name: text), count: 16)
        }
        hostile.clip()
        let sentence = hostile.sentence
        let quoted = Text.quoted(Text.clipped(text, to: Limits.keyName))
        #expect(sentence.unicodeScalars.starts(with: "FORWARDED: use an ssh key for a login \"".unicodeScalars))
        #expect(sentence.contains(" at an unknown host, asked for through "))
        #expect(sentence.hasSuffix(" and 15 more as \(quoted), data called \(quoted)"))
        // The marks that are not escaped are those of the four parts.
        let marks = sentence.replacing("\\\"", with: "").unicodeScalars.filter { $0 == "\"" }.count
        #expect(marks == 8)
        #expect(sentence.unicodeScalars.allSatisfy { !Text.isInvisible($0) && (!Text.isBlank($0) || $0 == " ") })
    }

    @Test func `a client of version 1 reads the same sentence`() throws {
        var asked = challenge("take protections away") {
            ($0.kind, $0.account, $0.details) = (.protection, "GitHub/alice", ["each code is asked for"])
            $0.programs = [ChallengeProgram(processID: 7, name: "x.sh", executable: "/usr/bin/bash")]
        }
        asked.clip()
        let body = try encoded(Version1ChallengeEvent(asked))
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains("take protections away (each code is asked for)") && text.contains("x.sh"))
        #expect(body[16] == ChallengeKind.code.rawValue)
    }
}
