/// The sockets at which the agent listens, each by what the poll calls it.
enum Listener: UInt64, CaseIterable {
    /// Its own, for this user's programs.
    case agent = 0
    /// The one that is forwarded to other machines, or shared: see ``ForwardedReach``.
    case forwarded = 5
}
