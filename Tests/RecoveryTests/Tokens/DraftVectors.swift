import Encodings
import Foundation
import Model
import Testing

@testable import Recovery

/// The vectors of the delegated-recovery draft that lie beside this repository: a file of tokens and configurations with the
/// draft's verdicts.
struct DraftVectors: Decodable, Sendable {
    struct Provider: Decodable, Sendable {
        let issuer: String
        let opaque_data_key_hex: String?
    }

    struct Peer: Decodable, Sendable {
        let verdict: String
        let key: String?
        let data: String?
    }

    struct Fields: Decodable, Sendable {
        let version: UInt8
        let type: UInt8
        let token_id: String
        let options: UInt8
        let issuer: String
        let audience: String
        let issued_time: String
        let data_hex: String
        let binding_hex: String?
        let internals_len: Int
    }

    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let op: String
        let token: String
        let spec: String
        let peer: Peer
        let fields: Fields?
        let replays: String?

        var testDescription: String { name }
        var isAccepted: Bool { spec == "accept" }
        var isSave: Bool { op == "save-token" }
    }

    let now: String
    let clock_skew_seconds: Int64
    let account_provider: Provider
    let recovery_provider: Provider
    let vectors: [Vector]

    /// In this repository's parent, or in a parent of that for a work tree.
    static let file: URL? = {
        var directory = root
        while directory.pathComponents.count > 1 {
            directory = directory.deletingLastPathComponent()
            let found = directory.appending(path: "shared/fixtures/delegated-recovery/darrrr-shared.json")
            if FileManager.default.fileExists(atPath: found.path) { return found }
        }
        return nil
    }()

    static let all: DraftVectors? = file.flatMap { try? Data(contentsOf: $0) }.flatMap {
        try? JSONDecoder().decode(DraftVectors.self, from: $0)
    }

    /// The configuration of one of the two providers, as the bytes of a document.
    static func configuration(_ provider: String) -> [UInt8] {
        guard let file, let data = try? Data(contentsOf: file),
            let all = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let member = all[provider] as? [String: Any], let config = member["config"],
            let document = try? JSONSerialization.data(withJSONObject: config)
        else { return [] }
        return [UInt8](document)
    }
}
