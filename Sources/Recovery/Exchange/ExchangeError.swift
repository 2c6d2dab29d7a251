/// Why something that owner and keepers send each other was refused.
package enum ExchangeError: Error, Equatable, Sendable {
    /// It is not what its first characters say, or was cut or changed on the way.
    case malformed
    /// A card that is not in the one form that cards have.
    case malformedCard
    /// A card whose signature, or whose origin, is not that of its key.
    case forgedCard
    /// A name that is empty, too long, or has characters that do not show.
    case badName
    /// What came with a card is not signed by the card's key.
    case forgedDeposit
    /// A token that this keeper may not keep.
    case token(TokenError)
    /// The token is kept already.
    case alreadyKept
    /// It was kept, and its owner has ended it.
    case ended
    /// No such token is kept here.
    case unknownToken
    /// No more can be kept.
    case full
    /// A key of ours is none, or there is no memory.
    case cannotSign
}
