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
    static let badThreshold = Refusal(
        .usage, "a set has 2 to 16 keepers, and 2 of them at least must answer", "add keepers, or change --threshold")
    static let sameKeeper = Refusal(.usage, "one keeper stands twice in the set", "give each of them one share")
    static let noKeepers = Refusal(
        .noKeepers, "this vault has no such keeper", "see who there is with 'fob keeper list'")
    static let wrongShare = Refusal(
        .tokenRefused, "this is not the share that the keeper was given",
        "make the keepers anew with 'fob keeper renew'")
    static let unknownToken = Refusal(
        .noKeepers, "no such token is kept here", "see what is kept with 'fob keeper list' and 'fob token list'")
    static let endedToken = Refusal(
        .tokenRefused, "this token was kept here, and has ended", "ask with the newest backup of its owner")
    static let alreadyKept = Refusal(.alreadyExists, "this token is kept here already")
    static let unacceptableBinding = Refusal(
        .tokenRefused, "this token does not go with a card of this vault, or its card was used",
        "give its owner a new card: 'fob keeper card'")
    /// The details tell the second of UTC.
    static func waits(until utc: UInt64) -> Refusal {
        Refusal(
            .keeperWaits, "the waiting time for this token is not over",
            "ask the same again then; meanwhile its owner can end the token", details: ["\(utc)"])
    }
}
