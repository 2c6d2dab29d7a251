import ArgumentParser
import Client
import Wire

/// `fob key list`.
struct KeyListVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: Help.keyList)

    @Flag(name: .long, help: Help.trash) var trash = false
    @Flag(name: .long, help: Help.names) var names = false
    @OptionGroup var common: Common

    func run() throws {
        let all = try common.unlocked { (connection) throws(ClientError) in try connection.keys(withTrash: trash) }
        let keys = all.filter { ($0.removed != 0) == trash }
        if common.json { return Output.line(JSON.object([("keys", .array(keys.map { JSON($0) }))]).text) }
        if names { return Output.write(keys.map { Label.shown($0.title) + "\n" }.joined()) }
        guard !keys.isEmpty else { return Output.note(trash ? Sentences.trashEmpty : Sentences.noKeys) }
        let rows = keys.map { key in
            [key.shortID, Label.shown(key.title), key.algorithm.text, key.kind.text, Self.remarks(key)]
        }
        let widths = (0..<4).map { column in rows.map { Label.width($0[column]) }.max() ?? 0 }
        for row in rows {
            let columns = zip(row, widths).map { Label.padded($0, to: $1) } + row.dropFirst(4)
            Output.line(columns.joined(separator: "  ").trimmedEnd)
        }
    }

    private static func remarks(_ key: KeyEntry) -> String {
        var parts: [String] = []
        if !key.label.isEmpty { parts.append(Label.shown(key.name)) }
        if key.removed != 0 { parts.append(Sentences.removedAt(Moment.text(key.removed))) }
        parts += key.traits.words(of: [.needsVerification, .verificationAlways, .noTouch, .backedUp])
        return parts.joined(separator: ", ")
    }
}

extension KeyTraits {
    /// The words for those of `wanted` that are so, for people.
    func words(of wanted: KeyTraits) -> [String] {
        let words: [(KeyTraits, String)] = [
            (.needsVerification, "must be registered again"), (.discoverable, "discoverable"),
            (.hmacSecret, "hmac-secret"), (.verificationAlways, "verifies each time"), (.noTouch, "signs unasked"),
            (.backedUp, "backed up"), (.blob, "keeps a blob"),
        ]
        return words.filter { contains($0.0) && wanted.contains($0.0) }.map(\.1)
    }
}

extension KeyKind {
    /// The word in lists and in JSON.
    var text: String { self == .deviceBound ? "device-bound" : "synced" }
}

extension KeyAlgorithm {
    /// The word in lists and in JSON.
    var text: String { self == .es256 ? "es256" : "eddsa" }
}

extension JSON {
    /// A security key as fob(1) describes it.
    init(_ key: KeyEntry) {
        let members: [(String, JSON)] = [
            ("id", .string(key.record.description)), ("credential_id", .string(Hexadecimal.text(key.credential))),
            ("account", .string(key.account.description)), ("site", .string(key.site)),
            ("site_name", .string(key.siteName)), ("kind", .string(key.kind.text)),
            ("algorithm", .string(key.algorithm.text)), ("public_key", .string(Hexadecimal.text(key.publicKey))),
            ("discoverable", .bool(key.traits.contains(.discoverable))),
            ("hmac_secret", .bool(key.traits.contains(.hmacSecret))),
            ("verifies_always", .bool(key.traits.contains(.verificationAlways))),
            ("no_touch", .bool(key.traits.contains(.noTouch))),
            ("backed_up", .bool(key.traits.contains(.backedUp))),
            ("needs_verification", .bool(key.traits.contains(.needsVerification))),
            ("protection", .number(key.protection)), ("user_handle", .string(Hexadecimal.text(key.userHandle))),
            ("user", .string(key.userName)), ("display_name", .string(key.displayName)),
            ("label", .string(key.label)), ("created", .number(key.created)),
            ("last_used", key.lastUsed == 0 ? .null : .number(key.lastUsed)),
            ("removed", key.removed == 0 ? .null : .number(key.removed)), ("counter", .number(key.counter)),
        ]
        self = .object(members)
    }
}

/// Bytes as people copy them.
enum Hexadecimal {
    /// Two lower-case digits for each.
    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The reverse; nil for anything else.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
