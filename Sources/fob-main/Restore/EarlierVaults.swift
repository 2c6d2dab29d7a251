import Client
import Wire

/// Vaults that have become one with that here, by the beginnings of their ids, as names of backups have them.
struct EarlierVaults {
    private let vaults: [String: EarlierVault]

    /// Those that an agent tells of whose vault is open.
    init(_ connection: inout Connection) throws(ClientError) {
        let reply: EarlierVaultsReply = try connection.request(EarlierVaultsRequest())
        vaults = Dictionary(
            reply.vaults.map { (String($0.vault.description.prefix(8)), $0) }, uniquingKeysWith: { $1 })
    }

    subscript(_ vault: String) -> EarlierVault? { vaults[vault] }

    /// The ids of those, and what each is.
    var named: [String: String] { vaults.mapValues { Sentences.earlierVault($0) } }
}
