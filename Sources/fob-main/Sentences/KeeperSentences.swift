import Recovery
import Wire

/// What is said about keepers and recovery tokens.
extension Sentences {
    // What goes from one to another.
    static func noExchange(_ path: String) -> String { "\(path): no card, deposit, request, answer or token is in it" }
    static let exchangeForms = "give the text itself in a file or on standard input, or a picture of its QR code"
    static func exchangeWritten(_ label: String, _ path: String) -> String { "\(label) is in \(path)" }
    static let malformedExchange = "this was cut or changed on its way, or is something else"
    static let sendAgain = "have it sent again; a line end may follow it, and nothing else"
    static let forgedExchange = "the signature is not that of the key in it"
    static let talkToThem = "do not use it; ask whoever should have sent it, by another way"
    static let badKeeperName = "the name on a card is empty, too long, or has characters that do not show"
    static func tokenRefused(_ reason: String) -> String { "the token is refused: \(reason)" }
    static let newDeposit = "give its owner a new card, and have a new deposit made"
    static let alreadyKept = "this token is kept here already"
    static let tokenEnded = "this token was kept here, and has ended"
    static let newestBackup = "ask with the newest backup"
    static let unknownToken = "no such token is kept here"
    static let noRoomForTokens = "no more tokens can be kept"
    static let noMemoryForKeys = "there is no memory to use keys in"
    static func words(_ words: ComparedWords) -> String { "the words are: \(words)" }
    static func compareWords(_ name: String) -> String { "Does \(name) see the same six words? [y/N] " }
    static let otherWords = "the words are not the same"
    static let wordsNeeded = "nobody is here to compare the words"
    static let giveWords = "give those that the other side sees with --words, or say --yes"

    // The owner.
    static let theCard = "the card"
    static let cardOnce = "it is good for one token; make another one for each owner"
    static func theDeposit(_ name: String) -> String { "the deposit for \(name)" }
    static func deposit(_ name: String, ends: Bool) -> String {
        ends ? "for \(name), whose token ends:" : "for \(name):"
    }
    static func keepersMade(_ threshold: Int, of count: Int) -> String {
        count == 0
            ? "there are no keepers any more"
            : "\(threshold) of \(count) keepers open what is sealed from now on; give each of them their deposit, then prove them"
    }
    static let ownCard = "this is this vault's own card: a share that lies beside the vault is none"
    static func nameTaken(_ name: String) -> String { "another keeper is called \(name)" }
    static let giveAs = "call this one otherwise with --as"
    static func noSuchKeeper(_ name: String) -> String { "no keeper is called \(name)" }
    static let listKeepers = "see who there is with fob keeper list"
    static let tooFewKeepers = "a set has 2 to 16 keepers"
    static let moreCards = "give the cards of all at once; end the whole set with fob keeper remove --all"
    static let noKeepers = "there are no keepers; make a card with fob keeper card and read fob-keeper(1)"
    static func keeperSet(_ threshold: Int, of count: Int, made: String) -> String {
        "\(threshold) of \(count) keepers open the backups since \(made)"
    }
    static func proven(_ date: String?) -> String { date.map { "proven on \($0)" } ?? "saved, not proven" }
    static let proveAgain = "prove it again"
    static let setUsed = "the keepers have opened a backup: make them anew with fob keeper renew"
    static func notSealedYet(_ path: String) -> String { "no backup in \(path) has these keepers yet" }
    static let runBackupFirst = "run fob backup now, or name one with --backup"
    static func theRequest(_ name: String) -> String { "the request to \(name)" }
    static func keeperProven(_ name: String) -> String {
        "\(name) has given back the right share, which was thrown away"
    }
    static func fromAnother(_ name: String) -> String { "this answer is from another keeper than \(name)" }
    static let noSession = "nobody was asked from here for this set of keepers"
    static let askFirst = "make a request first, and take its answer"
    static func provesMissing(_ names: [String]) -> String {
        "keepers who were not proven for 180 days: \(names.joined(separator: ", "))"
    }

    // The keeper.
    static func depositOf(_ name: String, token: Bool, ends: Int) -> String {
        "\(name) "
            + (token
                ? "gives a token to keep" + (ends > 0 ? ", which takes the place of \(ends)" : "")
                : "ends \(ends) token\(ends == 1 ? "" : "s")")
    }
    static func kept(_ name: String) -> String { "the token of \(name) is kept" }
    static func endedOf(_ name: String) -> String { "the tokens of \(name) that it names have ended" }
    static func keepsFor(_ name: String, since: String) -> String { "keeps a token of \(name) since \(since)" }
    static func waits(_ time: String) -> String { "answers after \(time)" }
    static let isAsked = "somebody has asked"
    static func asks(_ name: String) -> String {
        "somebody asks for the token of \(name): make sure, by another way than this came, that it is \(name)"
    }
    static let answerExplanation = "to give back the token"
    static let theAnswer = "the answer"
    static let forgotten2 = "the token is kept no more, and does not come back"

    // Recovery.
    static func badAnswer(_ keeper: Int?, _ reason: String) -> String {
        keeper.map { "the answer of keeper \($0) is of no use: \(reason)" } ?? "an answer is of no use: \(reason)"
    }
    static func reason(_ reason: AnswerFailure.Reason) -> String {
        switch reason {
        case .malformed: "it is no answer, or was changed on its way"
        case .anotherSession: "it answers another request"
        case .unknownKeeper: "it is from somebody who keeps nothing of this set"
        case .anotherSet: "it carries an older token"
        case .token(let error): error.rawValue
        case .share(.duplicate): "it came before"
        case .share(.memory): "there is no memory"
        case .share: "the share is wrong"
        }
    }
    static let badSets = "what the header says of keepers is incomplete"
    static func keepersMissing(_ missing: Int) -> String {
        "\(missing) more keeper\(missing == 1 ? "" : "s") must answer"
    }
    static let askMore = "ask others, and give all answers at once"
    static let wrongSecret = "the shares are those of the set, and make another key"
    static let noSets = "no keepers stand in the header of this backup"
    static let otherWay = "open it with a passphrase or a kit code: fob restore"
    static func recoverAsk(_ threshold: Int, of count: Int) -> String {
        "\(threshold) of \(count) keepers must answer; send each of them their request, and compare the words"
    }
    static func requestWords(_ number: Int, _ words: ComparedWords) -> String { "keeper \(number): \(words)" }
    static func keeperAnswered(_ number: Int) -> String { "keeper \(number) has answered" }
    static let answeredWeakly = "that keeper did not make their user prove who they are"
    static let answeredLate = "that answer is more than five minutes old, or a clock is wrong"
    static let renewKeepers = "the key is known to this machine now: make the keepers anew with fob keeper renew"

    // Tokens of accounts.
    static let noTokens = "no account has recovery tokens"
    static func tokenSaved(_ label: String, _ provider: String) -> String { "\(label) has a token of \(provider)" }
    static let theToken = "the token"
    static func noSuchToken(_ name: String) -> String { "\(name) has no such token" }
    static let listTokens = "see what there is with fob token list"
    static let noToken = "this is no recovery token"
    static let tokenForm = "give the text that the service shows: one line of Base64"
    static func expires(_ date: String) -> String { "expires \(date)" }
    static let expired = "expired"
    static let renewToken = "a token that was used or has expired is replaced: have the service make another one"
}
