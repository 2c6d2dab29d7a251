import Client
import OneTimePassword
import Platform
import Wire

/// An account that was read from a URI or a bare secret, with its key and PIN in locked memory.
struct AccountText: ~Copyable {
    var issuer: String
    var name: String
    var parameters: Parameters
    var key: LockedBuffer
    var pin: LockedBuffer

    /// Whether a text is a URI and not a bare secret.
    static func isURI(_ text: Span<UInt8>) -> Bool {
        for index in text.indices.prefix(24) where text[index] == UInt8(ascii: ":") { return true }
        return false
    }

    /// Reads a URI.
    init(uri: Span<UInt8>) throws(OneTimePasswordError) {
        var key = try Self.room(Limits.key)
        var pin = try Self.room(Limits.pin)
        let read = try key.append { (key: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
            try pin.append { (pin: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
                try AccountURI.parse(uri, key: &key, pin: &pin)
            }
        }
        issuer = read.issuer
        name = read.name
        parameters = read.parameters
        self.key = key
        self.pin = pin
    }

    /// Reads a bare secret in base32.
    init(
        base32 text: Span<UInt8>, issuer: String, name: String, parameters: Parameters
    ) throws(OneTimePasswordError) {
        var key = try Self.room(Limits.key)
        try key.append { (key: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
            try Base32.decode(text, into: &key)
        }
        let pin = try Self.room(0)
        self.issuer = issuer
        self.name = name
        self.parameters = parameters
        self.key = key
        self.pin = pin
    }

    private static func room(_ count: Int) throws(OneTimePasswordError) -> LockedBuffer {
        // Memory that cannot be had is found out before, when the text is read into it.
        do throws(MemoryError) { return try LockedBuffer(capacity: count) } catch { throw .keyTooLong }
    }

    /// Checks the key before it is sent: a mistake in copying is told at once.
    borrowing func check() throws(OneTimePasswordError) { try parameters.check(key: key.bytes) }

    /// The account as ADD has it.
    var onWire: NewAccount { NewAccount(issuer: issuer, name: name, credential: Credential(parameters)) }
}

extension ClientError {
    /// A URI or secret that cannot be used.
    init(_ error: OneTimePasswordError) {
        self.init(.badInput, error.message, remedy: error.remedy)
    }
}
