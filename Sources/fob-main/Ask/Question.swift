import Client
import Platform
import Wire

/// Puts a challenge to the person at the terminal.
enum Question {
    /// How long what is typed after a question appeared is discarded: nobody says yes to what they have not read.
    private static let readingMilliseconds: Int32 = 700

    /// What a person said.
    enum Answer {
        case yes
        case no
    }

    /// Shows the challenge and asks; anything but a clear yes is a no.
    static func ask(_ challenge: Challenge, on terminal: borrowing Terminal) throws(ClientError) -> Answer {
        terminal.write(describe(challenge))
        var line = try ClientError.locked(256)
        do throws(TerminalError) {
            try terminal.readLine(
                tr("Allow this? [y/N] "), hidden: false, ignoringMilliseconds: readingMilliseconds, into: &line)
        } catch {
            if case .tooLong = error { return .no }
            throw ClientError(error)
        }
        line.trim()
        return isYes(line.bytes) ? .yes : .no
    }

    /// Puts a question to the person at the terminal. Anything but a clear yes is a no.
    ///
    /// - Returns: nil when nobody is there: a script whose input and output are files or pipes is not asked, whatever
    ///   terminal it was started from.
    static func confirm(_ prompt: String) throws(ClientError) -> Bool? {
        guard Terminal.isTerminal(0) || Terminal.isTerminal(1), let terminal = try? Terminal() else { return nil }
        var line = try ClientError.locked(256)
        do throws(TerminalError) {
            try terminal.readLine(prompt, hidden: false, into: &line)
        } catch {
            if case .tooLong = error { return false }
            throw ClientError(error)
        }
        line.trim()
        return isYes(line.bytes)
    }

    private static func isYes(_ answer: Span<UInt8>) -> Bool {
        let lower = answer.indices.map { answer[$0] | 0x20 }
        return lower == Array("y".utf8) || lower == Array("yes".utf8)
    }

    /// Everything about a challenge, one thing on a line, with nothing in it that could move the cursor.
    static func describe(_ challenge: Challenge) -> String {
        let rows = Sentences.details(of: challenge, at: Clock.utc)
        let width = rows.map { Label.width($0.0) }.max() ?? 0
        return rows.map { "  " + Label.padded($0.0 + ":", to: width + 2) + Label.shown($0.1) + "\n" }.joined()
    }
}
