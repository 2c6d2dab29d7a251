import Client
import Recovery
import Wire

/// What is said about keepers and recovery tokens.
extension Sentences {
    // What goes from one to another.
    static func noExchange(_ path: String) -> String {
        tr("\(path): no card, deposit, request, answer or token is in it")
    }
    static func noAnswer(_ path: String) -> String { tr("\(path): no answer of a keeper is in it") }
    static func longExchange(_ path: String) -> String { tr("\(path): this is longer than all answers of a set") }
    static let exchangeForms = tr("give the text itself in a file or on standard input, or a picture of its QR code")
    static func exchangeWritten(_ label: String, _ path: String) -> String { tr("\(label) is in \(path)") }
    static let malformedExchange = tr("this was cut or changed on its way, or is something else")
    static let sendAgain = tr("have it sent again, as a file or as a picture of its QR code")
    static let forgedExchange = tr("the signature is not that of the key in it")
    static let talkToThem = tr("do not use it; ask whoever should have sent it, by another way")
    static let badKeeperName = tr("the name on a card is empty, too long, or has characters that do not show")
    static let newDeposit = tr("give its owner a new card, and have a new deposit made")
    static let tokenEnded = tr("this token was kept here, and has ended")
    static let newestBackup = tr("ask with the newest backup")
    static func words(_ words: ComparedWords) -> String { tr("the words are: \(words)") }
    static let otherWords = tr("the words are not the same")
    static let giveWords = tr("give those that the other side sees with --words, or say --yes")

    // The owner.
    static func deposit(_ name: String, ends: Bool) -> String {
        ends ? tr("for \(name), whose token ends:") : tr("for \(name):")
    }
    static func keepersMade(_ threshold: Int, of count: Int) -> String {
        count == 0
            ? tr("there are no keepers any more")
            : tr(
                "\(threshold) of \(count) keepers open what is sealed from now on; give each of them their deposit, then prove them"
            )
    }
    static let depositsTogether =
        tr("enough deposits together open a backup: delete these files once they are sent")
    static let depositsShown = tr("the deposits that were not written were shown: they are not shown again")
    static let cardByCard = tr("give the cards without them and compare the words, or one card after another")
    static let ownCard = tr("this is this vault's own card: a share that lies beside the vault is none")
    static func nameTaken(_ name: String) -> String { tr("another keeper is called \(name)") }
    static let giveAs = tr("call this one otherwise with --as")
    static func noSuchKeeper(_ name: String) -> String { tr("no keeper is called \(name)") }
    static let listKeepers = tr("see who there is with fob keeper list")
    static let tooFewKeepers = tr("a set has 2 to 16 keepers")
    static let moreCards = tr("give the cards of all at once; end the whole set with fob keeper remove --all")
    static let noKeepers = tr("there are no keepers; make a card with fob keeper card and read fob-keeper(1)")
    static func keeperSet(_ threshold: Int, of count: Int, made: String) -> String {
        tr("\(threshold) of \(count) keepers open the backups since \(made)")
    }
    static func proven(_ date: String?) -> String { date.map { tr("proven on \($0)") } ?? tr("saved, not proven") }
    static let setUsed = tr("the keepers have opened a backup: make them anew with fob keeper renew")
    static func notSealedYet(_ path: String) -> String { tr("no backup in \(path) has these keepers yet") }
    static let runBackupFirst = tr("run fob backup now, or name one with --backup")
    static func keeperProven(_ name: String) -> String {
        tr("\(name) has given back the right share, which was thrown away")
    }
    static func fromAnother(_ name: String) -> String { tr("this answer is from another keeper than \(name)") }
    static let noSession = tr("nobody was asked from here for this set of keepers")
    static let askFirst = tr("make a request first, and take its answer")

    // The keeper.
    static func depositOf(_ name: String, token: Bool, ends: Int) -> String {
        guard token else { return tr("\(name) ends \(Count.text(ends, "token"))") }
        return ends > 0
            ? tr("\(name) gives a token to keep, which takes the place of \(ends)")
            : tr("\(name) gives a token to keep")
    }
    static func kept(_ name: String) -> String { tr("the token of \(name) is kept") }
    static func keepsFor(_ name: String, since: String) -> String { tr("keeps a token of \(name) since \(since)") }
    static func asks(_ name: String) -> String {
        tr("somebody asks for the token of \(name): make sure, by another way than this came, that it is \(name)")
    }

    // Recovery.
    static func badAnswer(_ keeper: Int?, _ reason: String) -> String {
        keeper.map { tr("the answer of keeper \($0) is of no use: \(reason)") }
            ?? tr("an answer is of no use: \(reason)")
    }
    static func reason(_ reason: AnswerFailure.Reason) -> String {
        switch reason {
        case .malformed: tr("it is no answer, or was changed on its way")
        case .anotherSession: tr("it answers another request")
        case .unknownKeeper: tr("it is from somebody who keeps nothing of this set")
        case .anotherSet: tr("it carries an older token")
        case .token(let error): error.rawValue
        case .share(.duplicate): tr("it came before")
        case .share(.memory): tr("there is no memory")
        case .share: tr("the share is wrong")
        }
    }
    static let badSets = tr("what the header says of keepers is incomplete")
    static func keepersMissing(_ missing: Int) -> String {
        trn(missing, "\(missing) more keeper must answer", "\(missing) more keepers must answer")
    }
    static let askMore = tr("ask others, and give all answers at once")
    static let plusCodeExplanation = tr("It was shown once when these keepers were made, to be written down.")
    static let plusCodeNeeded = tr("these keepers have a plus-code: their answers alone open nothing")
    static let givePlusCode = tr("type it where it is asked for, or give it with --plus-code-fd")
    static let wrongPlusCode = tr("this is not the plus-code of these keepers")
    static let lookForPlusCode =
        tr(
            "look for the one that was shown when they were made; without it, a passphrase or a kit code opens the backup"
        )
    static let writePlusCode =
        tr("the plus-code, without which these keepers open nothing; write it down, it is not shown again:")
    static let wrongSecret = tr("the shares are those of the set, and make another key")
    static let noSets = tr("no keepers stand in the header of this backup")
    static let otherWay = tr("open it with a passphrase or a kit code: fob restore")
    static func recoverAsk(_ threshold: Int, of count: Int) -> String {
        tr("\(threshold) of \(count) keepers must answer; send each of them their request, and compare the words")
    }
    static let answeredWeakly = tr("that keeper did not make their user prove who they are")
    static let answeredLate = tr("that answer is more than five minutes old, or a clock is wrong")
    static let renewKeepers = tr("the key is known to this machine now: make the keepers anew with fob keeper renew")

    // Tokens of accounts.
    static let listTokens = tr("see what there is with fob token list")
    static let noToken = tr("this is not a recovery token")
    static let tokenForm = tr("give the text that the service shows: one line of Base64")
    static let renewToken = tr("a token that was used or has expired is replaced: have the service make another one")
}
