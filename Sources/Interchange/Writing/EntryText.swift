import Encodings
import OneTimePassword
import Platform
import Wire

// What several formats write of an account.
extension Entry {
    /// The account as a URI, where it has a one-time password.
    borrowing func uri() throws(ConversionError) -> LockedBuffer { try uri(parameters) }

    /// The account as a URI, with other parameters.
    borrowing func uri(_ parameters: Parameters?) throws(ConversionError) -> LockedBuffer {
        guard let parameters else { return try ConversionError.buffer(0) }
        let uri = AccountURI(issuer: issuer, name: name, parameters: parameters)
        var text = try ConversionError.buffer(uri.writtenCount(key: key.count, pin: pin.count))
        text.append { output in uri.write(key: key.bytes, pin: pin.bytes, into: &output) }
        return text
    }

    /// What stands over the account where there has to be something.
    var title: String { issuer.isEmpty ? name : issuer }
}

/// Names for items of a file that refer to each other: random UUIDs (RFC 9562, version 4).
enum UUIDText {
    static func make() -> String {
        var bytes = Sodium.randomIdentifier()
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
        return parts.map { BaseEncoding.base16.text(bytes.span.extracting($0)) }.joined(separator: "-")
    }
}

/// Groups or folders that accounts refer to by an id, gathered while the accounts are written.
struct GroupTable {
    /// In the order in which they came up.
    private(set) var groups: [(id: String, name: String)] = []
    private var ids: [String: String] = [:]

    /// The id of a group, made up when it is new.
    mutating func id(of name: String) -> String {
        if let id = ids[name] { return id }
        let id = UUIDText.make()
        ids[name] = id
        groups.append((id, name))
        return id
    }
}

extension LockedBuffer {
    /// A buffer of random bytes.
    static func random(_ count: Int) throws(ConversionError) -> LockedBuffer {
        var buffer = try ConversionError.buffer(count)
        buffer.append { output in Sodium.randomBytes(into: &output, count: count) }
        return buffer
    }
}
