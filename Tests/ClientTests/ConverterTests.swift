import Platform
import Testing
import Wire

@testable import Client

@Suite struct `Talking to the converter` {
    /// What a conversation came to.
    private struct Outcome {
        var end: ConversionEnd?
        var error: ClientError?
        var data = 0
        var asked: [String] = []
    }

    /// `sh -c script` as the converter, which is sent so many pieces of 32 KiB.
    private func run(_ script: String, pieces: Int = 0, patience: UInt64 = 60_000) throws -> Outcome {
        var outcome = Outcome()
        var left = pieces
        var piece = try LockedBuffer(capacity: 32 << 10)
        piece.append { output in while output.freeCapacity > 0 { output.append(7) } }
        let start = ConversionStart(operation: .read, time: 0)
        do throws(ClientError) {
            let converter = try Converter("/bin/sh", ["-c", script], patience: patience)
            outcome.end = try converter.run(start) { (output) throws(ClientError) in
                guard left > 0 else { return }
                left -= 1
                try output.appendFrame(.data, piece.bytes)
            } password: { (needed) throws(ClientError) in
                outcome.asked.append("\(needed.format) \(needed.again) \(needed.isGuess) \(needed.file)")
                var password = try ClientError.locked(6)
                password.append(copying: "secret".utf8Span.span)
                return password
            } receive: { (event, body) throws(ClientError) in
                if case .data = event { outcome.data += body.count }
            }
        } catch {
            outcome.error = error
        }
        return outcome
    }

    /// The bytes of START, which the scripts drop.
    private let skip = "/usr/bin/head -c 26 >/dev/null;"
    /// END of no entries, format "t".
    private let end = #"printf '\0\0\0\010\006\0\001t\0\0\0\0'"#

    @Test func `more goes both ways than any buffer holds`() throws {
        let outcome = try run("\(skip) /bin/cat", pieces: 256)
        #expect(outcome.end == ConversionEnd() && outcome.data == 8 << 20)
    }

    @Test func `a password is given when it is asked for, also late`() throws {
        let needed = #"printf '\0\0\0\011\021\0\001t\0\001\0\001f'"#
        let again = #"printf '\0\0\0\011\021\0\001t\001\001\0\001f'"#
        // END has 11 bytes, PASSWORD with "secret" 11 as well.
        let outcome = try run(
            "\(skip) /usr/bin/head -c 11 >/dev/null; \(needed); a=$(/usr/bin/head -c 11 | /usr/bin/tail -c 6); \(again);"
                + " b=$(/usr/bin/head -c 11 | /usr/bin/tail -c 6); [ $a$b = secretsecret ] && \(end)")
        #expect(outcome.end == ConversionEnd(format: "t"))
        #expect(outcome.asked == ["t false true f", "t true true f"])
    }

    @Test func `its refusal is passed on, even while it is still being sent to`() throws {
        let failure = #"printf '\0\0\0\010\037\0\101\0\001n\0\0'"#
        let outcome = try run("\(failure)", pieces: 1000)
        #expect(outcome.error == ClientError(.badInput, "n"))
    }

    @Test(arguments: [
        ("kill -SEGV $$", "signal 11"), ("kill -KILL $$", "signal 9"), ("exit 3", "status 3"),
        ("printf '\\0\\0'", "status 0"),
    ])
    func `one that dies is told`(script: String, reason: String) throws {
        let outcome = try run(script, pieces: 1000)
        #expect(outcome.error?.code == .companionFailed && outcome.error?.message.contains(reason) == true)
    }

    @Test func `one that is stopped or does not answer is ended`() throws {
        let stopped = try run("kill -STOP $$")
        #expect(stopped.error?.message == Sentences.converterStopped)
        let silent = try run("exec /bin/sleep 1000", patience: 1)
        #expect(silent.error?.message == Sentences.converterHangs)
        let deaf = try run("exec /bin/sleep 1000", pieces: 1000, patience: 1)
        #expect(deaf.error?.message == Sentences.converterHangs)
    }

    @Test(arguments: [
        // No such frame; a frame that is too long or empty; START; END of an entry that never came, and before its time.
        #"printf '\0\0\0\001\002\0\0'; printf '\0\0\0\001\167'"#, #"printf '\377\0\0\001\004'"#,
        #"printf '\0\0\0\0\004'"#,
        #"printf '\0\0\0\001\001'"#, #"/bin/cat >/dev/null & printf '\0\0\0\010\006\0\001t\0\0\0\001'"#,
        #"printf '\0\0\0\003\004\0\0'"#,
    ])
    func `what is no frame of the converter ends it`(script: String) throws {
        let outcome = try run("\(script); exec /bin/sleep 1000")
        #expect(outcome.error == Converter.badFrame)
    }

    @Test func `one that is not there is told`() throws {
        #expect(throws: ClientError.self) {
            let converter = try Converter("/nonexistent")
            _ = consume converter
        }
    }
}

@Suite struct `Files for the converter` {
    @Test func `are sent by name, in pieces`() throws {
        var text = try LockedBuffer(capacity: 40_000)
        text.append { output in while output.freeCapacity > 0 { output.append(1) } }
        var files = try ConverterFiles([
            LockedFile(text, name: "a"), LockedFile(try LockedBuffer(capacity: 0), name: "b"),
        ])
        #expect(files.size == 40_000)
        var kinds: [ConversionFrame.Kind] = []
        var bytes = 0
        while true {
            var output = try LockedBuffer(capacity: Converter.room)
            try files.send(into: &output)
            guard let frame = try ConversionFrame.scan(output.bytes) else { break }
            kinds.append(frame.kind)
            if frame.kind == .data { bytes += frame.body.count }
        }
        #expect(kinds == [.file, .data, .data, .file] && bytes == 40_000)
    }

    @Test func `that are missing or not readable are named`() throws {
        #expect(throws: ClientError(.inputMissing, "/nonexistent: no such file or directory", remedy: "check the path"))
        {
            _ = try OpenFile("/nonexistent")
        }
        let directory = try OpenFile("/")
        var buffer = try LockedBuffer(capacity: 16)
        #expect(throws: ClientError.self) { _ = try directory.read(into: &buffer) }
    }
}
