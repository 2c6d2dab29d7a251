import Client
import Platform
import Wire

/// Consent in the terminal that asks. Where the passphrase is the proof, it does not matter where it is typed; any other
/// question is answered in another place.
final class ConsentHere {
    private let mayAsk: Bool
    /// What was typed when its question was over: people take their time. It is for the next question of the same request.
    private var late: LockedBuffer?

    /// How often a person may mistype.
    private static let tries = 3

    init(mayAsk: Bool) { self.mayAsk = mayAsk }

    /// Does `body`; once more when the passphrase came too late for its question.
    func retrying<R>(_ body: () throws(ClientError) -> R) throws(ClientError) -> R {
        do throws(ClientError) { return try body() } catch {
            guard error.code == .expired, late != nil else { throw error }
            return try body()
        }
    }

    /// What to do while a request waits. Where nobody is to be asked, nothing waits for anybody: the program ends, and the
    /// agent takes the question back.
    func react() {
        guard let challenge = Waiting.challenge else { return }
        guard mayAsk else {
            Program.end(ClientError(.expired, Sentences.mayNotAsk, remedy: Sentences.leaveOutNoAsk))
        }
        // What is asked about a security key is answered by somebody else, also with the passphrase.
        guard challenge.needsPassphrase, !challenge.kind.isAboutKeys, late != nil || Terminal.isTerminal(0),
            let terminal = try? Terminal()
        else {
            return Waiting.tell(of: challenge)
        }
        do throws(ClientError) {
            if let passphrase = late.take() {
                if try !approve(challenge, passphrase) { late = consume passphrase }
                return
            }
            terminal.write(Question.describe(challenge))
            try ask(challenge, on: terminal)
        } catch { Program.end(error) }
    }

    private func ask(_ challenge: Challenge, on terminal: borrowing Terminal) throws(ClientError) {
        for left in (0..<Self.tries).reversed() {
            var passphrase = try ClientError.locked(Limits.passphrase + 1)
            do throws(TerminalError) {
                try terminal.readLine(tr("Passphrase, to allow this: "), hidden: true, into: &passphrase) {
                    // What is gone before its time has been answered in another place; who is late may go on.
                    Clock.utc < challenge.deadline && Waiting.challenge?.id != challenge.id
                }
            } catch {
                if case .over = error { return }
                throw ClientError(error)
            }
            guard passphrase.count > 0 else { return Waiting.tell(of: challenge) }
            do throws(ClientError) {
                if try approve(challenge, passphrase) { return }
            } catch {
                guard error.code == .permission, left > 0 else { throw error }
                Output.note(Label.shown(error.message))
                continue
            }
            late = consume passphrase
            return
        }
    }

    /// Says yes. False when the question was over, or the vault was locked meanwhile: the request says so itself.
    private func approve(_ challenge: Challenge, _ passphrase: borrowing LockedBuffer) throws(ClientError) -> Bool {
        do throws(ClientError) {
            var connection = try Connection.open(starting: false)
            try NormalForms.trying(passphrase) { (text) throws(ClientError) in
                try connection.approve(challenge.id, passphrase: text.bytes, rememberSeconds: 0)
            }
            return true
        } catch {
            guard error.code == .notFound || error.code == .locked else { throw error }
            return false
        }
    }
}
