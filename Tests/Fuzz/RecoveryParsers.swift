import Age
import Encodings
import Model
import Recovery

/// What owners and keepers send each other, and what providers publish.
enum RecoveryParsers {
    static let harnesses: [Harness] = [
        Harness(name: "recovery-token") { bytes in
            let bytes = array(bytes)
            for kind in [TokenFields.Kind.recovery, .countersigned] {
                _ = try? Token(String(decoding: bytes, as: UTF8.self), kind: kind)
                guard let token = try? Token(bytes, kind: kind) else { continue }
                guard let again = try? Token(token.text, kind: kind), again == token else {
                    fatalError("a token is not read as it is written")
                }
                _ = Origin(token.fields.issuer).flatMap { KeyDigest($0) }
                _ = Timestamp(token.fields.issuedTime)
                _ = try? Token(token.fields.data, kind: .recovery)
            }
        },
        Harness(name: "recovery-configuration") { bytes in
            guard let origin = Origin("https://vault.example") else { return }
            _ = try? ProviderConfiguration(parsing: array(bytes), at: origin)
        },
        Harness(name: "recovery-json") { bytes in
            guard let value = try? JSONValue(parsing: array(bytes)), !has(value, { $0 == .otherNumber }) else { return }
            guard let again = try? JSONValue(parsing: value.canonical), again == value else {
                // Escapes may make the canonical text longer than a text may be.
                guard value.canonical.count > JSONValue.byteLimit else {
                    fatalError("canonical JSON is read as another")
                }
                return
            }
        },
        Harness(name: "recovery-card") { bytes in
            guard let card = try? KeeperCard(parsing: array(bytes)) else { return }
            _ = card.words.description
        },
        Harness(name: "recovery-deposit") { bytes in
            _ = try? Deposit(String(decoding: array(bytes), as: UTF8.self))
            _ = try? Deposit("fob-deposit:" + BaseEncoding.base64URL.text(bytes))
        },
        Harness(name: "recovery-request") { bytes in
            _ = try? RecoveryRequest(String(decoding: array(bytes), as: UTF8.self))
            guard let request = try? RecoveryRequest("fob-request:" + BaseEncoding.base64URL.text(bytes)) else {
                return
            }
            _ = request.words.description
        },
        // Once as it came, once as what an answer's seal protects.
        Harness(name: "recovery-answer") { bytes in
            guard let set, var session = try? RecoverySession(set), let keeper = set.keepers.first else { return }
            _ = try? session.accept(String(decoding: array(bytes), as: UTF8.self), now: 0)
            guard var writer = try? AgeWriter(to: [session.request(to: keeper).recipient]) else { return }
            writer.write(bytes)
            let file = writer.finish()
            _ = try? session.accept("fob-answer:" + BaseEncoding.base64URL.text(file.span), now: 0)
        },
        Harness(name: "keeper-stanzas") { bytes in
            guard let header = try? AgeHeader(parsing: bytes) else { return }
            _ = try? KeeperSet.sets(in: header.stanzas)
        },
    ]

    private static func array(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }

    private static func has(_ value: JSONValue, _ isFound: (JSONValue) -> Bool) -> Bool {
        switch value {
        case .array(let items): items.contains { has($0, isFound) }
        case .object(let members): members.values.contains { has($0, isFound) }
        default: isFound(value)
        }
    }

    private static let set: KeeperSet? = PublicKey(point: [UInt8](repeating: 1, count: 64)).flatMap { owner in
        let keepers = (1...2).map { index in
            KeeperSet.Keeper(
                index: index, label: Identifier(high: 0, low: UInt64(index)),
                commitment: [UInt8](repeating: 0, count: 32), key: [UInt8](repeating: 0, count: 32))
        }
        let recipient = X25519Recipient(publicKey: [32 of UInt8](repeating: 9))
        return KeeperSet(
            id: Identifier(high: 0, low: 1), threshold: 2, owner: owner, recipient: recipient, keepers: keepers)
    }
}
