import OneTimePassword
import Platform
import Wire

/// Duo Mobile: accounts of other services. Those of Duo itself stay on their device.
enum DuoReader: JSONListReader {
    static var name: String { "duo" }

    static func recognizes(_ source: Source) -> Bool { source.isJSONArray { $0["otpGenerator"] != nil } }

    static var labels: (issuer: String, name: String) { ("", "name") }

    static func entry(_ item: JSONValue) throws(ConversionError) -> Entry {
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
