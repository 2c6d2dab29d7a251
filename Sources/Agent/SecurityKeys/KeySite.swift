import Encodings
import Vault
import Wire

/// The sites that the transports may ask for. A site is a part of all that its keys sign, and no transport can name one of
/// another kind: what signs for OpenSSH or a script never signs for a site of the web, nor the reverse.
struct KeySite: Equatable {
    /// What a site's keys sign.
    enum Kind: Equatable {
        case web
        case ssh
        case script
    }

    /// As it stands in the vault.
    let name: String
    let kind: Kind

    /// The site of that name in the vault.
    init(ofKey name: String) {
        self.name = name
        kind = name.hasPrefix("ssh:") ? .ssh : name.hasPrefix("fob:") ? .script : .web
    }

    /// The site that a request names at a transport.
    init(_ name: String, at transport: KeyTransport) throws(Refusal) {
        if transport == .u2f {
            guard let hash = Self.hash(name) else {
                throw .badSite("a site of U2F is 64 lower-case hexadecimal digits")
            }
            self.init(ofKey: KeyCredential.relyingParty(u2f: hash.span))
            return
        }
        self.init(ofKey: name)
        let fits =
            switch transport {
            case .ctap: kind != .script && !name.isEmpty && !name.hasPrefix("u2f:")
            case .u2f: false
            case .ssh: kind == .ssh
            case .script: kind == .script && name.utf8.count > "fob:".utf8.count
            }
        guard fits else {
            let why =
                switch transport {
                case .ctap, .u2f: "this transport serves sites of the web, and ssh:"
                case .ssh: "what OpenSSH uses a key for begins with ssh:"
                case .script: "the site of a script is fob: and a word"
                }
            throw .badSite(why)
        }
    }

    /// SHA-256 of its id, which is in front of all that is signed.
    var hash: [32 of UInt8] { KeyCredential.hash(ofRelyingParty: name) }

    /// Its keys outside the trash, the newest first.
    func keys(in contents: Contents) -> [KeyCredential] {
        contents.keys(relyingPartyHash: hash).filter { KeySite(ofKey: $0.relyingParty).kind == kind }
    }

    /// What it is called in a question. A site of U2F has a name where another of its keys has one.
    func shown(in contents: Contents) -> String {
        guard name.hasPrefix("u2f:") else { return shown }
        return keys(in: contents).first { !$0.relyingParty.hasPrefix("u2f:") }?.relyingParty ?? shown
    }

    /// The same where nothing is known of its keys.
    var shown: String {
        name.hasPrefix("u2f:") ? "a site that U2F names by a hash only (\(name.dropFirst(4).prefix(16))...)" : name
    }

    private static func hash(_ digits: String) -> [32 of UInt8]? {
        guard let bytes = BaseEncoding.base16.bytes(digits), bytes.count == 32 else { return nil }
        var hash: [32 of UInt8] = .init(repeating: 0)
        for index in hash.indices { hash[index] = bytes[index] }
        return hash
    }
}

/// Which of a site's keys may answer (CTAP 2.1, section 6.2.2 and, for protection, 12.1).
enum KeyChoice {
    /// - Parameters:
    ///   - keys: the site's, the newest first.
    ///   - allowed: the ids that the site takes; empty for those that need not be named.
    ///   - isVerified: whether the owner is, or is about to be, verified.
    ///   - needsOwner: the keys that sign for a verified owner only.
    ///   - asks: whether a question comes first, which can take the passphrase.
    static func answering(
        _ keys: [KeyCredential], allowed: [[UInt8]], isVerified: Bool, needsOwner: (KeyCredential) -> Bool, asks: Bool,
        at transport: KeyTransport
    ) -> [KeyCredential] {
        keys.filter { key in
            // What is limited to logins of ssh is for nothing else.
            guard !key.isPlaceholder, !key.flags.contains(.limited) else { return false }
            // U2F knows no verification: a key that shows itself with one only is none of its.
            guard isVerified && transport != .u2f || key.protection < 3 && (asks || !needsOwner(key)) else {
                return false
            }
            if allowed.isEmpty {
                return key.flags.contains(.discoverable) && (isVerified || key.protection < 2)
            }
            return allowed.contains { key.has(id: $0) }
        }
    }

    /// Whether one of those that a site excludes is here. One that shows itself to verified owners only does not
    /// count without (section 6.1.2, step 12). Nor does one whose secret is on another machine: the site needs a new one.
    static func isExcluded(_ keys: [KeyCredential], _ excluded: [[UInt8]], isVerified: Bool) -> Bool {
        keys.contains { key in
            !key.isPlaceholder && (isVerified || key.protection < 3) && excluded.contains { key.has(id: $0) }
        }
    }
}

extension Contents {
    /// Whether a key signs for a verified owner only: its own protection, or that of its account.
    func needsOwner(_ key: KeyCredential) -> Bool {
        key.flags.contains(.alwaysVerify) || self[key.account]?.details.consent == .verify
    }
}

extension KeyCredential {
    /// Its credential id as messages have it.
    var idOnWire: [UInt8] { credentialID }
}
