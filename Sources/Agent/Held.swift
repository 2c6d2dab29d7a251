import Platform
import Vault

/// A request that is answered later. It counts against what its connection may have waiting
/// (`AgentLimits.waitingRequests`) for as long as anyone keeps this: letting go of it is the release, so that none can be
/// forgotten.
final class Held {
    let requester: Requester
    /// The number of locks before it began to wait.
    let epoch: UInt64
    private weak var server: Server?

    fileprivate init(_ requester: Requester, at epoch: UInt64, on server: Server) {
        (self.requester, self.epoch, self.server) = (requester, epoch, server)
        server.connection(requester.connection)?.waiting += 1
    }

    deinit {
        guard let server, let connection = server.connection(requester.connection) else { return }
        connection.waiting -= 1
        server.updateInterest(connection)
    }
}

extension Agent {
    /// Notes that a request will be answered later.
    func hold(_ call: Call) -> Held { hold(call.requester) }

    /// Notes that a request, whose connection may be gone, will be answered later.
    func hold(_ requester: Requester) -> Held {
        // What comes of it is told when the one who asked may have gone.
        server.connection(requester.connection)?.caller.readForPeople()
        return Held(requester, at: lockEpoch, on: server)
    }

    /// Refuses what began to wait before the last lock.
    func checkNotLocked(since held: Held) throws(Refusal) {
        guard held.epoch == lockEpoch else { throw .locked }
    }

    /// Does `work`; what it throws is the requester's reply.
    func answer(_ requester: Requester, _ work: () throws(Refusal) -> Void) {
        do throws(Refusal) { try work() } catch { reply(error, to: requester) }
    }

    /// The call of a requester that had to wait; nil when it is gone.
    @_lifetime(immortal)
    func call(of requester: Requester) -> Call? {
        guard let connection = server.connection(requester.connection) else { return nil }
        return Call(connection: connection, id: requester.request)
    }

    /// Goes on for a requester that had to wait, if it is still there; what is thrown is its reply.
    func goOn(_ requester: Requester, _ work: (Call) throws(Refusal) -> Void) {
        guard let call = call(of: requester) else { return }
        answer(requester) { () throws(Refusal) in try work(call) }
    }

    /// Gives `input` to a worker for `work`, then calls `then` here with what that made.
    ///
    /// - Parameters:
    ///   - held: the request that waits for it, whose reply is what `then` throws; nil when none does.
    ///   - ended: ends what is so only while the work goes on. Called once: before `then`, or when there is no work.
    /// - Throws: the refusal when the worker has too much to do; then there is no work.
    func offload<Input: Sendable, Output: Sendable>(
        _ input: Input, on worker: Worker, isForeign: Bool = false, for held: Held?,
        _ work: @escaping @Sendable (Input) -> Output,
        ended: @escaping () -> Void = {}, then: @escaping (Output) throws(Refusal) -> Void
    ) throws(Refusal) {
        let accepted = completions.run(on: worker, isForeign: isForeign, input, work) { [unowned self] output in
            ended()
            do throws(Refusal) { try then(output) } catch {
                if let held { reply(error, to: held.requester) }
            }
        }
        guard accepted else {
            ended()
            throw worker === derivations ? .tooManyDerivations : worker === foreign ? .tooManyRestores : .busyOpening
        }
    }

    /// Has a worker try a secret, which may be a guess: a guesser has only so many tried at one time, and none while it must
    /// wait for wrong ones.
    ///
    /// - Parameters:
    ///   - isForeign: what it may open is a file from elsewhere.
    ///   - ended: see `offload`.
    func tryGuess<Input: Sendable, Output: Sendable>(
        _ input: Input, isForeign: Bool = false, for call: Call, _ work: @escaping @Sendable (Input) -> Output,
        ended: @escaping () -> Void = {}, then: @escaping (Output, Held, Guess) throws(Refusal) -> Void
    ) throws(Refusal) {
        let caller = call.connection.caller
        let guess = Guess(caller: caller, guesser: wrongPassphrases.guesser(caller))
        switch wrongPassphrases.begin(guess.guesser, at: now) {
        case .mustWait: throw .callerMustWait
        case .tooMany: throw .tooManyDerivations
        case nil: break
        }
        let held = hold(call)
        let worker = isForeign ? foreign : derivations
        try offload(input, on: worker, isForeign: isForeign, for: held, work) { [unowned self] in
            wrongPassphrases.finish(guess.guesser)
            ended()
        } then: { output throws(Refusal) in
            try then(output, held, guess)
        }
    }

    /// Refuses a wrong secret, late, and this guesser only.
    func refuseWrongSecret(_ refusal: Refusal, _ held: Held, _ guess: Guess, as event: AuditEvent = .unlocked) {
        // Also when the guesser has gone: that must neither hide it nor be cheaper than waiting.
        log(event, outcome: .refused, by: guess.caller)
        let wait = wrongPassphrases.note(guess.guesser, at: now)
        timers.add(at: now + wait) { [unowned self] in reply(refusal, to: held.requester) }
    }

    /// Takes note of a secret of this vault's that was right: its owner was there.
    func noteRightSecret(_ guess: Guess) {
        wrongPassphrases.forgive(guess.guesser, guess.caller.session, at: now)
    }
}

extension Result where Failure == VaultError {
    /// The value, or the refusal that the error is.
    func made() throws(Refusal) -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let error): throw Refusal(error)
        }
    }
}
