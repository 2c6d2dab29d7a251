import Recovery
import Wire

/// What keepers and tokens are refused for.
extension Refusal {
    static let noKeeperName = Refusal(
        .usage, "this vault has no card yet", "make one with 'fob keeper card --name NAME'")
    static let badKeeperName = Refusal(
        .badInput, "a keeper's name has 1 to 128 bytes, no control characters, and is given once",
        "choose another name")
    static let badCard = Refusal(
        .badInput, "a key, a binding or a time is not what it should be", "see fob-protocol(7)")
    static let badProvider = Refusal(
        .badInput, "the provider's name is empty or has control characters", "name the service that issued the token")
    static let badTokenTime = Refusal(.badInput, "this time is after the year 9999", "say when the token expires")
    static let badPlusCode = Refusal(.badInput, "a plus-code has 15 bytes", "see fob-protocol(7)")
    static let plusCodeStays = Refusal(
        .usage, "the keepers of this vault have a plus-code",
        "have a new one made with --plus-code, or say --no-plus-code")
    static let badThreshold = Refusal(
        .usage, "a set has 2 to 16 keepers, and 2 of them at least must answer", "add keepers, or change --threshold")
    static let sameKeeper = Refusal(.usage, "one keeper stands twice in the set", "give each of them one share")
    static let noKeepers = Refusal(
        .noKeepers, "this vault has no such keeper", "see who there is with 'fob keeper list'")
    static let keepersLabel = Refusal(
        .badInput, "labels that begin with 'keepers (' are those of sets of keepers", "choose another label")
    static let wrongShare = Refusal(
        .tokenRefused, "this is not the share that the keeper was given",
        "make the keepers anew with 'fob keeper renew'")
    static let unknownToken = Refusal(
        .noKeepers, "no such token is kept here", "see what is kept with 'fob keeper list' and 'fob token list'")
    static let endedToken = Refusal(
        .tokenRefused, "this token was kept here, and has ended", "ask with the newest backup of its owner")
    static let alreadyKept = Refusal(.alreadyExists, "this token is kept here already")
    /// Why a deposit is of no use.
    init(_ error: ExchangeError) {
        switch error {
        case .forgedCard, .forgedDeposit:
            self.init(
                .tokenRefused, "this deposit was changed, or is not signed by the key of its card",
                "ask its owner to send it again")
        case .token(.unacceptableBinding):
            self.init(
                .tokenRefused, "this token does not go with a card of this vault, or its card was used",
                "give its owner a new card: 'fob keeper card'")
        case .token(let error):
            self.init(
                .tokenRefused, "this token cannot be kept here: \(error.rawValue)",
                "ask its owner for a new one, made of a new card of this vault")
        default: self.init(.badInput, "this is no deposit, or not all of it", "ask its owner to send it again")
        }
    }

    /// The details tell the second of UTC.
    static func waits(until utc: UInt64) -> Refusal {
        Refusal(
            .keeperWaits, "the waiting time for this token is not over",
            "ask the same again then; meanwhile its owner can end the token", details: ["\(utc)"])
    }
}
