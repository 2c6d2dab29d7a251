/// Where an account goes in the user's order; `Account` names another one.
package enum Place<Account> {
    case first
    case last
    case before(Account)
    case after(Account)

    /// The same place by another name of the other account.
    package func map<T, E: Error>(_ transform: (Account) throws(E) -> T) throws(E) -> Place<T> {
        switch self {
        case .first: .first
        case .last: .last
        case .before(let other): .before(try transform(other))
        case .after(let other): .after(try transform(other))
        }
    }
}

extension Place: Equatable where Account: Equatable {}
extension Place: Sendable where Account: Sendable {}
