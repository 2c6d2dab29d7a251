import ForeignLibraries
import Platform
import Wire

/// Proton Pass: its export, an archive with a JSON text in it.
enum ProtonPassReader: FormatReader {
    static let name = "proton-pass"
    private static let plain = "Proton Pass/data.json"
    private static let encrypted = "Proton Pass/data.pgp"

    static func recognizes(_ source: Source) -> Bool {
        source.member(plain) ?? source.member(encrypted) != nil
            || source.isJSON { $0["vaults"]?.members.first?.value["items"]?.isArray == true }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        if source.member(plain) == nil, source.member(encrypted) != nil {
            throw .unsupported(
                "the proton-pass file is encrypted with OpenPGP",
                remedy: "decrypt the data.pgp in it with gpg, or export again without a passphrase")
        }
        let export = try source.json(in: plain, name, passwords)
        guard let vaults = export["vaults"], vaults.isObject else { throw .malformed("it has no vaults") }
        var items = ItemCounter()
        for (_, vault) in vaults.members {
            let group = vault["name"]?.string ?? ""
            for item in vault["items"]?.items ?? [] {
                try items.give(codes(item), of: item["data"]?["metadata"]?["name"]?.string ?? "", to: sink) {
                    code throws(ConversionError) in try entry(item, code, group)
                }
            }
        }
        try items.finish(sink)
    }

    /// The code of a login, and those in fields that its owner has added, also in sections.
    private static func codes(_ item: JSONValue) -> [JSONValue] {
        guard let data = item["data"] else { return [] }
        let own = data["content"]?["totpUri"]
        let sections = (data["content"]?["sections"]?.items ?? []).flatMap { $0["sectionFields"]?.items ?? [] }
        let added = ((data["extraFields"]?.items ?? []) + sections).filter { $0["type"]?.equals("totp") == true }
            .map { $0["data"]?["totpUri"] }
        return ([own] + added).compactMap { $0 }.filter { !$0.equals("") }
    }

    private static func entry(_ item: JSONValue, _ code: JSONValue, _ group: String) throws(ConversionError) -> Entry {
        let metadata = item["data"]?["metadata"]
        let content = item["data"]?["content"]
        let user = [content?["itemUsername"], content?["itemEmail"], content?["username"]].lazy
            .compactMap { $0?.string }.first { !$0.isEmpty }
        var entry = try code.entry(title: metadata?["name"]?.string ?? "", user: user ?? "")
        if !group.isEmpty { entry.tags.append(group) }
        // The states of an item: 1 is active, 2 is in the trash.
        entry.isTrashed = item["state"]?.unsigned == 2
        entry.extras.isFavourite = item["pinned"]?.bool ?? false
        if let metadata { entry.note = try metadata.secretOrNothing("note") }
        if content?.has("password") == true { entry.lost.append("password") }
        if content?.has("urls") == true { entry.lost.append("web addresses") }
        if content?.has("passkeys") == true { entry.lost.append("passkeys") }
        return entry
    }
}
