import Client
import Recovery
import Wire

extension ClientError {
    /// What owner and keeper send each other, and was refused.
    init(_ error: ExchangeError) {
        switch error {
        case .malformed, .malformedCard:
            self.init(.badInput, Sentences.malformedExchange, remedy: Sentences.sendAgain)
        case .forgedCard, .forgedDeposit:
            self.init(.tokenRefused, Sentences.forgedExchange, remedy: Sentences.talkToThem)
        case .badName: self.init(.badInput, Sentences.badKeeperName)
        case .token(let error):
            self.init(.tokenRefused, tr("the token is refused: \(error.rawValue)"), remedy: Sentences.newDeposit)
        case .alreadyKept: self.init(.alreadyExists, tr("this token is kept here already"))
        case .ended: self.init(.tokenRefused, Sentences.tokenEnded, remedy: Sentences.newestBackup)
        case .unknownToken: self.init(.noKeepers, tr("no such token is kept here"), remedy: Sentences.newestBackup)
        case .full: self.init(.busy, tr("no more tokens can be kept"))
        case .cannotSign: self.init(.system, tr("there is no memory to use keys in"))
        }
    }

    /// Why shares are of no use.
    init(_ error: ShareError) {
        switch error {
        case .memory(let error): self.init(error)
        case .malformedStanzas: self.init(.damaged, Sentences.badSets, remedy: Sentences.otherBackup)
        case .plusCodeNeeded: self.init(.permission, Sentences.plusCodeNeeded, remedy: Sentences.givePlusCode)
        case .wrongPlusCode: self.init(.permission, Sentences.wrongPlusCode, remedy: Sentences.lookForPlusCode)
        case .tooFew(let missing):
            self.init(.keepersMissing, Sentences.keepersMissing(missing), remedy: Sentences.askMore)
        default: self.init(.tokenRefused, Sentences.wrongSecret, remedy: Sentences.otherBackup)
        }
    }

    /// The same, with what was wrong with the answers that do not count.
    init(_ error: ShareError, after failures: [AnswerFailure]) {
        self.init(error)
        guard case .tooFew = error else { return }
        self.init(code, message, remedy: remedy, details: failures.map(\.sentence))
    }
}

extension AnswerFailure {
    /// What is wrong with an answer, and whose it is where that is proven.
    var sentence: String { Sentences.badAnswer(keeper, Sentences.reason(reason)) }
}
