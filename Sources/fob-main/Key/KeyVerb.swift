import ArgumentParser
import Authenticator
import Client
import Wire

/// `fob key`: the security keys in the vault.
struct KeyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: Help.key, discussion: Help.keyDiscussion,
        subcommands: [
            KeyListVerb.self, KeyShowVerb.self, KeyRenameVerb.self, KeyEditVerb.self, KeyRemoveVerb.self,
            KeySSHVerb.self, KeyPinVerb.self,
        ])
}

/// How a key is named on the command line: by its label, its site, site/user, or the start of its id.
enum KeyName {
    /// The only key that `query` names: whole, else as the start of its id, else as a part of its name.
    static func find(_ query: String, in keys: [KeyEntry]) throws(ClientError) -> KeyEntry {
        let query = Label.untyped(query)
        let lower = query.lowercased()
        let ways: [(KeyEntry) -> Bool] = [
            { $0.record.description == lower || $0.label == query || $0.name == query || $0.site == query },
            { lower.utf8.count >= 4 && $0.record.description.hasPrefix(lower) },
            { $0.name.lowercased().contains(lower) || $0.label.lowercased().contains(lower) },
        ]
        for way in ways {
            let found = keys.filter(way)
            guard found.count < 2 else {
                throw ClientError(
                    .ambiguous, tr("several security keys match the name"), remedy: tr("name it by its id"),
                    details: found.map { "\($0.shortID)  \($0.title)" })
            }
            if let key = found.first { return key }
        }
        throw ClientError(.noKey, Sentences.noSuchKey, remedy: tr("list them with fob key list"))
    }
}

extension KeyEntry {
    /// Site and user.
    var name: String {
        let user = userName.isEmpty ? displayName : userName
        return user.isEmpty ? site : "\(site)/\(user)"
    }

    /// What the owner calls it, else site and user.
    var title: String { label.isEmpty ? name : label }

    /// What stands behind it in an `authorized_keys` file: as ssh lists it.
    var comment: String { [label, userName, site].first { !$0.isEmpty } ?? "" }

    /// As much of the id as tells keys apart.
    var shortID: String { String(record.description.prefix(8)) }
}

extension SSHKey {
    /// The key as ssh knows it; nil for one that is not for ssh.
    init?(_ key: KeyEntry) {
        guard key.site.hasPrefix(Self.applicationPrefix) else { return nil }
        self.init(
            key.algorithm == .edDSA ? .ed25519 : .ecdsa, publicKey: key.publicKey, application: key.site)
    }
}
