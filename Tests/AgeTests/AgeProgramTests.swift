import Age
import Foundation
import TestSupport
import Testing

private let hasAge = program("age") != nil && program("age-keygen") != nil
private let hasTerminal = hasAge && program("python3") != nil

/// Files go back and forth between this module and the `age` program.
@Suite(.enabled(if: hasAge, "the age program is not installed"))
struct AgeProgramTests {
    static let sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000]

    @Test(arguments: sizes, [false, true])
    func `age opens what was written here, for each recipient, with extra stanzas, armored or not`(
        _ count: Int, isArmored: Bool
    ) throws {
        let first = try X25519Identity.random()
        let second = try X25519Identity.random()
        let extra = [
            try Stanza(type: "fob-passphrase", arguments: ["c2FsdHNhbHRzYWx0c2FsdA", "3", "67108864"]),
            try Stanza(type: "fob-keeper", arguments: ["1", "2"], body: pattern(96)),
        ]
        let recipients = [first.recipient, second.recipient]
        var file = try seal(pattern(count), to: recipients, extraStanzas: extra, pieces: 50_000)
        if isArmored { file = Armor.encode(file.span) }
        try withFolder { folder in
            let sealed = folder.appendingPathComponent("sealed")
            try Data(file).write(to: sealed)
            for secret in [text(of: first), text(of: second)] {
                let key = folder.appendingPathComponent("key")
                try Data((secret + "\n").utf8).write(to: key)
                let opened = try run("age", ["-d", "-i", key.path, sealed.path])
                #expect(opened.status == 0)
                #expect(opened.output == pattern(count))
            }
        }
    }

    @Test(arguments: sizes, [false, true])
    func `What age wrote is opened here, by each recipient, armored or not`(_ count: Int, isArmored: Bool) throws {
        let first = try X25519Identity.random()
        let second = try X25519Identity.random()
        let file = try withFolder { folder in
            let plain = folder.appendingPathComponent("plain")
            try Data(pattern(count)).write(to: plain)
            let recipients = ["-r", first.recipient.text, "-r", second.recipient.text]
            let sealed = try run("age", recipients + (isArmored ? ["-a"] : []) + [plain.path])
            #expect(sealed.status == 0)
            return sealed.output
        }
        let looksArmored = Armor.isArmored(file.span)
        #expect(looksArmored == isArmored)
        let binary = isArmored ? try Armor.decode(file.span) : file
        if isArmored { #expect(Armor.encode(binary.span) == file) }
        #expect(try open(binary, with: first) == pattern(count))
        #expect(try open(binary, with: second) == pattern(count))
    }

    @Test func `Keys of age-keygen are read here, and it reads ours`() throws {
        let lines = String(decoding: try run("age-keygen", []).output, as: UTF8.self).split(separator: "\n")
        let secret = try #require(lines.first { $0.hasPrefix("AGE-SECRET-KEY-1") })
        let recipient = try #require(lines.first { $0.hasPrefix("# public key: ") }).dropFirst(14)
        #expect(try identity(String(secret)).recipient.text == recipient)

        let own = try X25519Identity.random()
        try withFolder { folder in
            let key = folder.appendingPathComponent("key")
            try Data((text(of: own) + "\n").utf8).write(to: key)
            let told = try run("age-keygen", ["-y", key.path])
            #expect(String(decoding: told.output, as: UTF8.self) == own.recipient.text + "\n")
        }
    }

    /// age asks for passphrases on its terminal only, so python3 plays one.
    private static let terminal = """
        import os, pty, sys
        pid, fd = pty.fork()
        if pid == 0:
            os.execvp("age", ["age"] + sys.argv[2:])
        while True:
            try:
                text = os.read(fd, 1024)
            except OSError:
                break
            if not text:
                break
            if b":" in text:
                os.write(fd, sys.argv[1].encode() + b"\\n")
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """

    @Test(.enabled(if: hasTerminal, "python3 is not installed"), .timeLimit(.minutes(5)))
    func `Passphrase files go both ways`() throws {
        let passphrase = "correct horse battery staple"
        try withFolder { folder in
            let plain = folder.appendingPathComponent("plain").path
            let sealed = folder.appendingPathComponent("sealed").path
            let opened = folder.appendingPathComponent("opened").path
            try Data(pattern(1000)).write(to: URL(fileURLWithPath: plain))
            let wrote = try run("python3", ["-c", Self.terminal, passphrase, "-p", "-o", sealed, plain])
            #expect(wrote.status == 0)
            let file = Array(try Data(contentsOf: URL(fileURLWithPath: sealed)))
            #expect(try open(file, passphrase: passphrase) == pattern(1000))

            let bytes = Array(passphrase.utf8)
            var writer = try AgeWriter(passphrase: bytes.span, workFactor: 12)
            writer.write(pattern(1000).span)
            try Data(writer.finish()).write(to: URL(fileURLWithPath: sealed))
            let read = try run("python3", ["-c", Self.terminal, passphrase, "-d", "-o", opened, sealed])
            #expect(read.status == 0)
            #expect(Array(try Data(contentsOf: URL(fileURLWithPath: opened))) == pattern(1000))
        }
    }
}
