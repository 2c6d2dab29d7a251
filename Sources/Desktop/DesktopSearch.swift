import Wire

/// What the desktop's search finds: ids and names of accounts, and while the vault is locked one result that unlocks it.
package struct DesktopSearch: Sendable {
    private let standing: Standing

    private static let unlock = "unlock"
    /// Of more nobody reads the names.
    private static let most = 8

    package init(_ standing: Standing) { self.standing = standing }

    /// The ids of what fits all words.
    package func results(of words: [String]) -> [String] {
        switch standing.screen {
        case .locked: return words.contains { "fob".hasPrefix($0.lowercased()) } ? [Self.unlock] : []
        case .list:
            var codes = standing.codes
            (codes.query, codes.tag) = (words.joined(separator: " "), nil)
            return codes.rows.prefix(Self.most).map(\.key)
        default: return []
        }
    }

    /// Id, name and login of each, with tabs between them.
    package func descriptions(of ids: [String]) -> [String] {
        ids.compactMap { id in
            if id == Self.unlock { return "\(id)\t\(tr("Unlock fob"))\t" }
            guard let account = standing.codes.accounts.first(where: { $0.id.description == id }) else { return nil }
            let row = CodeRow(account: account, mark: .hidden)
            return "\(id)\t\(row.title)\t\(row.subtitle)"
        }
    }
}
