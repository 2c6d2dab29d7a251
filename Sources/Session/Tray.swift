import Client
import Wire

/// What the desktop's tray shows: how it stands, what waits, and accounts whose code can be copied. No code, and no names
/// while the vault is locked.
struct Tray: Equatable {
    /// What a line of its menu does.
    enum Choice: Equatable {
        case show
        case copy(Identifier)
        case lock
        case nothing
    }

    struct Line: Equatable {
        let label: String
        let choice: Choice
    }

    let title: String
    let needsSomebody: Bool
    let menu: [Line]

    /// Accounts in it, at most.
    static let most = 8
    /// Bytes of a name, at most: with each underscore doubled, all lines fit into what fob_bus_tray_show copies.
    private static let nameBytes = 200

    /// - Parameter accounts: those that give codes, in the user's order.
    init(_ standing: Standing, _ accounts: [Account]) {
        title = "fob: " + Sentences.standing(standing)
        needsSomebody = standing.questions > 0 || standing.isStale
        var menu = [Line(label: Sentences.showWindow, choice: .show)]
        if standing.vault == .unlocked {
            let favourites = accounts.filter(\.extras.isFavourite)
            let shown = (favourites.isEmpty ? accounts : favourites).prefix(Self.most)
            if !shown.isEmpty { menu.append(Self.separator) }
            menu += shown.map { account in
                // A line is a line, and an underscore marks a letter's key.
                let name = Text.clipped(
                    Text.shown(AccountLabel.text(account.issuer, account.name)), to: Self.nameBytes)
                return Line(
                    label: Sentences.copy(
                        name.split(separator: "_", omittingEmptySubsequences: false)
                            .joined(separator: "__")), choice: .copy(account.id))
            }
            menu += [Self.separator, Line(label: Sentences.lock, choice: .lock)]
        }
        self.menu = menu
    }

    private static let separator = Line(label: "-", choice: .nothing)
}
