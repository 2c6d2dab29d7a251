import Platform
import Testing
import Wire

@testable import Client

/// Runs `fob`, which `swift test` builds beside the tests, where no agent is needed.
@Suite(.enabled(if: program != nil, "fob was not built")) struct `The command line` {
    /// What the program said and how it ended.
    private func run(_ arguments: [String], input: String = "") throws -> (output: String, status: Int32) {
        var child = try Child.start(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>&1", program ?? ""] + arguments,
            environment: ["FOB_SOCKET=/nonexistent/agent.sock", "FOB_NO_START=1", "HOME=/nonexistent"],
            input: .connected, output: .connected)
        try? child.send(input.utf8.span)
        child.input = nil
        var bytes: [UInt8] = []
        var taken = 1
        while taken > 0 {
            try bytes.append(addingCapacity: 16_384) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                taken = try child.read(into: &output)
            }
        }
        return (String(decoding: bytes, as: UTF8.self), child.wait())
    }

    @Test(arguments: [
        ["add", "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP"], ["add", "JBSWY3DPEHPK3PXP"],
        ["add", "--secret=JBSWY3DPEHPK3PXP"], ["add", "--secret", "JBSWY3DPEHPK3PXP"],
        ["add", "--key", "JBSWY3DPEHPK3PXP", "--name", "x"], ["add", "OTPAUTH://TOTP/a?SECRET=JBSWY3DPEHPK3PXP"],
        ["code", "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP"], ["import", "motp://a:b?secret=JBSWY3DPEHPK3PXP"],
        ["unlock", "--passphrase", "JBSWY3DPEHPK3PXP"], ["add", "--name", "steam://JBSWY3DPEHPK3PXP"],
        ["otpauth-migration://offline?data=JBSWY3DPEHPK3PXP"], ["add", "--pin=JBSWY3DPEHPK3PXP"],
    ])
    func `a secret in an argument is refused and not repeated`(arguments: [String]) throws {
        let (output, status) = try run(arguments)
        #expect(status == 64)
        #expect(output.contains("fob: a secret on the command line is refused"))
        #expect(output.contains("hint: "))
        #expect(!output.uppercased().contains("JBSWY3DPEHPK3PXP"))
    }

    @Test(arguments: [
        ["frobnicate"], ["code"], ["code", "a", "b"], ["code", "a", "--frob"], ["code", "--wait", "x", "a"],
        ["edit", "a"], ["order", "a", "between"], ["export"], ["export", "--to", "zip"], ["confirm", "--yes"],
        ["confirm", "--yes", "--deny", "--all"], ["settings", "--idle", "5x"], ["completion", "tcsh"],
    ])
    func `wrong usage ends with 64, in lower case, with a hint`(arguments: [String]) throws {
        let (output, status) = try run(arguments)
        #expect(status == 64, "\(output)")
        let lines = output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("fob: ") == true, "\(output)")
        #expect(lines.last?.hasPrefix("hint: ") == true, "\(output)")
        #expect(lines.first?.last != ".")
    }

    @Test(arguments: [["code", "x"], ["next", "x"], ["list"], ["status"], ["unlock"], ["confirm"], ["watch"]])
    func `without an agent every verb ends with 69`(arguments: [String]) throws {
        let (output, status) = try run(arguments)
        #expect(status == 69, "\(output)")
        #expect(output.hasPrefix("fob: no agent answers at /nonexistent/agent.sock\nhint: "))
    }

    @Test func `with --json an error is a JSON value too`() throws {
        for arguments in [["code", "x", "--json"], ["list", "--json"]] {
            let (output, status) = try run(arguments)
            #expect(status == 69)
            #expect(output.contains(#"{"error":{"status":69,"message":"no agent answers at"#))
        }
    }

    @Test func `nothing is locked where no agent runs`() throws {
        #expect(try run(["lock"]).status == 0)
    }

    @Test func `a file that is missing is told before the agent is asked`() throws {
        #expect(try run(["import", "/nonexistent/uris"]).status == ErrorCode.inputMissing.exitStatus)
    }

    @Test func `bad text is told before the agent is asked`() throws {
        for (text, reason) in [
            ("otpauth://totp/a?secret=1", "base32"), ("JBSWY3D!", "base32"), ("", "empty"),
            ("otpauth://frob/a?secret=JBSWY3DP", "kind"),
        ] {
            let (output, status) = try run(["add", "--name", "a"], input: text)
            #expect(status == 65, "\(output)")
            #expect(output.contains(reason), "\(output)")
            #expect(!output.contains("JBSWY3D"))
        }
    }

    @Test func `help and version are answers`() throws {
        #expect(try run(["--version"]).output.hasPrefix("fob "))
        let help = try run(["--help"])
        #expect(help.status == 0 && help.output.contains("fob(1)"))
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func `completions complete names of accounts`(shell: String) throws {
        let (output, status) = try run(["completion", shell])
        #expect(status == 0)
        #expect(output.contains("__fob_names list --otp") && output.contains("command fob"))
        // Nothing that a name holds is handed to a shell's evaluation.
        #expect(!output.contains("eval 'fob") && !output.contains("eval '__fob"))
    }
}

private let program: String? = Companions.ownProgram.map { Paths.directory(of: $0) + "/fob" }.flatMap {
    Child.isExecutable($0) ? $0 : nil
}
