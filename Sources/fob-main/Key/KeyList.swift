import ArgumentParser
import Authenticator
import Client
import Encodings
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
        if common.json { return Output.json([("keys", .array(keys.map { JSON($0) }))]) }
        if names {
            let typed = Arguments.naming(keys.map { ($0.title, $0.record.description) })
            return Output.write(typed.map { $0 + "\n" }.joined())
        }
        guard !keys.isEmpty else { return Output.note(trash ? Sentences.trashEmpty : Sentences.noKeys) }
        let rows = keys.map { key in
            [
                key.shortID, Label.fitted(Label.shown(key.title), to: Self.nameColumns), key.algorithm.text,
                key.kind.text,
                Self.remarks(key),
            ]
        }
        Output.table(rows)
    }

    /// Columns of the widest name: a site chooses it, and would push all others off the screen.
    private static let nameColumns = 40

    private static func remarks(_ key: KeyEntry) -> String {
        var parts: [String] = []
        if let ssh = SSHKey(key) { parts.append(SSHText.fingerprint(ssh.blob.span)) }
        if key.lastUsed == 0, key.removed == 0 { parts.append(tr("never used")) }
        if !key.label.isEmpty { parts.append(Label.shown(key.name)) }
        if key.removed != 0 { parts.append(Sentences.removedAt(Moment.text(key.removed))) }
        if key.hosts != .any { parts.append(tr("only for some hosts")) }
        parts += key.flags.subtracting([.discoverable, .hmacSecret]).words
        return parts.joined(separator: ", ")
    }
}

extension KeyFlags {
    /// The words for people.
    var words: [String] {
        let words: [(KeyFlags, String)] = [
            (.needsVerification, tr("must be registered again")), (.discoverable, tr("discoverable")),
            (.hmacSecret, "hmac-secret"), (.alwaysVerify, tr("verifies each time")), (.noTouch, tr("signs unasked")),
            (.backedUp, tr("backed up")),
        ]
        return words.filter { contains($0.0) }.map(\.1)
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
            ("id", .string(key.record.description)),
            ("credential_id", .string(BaseEncoding.base16.text(key.credential.span))),
            ("account", .string(key.account.description)), ("site", .string(key.site)),
            ("site_name", .string(key.siteName)), ("kind", .string(key.kind.text)),
            ("algorithm", .string(key.algorithm.text)),
            ("public_key", .string(BaseEncoding.base16.text(key.publicKey.span))),
            ("discoverable", .bool(key.flags.contains(.discoverable))),
            ("hmac_secret", .bool(key.flags.contains(.hmacSecret))),
            ("verifies_always", .bool(key.flags.contains(.alwaysVerify))),
            ("no_touch", .bool(key.flags.contains(.noTouch))),
            ("backed_up", .bool(key.flags.contains(.backedUp))),
            ("needs_verification", .bool(key.flags.contains(.needsVerification))),
            ("protection", .number(key.protection)),
            ("user_handle", .string(BaseEncoding.base16.text(key.userHandle.span))),
            ("user", .string(key.userName)), ("display_name", .string(key.displayName)),
            ("hosts", key.hosts == .any ? .null : .strings(key.hosts.limits.map(\.name))),
            ("ssh", SSHKey(key).map { .string($0.line(comment: key.comment)) } ?? .null),
            ("fingerprint", SSHKey(key).map { .string(SSHText.fingerprint($0.blob.span)) } ?? .null),
            ("label", .string(key.label)), ("created", .number(key.created)),
            ("last_used", key.lastUsed == 0 ? .null : .number(key.lastUsed)),
            ("removed", key.removed == 0 ? .null : .number(key.removed)), ("counter", .number(key.counter)),
        ]
        self = .object(members)
    }
}
