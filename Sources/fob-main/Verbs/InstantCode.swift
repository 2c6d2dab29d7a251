import Client
import OneTimePassword
import Platform
import Wire

/// A code of a secret that is read from a descriptor and kept nowhere. No agent is asked.
struct InstantCode {
    let verb: CodeVerb

    func run() throws(ClientError) {
        let tool = try verb.copying.find()
        let mayAsk = !verb.common.noAsk
        var account = try verb.secret.read(
            issuer: "", name: "", mayAsk: mayAsk, window: Sentences.keyForOnceInWindow)
        try verb.secret.complete(&account, mayAsk: mayAsk)
        let session = try CodeVerb.secret(verb.sessionDescriptor, limit: Limits.session)
        let parameters = account.parameters
        let lives = parameters.kind != .hotp && parameters.kind != .ocra
        guard verb.wait.seconds == 0 || lives else {
            throw ClientError(.usage, Sentences.noLifeToWaitFor, remedy: Sentences.leaveOutWait)
        }
        guard verb.wait.seconds <= parameters.period || !lives else {
            throw ClientError(.usage, Sentences.periodTooShort(parameters.period), remedy: Sentences.waitLess)
        }
        if parameters.kind == .ocra, verb.question == nil {
            throw ClientError(.usage, tr("an OCRA secret answers a question"), remedy: tr("give it with --question"))
        }
        var code = try code(parameters, account, session)
        while lives, code.validUntil < Clock.utc + UInt64(verb.wait.seconds) {
            Environment.sleep(milliseconds: 1005 - Int(Clock.utcMilliseconds % 1000))
            code = try self.code(parameters, account, session)
        }
        let reply = CodeReply(
            account: .zero, code: code.text, validFrom: code.validFrom, validUntil: code.validUntil,
            counter: code.counter, period: lives ? parameters.period : 0)
        try Codes.hand(out: reply, to: tool, clearAfter: verb.copying.seconds, json: verb.common.json)
    }

    private func code(
        _ parameters: Parameters, _ account: borrowing AccountText, _ session: borrowing LockedBuffer
    ) throws(ClientError) -> Code {
        do throws(OneTimePasswordError) {
            guard let question = verb.question else {
                return try parameters.code(key: account.key.bytes, pin: account.pin.bytes, at: Clock.utc)
            }
            return try parameters.response(
                key: account.key.bytes, pin: account.pin.bytes, question: question, session: session.bytes,
                at: Clock.utc)
        } catch { throw ClientError(error) }
    }
}
