import Testing

/// The `fob` command, as a shell runs it.
@Suite(.serialized)
struct CommandTests {
    @Test(arguments: ["built", "installed"])
    func `Every verb does its work, and every failure has its exit status`(_ layout: String) async throws {
        try await Script("command.py").run(layout)
    }

    @Test func `A passphrase that is soon guessed is refused by every way in, unless its owner insists`()
        async throws
    {
        try await Script("passphrases.py").run()
    }

    @Test func `Recovery codes come in, are handed out only to the owner, and are wiped when their time is over`()
        async throws
    {
        try await Script("recovery.py").run()
    }

    @Test(arguments: ["secret", "shielded"])
    func `A client that has added an account holds no secret when it ends`(_ memory: String) async throws {
        try await Script("client_memory.py").run(memory)
    }

    @Test func `The passphrase is asked for on the terminal and is not shown`() async throws {
        try await Script("terminal.py").run()
    }

    @Test func `Completion offers names literally and runs nothing, in each shell`() async throws {
        try await Script("shells.py").run(seconds: 480)
    }

    @Test func `A person may think for minutes at any prompt`() async throws {
        try await Script("patience.py").run(seconds: 240)
    }

    @Test func `Fresh codes, secrets that are not kept, mistyped names, and the screen of every day`() async throws {
        try await Script("everyday.py").run(seconds: 240)
    }

    @Test(arguments: [
        "README.md", "README.ja.md", "ja/fob.1", "ja/fob-recovery.1", "ja/fob-restore.1", "fob.1", "fob-access.1",
        "fob-authenticator.1", "fob-backup.1", "fob-formats.7",
        "fob-import.1",
        "fob-key.1", "fob-recovery.1", "fob-restore.1",
    ])
    func `Every example of README and pages works as it stands`(_ page: String) async throws {
        try await Script("examples.py").run(page, seconds: 240)
    }

    @Test func `What cannot be done is refused before anybody is asked, and pipes are read as files are`() async throws
    {
        try await Script("refusals.py").run(seconds: 240)
    }

    @Test func `A terminal is told what takes over a second, and nobody else is`() async throws {
        try await Script("progress.py").run()
    }

    @Test func `Narrow terminals, locales, full pipes, no terminal, pinentry and clipboards`() async throws {
        try await Script("surroundings.py").run()
    }

    @Test(arguments: ["tmux", "ssh"])
    func `Prompts, the live display, the clipboard and a yes`(through terminal: String) async throws {
        try await Script("terminals.py").run(terminal)
    }

    @Test(arguments: ["no-ask", "closed", "narrow", "plain", "resize", "bytes", "latin1", "home"])
    func `Every verb where it is not at its ease`(case: String) async throws {
        try await Script("adverse.py").run(`case`)
    }

    @Test func `Japanese for people, one answer for programs, and the characters of the terminal`() async throws {
        try await Script("languages.py").run(seconds: 240)
    }

    @Test func `Each verb and option stands in a manual page`() async throws {
        try await Script("verbs.py").run()
    }

    @Test func `Recovery codes, recipients and the recovery key open the vault, also with stock age`() async throws {
        try await Script("ways.py").run(seconds: 120)
    }

    @Test func `what a script leaves behind is found, ended and named`() async throws {
        try await Script("left_behind.py").run()
    }

    @Test func `Tests run Debian's programs, whatever comes first in PATH`() async throws {
        try await Script("other_programs.py").run()
    }

    @Test func `The benchmarks still run`() async throws {
        try await Script("../../Bench/bench.py").run(Script.binaries, "--smoke")
    }
}
