import Model
import Platform
import Wire

/// What is read of a passkey before its private key is looked at.
struct PasskeyFields {
    var key = Passkey()

    /// The bytes of an id in base64; nil when it is no base64.
    static func bytes(_ text: String?) -> [UInt8]? {
        guard let text, let decoded = try? Base64.decode(text.utf8.span) else { return nil }
        let bytes = decoded.bytes
        return bytes.indices.map { bytes[$0] }
    }

    /// The credential id of a text: a UUID, `b64.` and base64 (both Bitwarden), or base64 alone.
    static func credentialID(_ text: String) throws(ConversionError) -> [UInt8] {
        let digits = text.filter { $0 != "-" }
        if text.utf8.count == 36, digits.utf8.count == 32, let id = hexadecimal(digits) { return id }
        guard let id = bytes(text.hasPrefix("b64.") ? String(text.dropFirst(4)) : text), !id.isEmpty else {
            throw .malformed("its credential id cannot be read")
        }
        return id
    }

    /// A site's id as browsers ask for it: a domain in lower case, where a file has it in capitals or as a URL.
    ///
    /// What is neither, such as the `pam://` of pam_u2f, stands as it is: other programs than browsers ask for that.
    static func site(_ text: String) throws(ConversionError) -> String {
        let nobodys = ConversionError.malformed(
            "its site is no domain as browsers write it: only letters, digits, '-' and '.'")
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { throw nobodys }
        var rest = Substring(text.lowercased())
        let isURL = ["https://", "http://", "//"].contains { rest.hasPrefix($0) }
        if isURL { rest = rest.drop { $0 != "/" }.drop { $0 == "/" } }
        rest = rest.prefix { !"/?#".contains($0) }
        let port = rest.reversed().prefix { "0"..."9" ~= $0 }.count
        if port > 0, rest.dropLast(port).hasSuffix(":") { rest.removeLast(port + 1) }
        if rest.hasSuffix(".") { rest.removeLast() }
        if let origin = WebOrigin("https://\(rest)"), isURL || rest.contains(".") || rest == "localhost" {
            return origin.host
        }
        guard !isURL else { throw nobodys }
        return text
    }

    private static func hexadecimal(_ digits: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = digits[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    /// The passkey with the private key that a member is.
    func item(_ value: JSONValue, _ name: String) throws(ConversionError) -> PasskeyItem {
        guard let text = try value.secretText(name), text.count > 0 else { throw .malformed("it has no private key") }
        return try item(text.bytes)
    }

    /// The passkey with the private key of that text.
    func item(_ privateKey: Span<UInt8>) throws(ConversionError) -> PasskeyItem {
        let info = try PrivateKeyInfo.read(privateKey)
        var key = key
        key.site = try Self.site(key.site)
        (key.algorithm, key.publicKey) = (info.algorithm, info.publicKey)
        return try PasskeyItem(key, privateKey: ConversionError.copy(info.privateKey.bytes))
    }
}

/// Times as JSON texts have them (RFC 3339), in UTC.
enum DateText {
    /// Seconds of UTC; 0 when it is no such time.
    static func seconds(_ text: String) -> UInt64 {
        let parts = text.split { !$0.isASCII || !$0.isNumber }.prefix(6).compactMap { Int($0) }
        guard parts.count == 6, 1970...9999 ~= parts[0], 1...12 ~= parts[1], 1...31 ~= parts[2],
            0...23 ~= parts[3], 0...59 ~= parts[4], 0...60 ~= parts[5]
        else { return 0 }
        let seconds = ((days(parts[0], parts[1], parts[2]) * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5]
        return UInt64(max(seconds, 0))
    }

    /// The text of that time.
    static func text(_ seconds: UInt64) -> String {
        let (day, rest) = (Int(seconds / 86_400), Int(seconds % 86_400))
        var year = 1970 + day / 366
        while days(year + 1, 1, 1) <= day { year += 1 }
        var month = 1
        while month < 12, days(year, month + 1, 1) <= day { month += 1 }
        let parts = [month, day - days(year, month, 1) + 1, rest / 3600, rest / 60 % 60, rest % 60]
        let two = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(year)-\(two[0])-\(two[1])T\(two[2]):\(two[3]):\(two[4]).000Z"
    }

    /// Days from the start of 1970 to a day of the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + ofYear - 719_468
    }
}
