import OneTimePassword

/// The bytes of a hexadecimal text.
func hex(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
        bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
    }
    return bytes
}

/// The lower case hexadecimal text of bytes.
func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The bytes of a text.
func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The seeds of RFC 6238: the digits 1234567890 over and over, as long as the digest.
func seed(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(ascii: "0") + UInt8(($0 + 1) % 10) } }

func base32(_ text: String) throws(OneTimePasswordError) -> [UInt8] {
    try [UInt8](capacity: 4096) { output throws(OneTimePasswordError) in
        try Base32.decode(utf8(text).span, into: &output)
    }
}

/// What a URI says, with the secrets as they came out.
struct Parsed: Equatable {
    var account: AccountURI
    var key: [UInt8]
    var pin: [UInt8]

    init(_ uri: [UInt8], keyCapacity: Int = 1024, pinCapacity: Int = 1024) throws(OneTimePasswordError) {
        var account: AccountURI?
        var key: [UInt8] = []
        let pin = try [UInt8](capacity: pinCapacity) { pin throws(OneTimePasswordError) in
            key = try [UInt8](capacity: keyCapacity) { key throws(OneTimePasswordError) in
                do throws(OneTimePasswordError) { account = try AccountURI.parse(uri.span, key: &key, pin: &pin) } catch
                {
                    precondition(key.isEmpty && pin.isEmpty, "an error left something behind")
                    throw error
                }
            }
        }
        guard let account else { throw .notAnAccountURI }
        (self.account, self.key, self.pin) = (account, key, pin)
    }

    init(_ uri: String) throws(OneTimePasswordError) { try self.init(utf8(uri)) }

    init(account: AccountURI, key: [UInt8], pin: [UInt8]) { (self.account, self.key, self.pin) = (account, key, pin) }

    /// The URI of the account, in a place no larger than announced.
    var written: [UInt8] {
        [UInt8](capacity: account.writtenCount(key: key.count, pin: pin.count)) {
            account.write(key: key.span, pin: pin.span, into: &$0)
        }
    }
}
