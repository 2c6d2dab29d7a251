import ArgumentParser
import Client

/// Help of the verbs for keepers and tokens.
extension Help {
    static let exchangeOutput = ArgumentHelp(
        tr("Write it into a new file; one that ends in .png or .svg is a QR code."), valueName: "file")
    static let exchangeWords = ArgumentHelp(tr("The six words that the other side sees."), valueName: "words")
    static let keeperAs = ArgumentHelp(tr("What to call them."), valueName: "name")

    static let keeper = tr("Have others keep shares of a key to the backups, and keep shares of others.")
    static let keeperDiscussion =
        tr("What keepers can and cannot do is in fob-recovery(7); a walk through it in fob-keeper(1).")
    static let keeperCard = tr("Print a card: what an owner needs to give this vault a token to keep.")
    static let keeperName = ArgumentHelp(tr("What to call yourself on cards from now on."), valueName: "name")
    static let keeperAdd = tr("Make the owners of cards keepers of this vault.")
    static let keeperAddDiscussion = tr(
        """
        A new key is split among all keepers, those of before too. Each gets a deposit, which is printed this once: a line \
        for each, or a file for each with --to.
        """)
    static let keeperCards = ArgumentHelp(
        tr("Cards of those who are to keep: files, - or pictures."), valueName: "card")
    static let keeperTo = ArgumentHelp(tr("Write a file for each into this directory."), valueName: "directory")
    static let keeperPictures = ArgumentHelp(tr("With --to, write QR codes as PNG."))
    static let plusCode = ArgumentHelp(
        tr("Have a code besides, for paper, without which the keepers open nothing; or have none any more."))
    static let plusCodeDescriptor = ArgumentHelp(
        tr("Read the plus-code of the keepers from this descriptor."), valueName: "n")
    static let keeperRenew = tr("Split a new key among the same keepers.")
    static let keeperRemove = tr("Take keepers out of the set: a new key is split among the others.")
    static let keeperNames = ArgumentHelp(tr("Names of keepers."), valueName: "name")
    static let keeperList = tr("List the keepers of this vault, and whose tokens are kept here.")
    static let keeperShow = tr("Show all that is known of a keeper, or of somebody whose token is kept here.")
    static let keeperProve = tr("Get a share back from a keeper, look at it and throw it away.")
    static let keeperProveDiscussion = tr(
        """
        Without --answer, the request to the keeper is printed; with it, the answer is looked at. It is the way of a real \
        recovery, with the newest backup here.
        """)
    static let keeperAnswerFile = ArgumentHelp(tr("The keeper's answer: a file, - or a picture."), valueName: "file")
    static let keeperBackup = ArgumentHelp(tr("The backup to begin with."), valueName: "file")
    static let keeperAccept = tr("Keep the token of a deposit, and end those that it replaces.")
    static let keeperDeposit = ArgumentHelp(tr("The deposit: a file, - or a picture."), valueName: "file")
    static let keeperWait = ArgumentHelp(tr("Have requests for it wait so long."), valueName: "time")
    static let keeperAnswer = tr("Give a token back to a machine that asks for it.")
    static let keeperAnswerDiscussion = tr(
        """
        Make sure who asks, by another way than the request came, and that both of you see the same words; then give your \
        passphrase, or the PIN of the security keys.
        """)
    static let keeperRequest = ArgumentHelp(tr("The request: a file, - or a picture."), valueName: "file")
    static let keeperForget = tr("Keep somebody's token no more.")

    static let recover = tr("Restore a backup with the answers of keepers.")
    static let recoverDiscussion = tr(
        """
        Without --answer, a request for each keeper is printed, a line each or a file each with --to. With as many answers \
        as the set demands, it goes on as fob restore does.
        """)
    static let recoverAnswer = ArgumentHelp(tr("Answers of keepers: a file, - or a picture."), valueName: "file")

    static let tokenSave = tr("Keep a token of an account; another one of the same provider is obsolete then.")
    static let tokenFile = ArgumentHelp(tr("The token: a file, - or a picture."), valueName: "file")
    static let tokenProvider = ArgumentHelp(tr("Who has issued it; default: as it says."), valueName: "name")
    static let tokenExpires = ArgumentHelp(tr("When it expires: so long after it was issued."), valueName: "time")
    static let tokenRetrieve = tr("Hand out a token of an account, to prove to its provider whose account it is.")
    static let tokenRetrieveDiscussion =
        tr("It takes the passphrase; once it was used, have the provider make another one.")
}
