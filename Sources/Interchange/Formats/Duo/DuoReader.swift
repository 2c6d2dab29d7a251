import OneTimePassword
import Platform
import Wire

/// Duo Mobile: accounts of other services. Those of Duo itself stay on their device.
enum DuoReader: FormatReader {
    static var name: String { "duo" }

    static func recognizes(_ source: Source) -> Bool { source.isJSONArray { $0["otpGenerator"] != nil } }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        let accounts = try source.json()
        guard accounts.isArray else { throw .malformed("it is not a list of accounts") }
        for (index, item) in accounts.items.enumerated() {
            try sink.item(item["name"]?.string ?? "", at: index + 1) { () throws(ConversionError) in try entry(item) }
        }
    }

    private static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
        guard let generator = item["otpGenerator"], generator.isObject else {
            throw .malformed("an account of Duo itself cannot leave its device; enrol this one again")
        }
        let counter = try generator.number("counter")
        var entry = try Entry(
            issuer: "", name: item.text("name"),
            Credential(kind: counter == nil ? .totp : .hotp, counter: counter).parameters(),
            checked: generator.key("otpSecret"))
        if item.has("logoUri") { entry.lost.append("icon picture") }
        return entry
    }
}
