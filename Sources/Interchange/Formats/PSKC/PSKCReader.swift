import OneTimePassword
import Platform
import Wire

/// Portable Symmetric Key Container (RFC 6030): keys of hardware and software tokens, in clear or encrypted. The drafts
/// before it differ in a few names, which are read too.
enum PSKCReader: FormatReader {
    static let name = "pskc"

    static func recognizes(_ source: Source) -> Bool { source.xml("KeyContainer") != nil }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard let root = source.xml("KeyContainer") else { throw .malformed("it is not a key container") }
        let version = root.attribute("Version") ?? "1.0"
        guard version == "1.0" || version == "1" else { throw .version(version) }
        let keys = keys(root)
        let sealed = keys.compactMap { $0.data("Secret")?.child("EncryptedValue") }
        var opened: [Int: LockedText] = [:]
        if !sealed.isEmpty {
            let encryption = try PSKCEncryption(root)
            opened = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
                try encryption.open(keys.compactMap { $0.data("Secret") }, password)
            }
        }
        // PINs are keys of their own, which others name.
        let pins = Set(keys.compactMap(\.pinKey))
        var position = 0
        for key in keys where !(key.isPIN && pins.contains(key.id)) {
            position += 1
            try sink.item(key.label, at: position) { () throws(ConversionError) in
                try entry(key, keys, opened)
            }
        }
    }

    private static func keys(_ root: XMLElement) -> [PSKCKey] {
        var result: [PSKCKey] = []
        for package in root.children where package.isNamed("KeyPackage") || package.isNamed("Device") {
            result += package.children("Key").map { PSKCKey(element: $0, device: package.child("DeviceInfo")) }
        }
        return result
    }

    private static func entry(
        _ key: PSKCKey, _ keys: [PSKCKey], _ opened: [Int: LockedText]
    ) throws(ConversionError) -> Entry {
        let parameters = try key.parameters()
        var entry = try Entry(
            issuer: key.issuer, name: key.name, parameters, checked: secret(key, opened))
        if let id = key.pinKey, let pin = keys.first(where: { $0.id == id && $0.isPIN }) {
            if parameters.needsPIN { entry.pin = try secret(pin, opened) } else { entry.lost.append("PIN") }
        }
        entry.lost += key.lost
        return entry
    }

    private static func secret(_ key: PSKCKey, _ opened: [Int: LockedText]) throws(ConversionError) -> LockedBuffer {
        guard let secret = key.data("Secret") else { throw .malformed("it has no key") }
        if secret.child("EncryptedValue") != nil {
            guard let text = opened[secret.index] else { throw .malformed("its key is damaged") }
            return try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in try ConversionError.copy(bytes)
            }
        }
        guard let value = secret.child("PlainValue") else { throw .malformed("it has no key") }
        let text = try value.secret()
        return try KeyText.decode(text.bytes, .base64)
    }
}

/// One key of a container.
private struct PSKCKey {
    let element: XMLElement
    let device: XMLElement?

    var id: String { element.attribute("Id") ?? element.attribute("KeyId") ?? "" }
    private var serial: String { trimmed(device?.child("SerialNo")) }

    var issuer: String {
        let issuer = trimmed(element.child("Issuer"))
        return issuer.isEmpty ? trimmed(device?.child("Manufacturer")) : issuer
    }

    var name: String {
        let friendly = trimmed(element.child("FriendlyName"))
        return friendly.isEmpty ? id.isEmpty ? serial : id : friendly
    }

    var label: String { [issuer, name].filter { !$0.isEmpty }.joined(separator: ": ") }

    /// What stands behind the name space: `hotp`, `totp`, `pin`, or an OCRA suite.
    private var algorithm: String {
        let whole = element.attribute("Algorithm") ?? element.attribute("KeyAlgorithm") ?? ""
        for prefix in ["urn:ietf:params:xml:ns:keyprov:pskc:", "urn:ietf:params:xml:ns:keyprov:pskc#"]
        where whole.hasPrefix(prefix) { return String(whole.dropFirst(prefix.count)) }
        return whole.split(separator: "#").last.map(String.init) ?? ""
    }

    var isPIN: Bool { algorithm.lowercased() == "pin" }
    var pinKey: String? { element.descendant("Policy", "PINPolicy")?.attribute("PINKeyId") }

    func data(_ name: StaticString) -> XMLElement? { element.descendant("Data")?.child(name) }

    func parameters() throws(ConversionError) -> Parameters {
        let kind = algorithm.lowercased()
        let settings = element.child("AlgorithmParameters") ?? element.child("Usage")
        let suite = trimmed(settings?.child("Suite"))
        let format = settings?.child("ResponseFormat")
        if kind.hasPrefix("ocra") {
            let own = kind.hasPrefix("ocra-1:") ? algorithm : suite
            let counter = try number("Counter") ?? 0
            return try ConversionError.checked { () throws(OneTimePasswordError) in
                try Parameters(kind: .ocra, counter: counter, suite: own)
            }
        }
        guard ["hotp", "totp"].contains(kind) else { throw .malformed("its algorithm is none of HOTP, TOTP and OCRA") }
        let encoding = format?.attribute("Encoding") ?? format?.attribute("Format") ?? "DECIMAL"
        guard encoding.uppercased() == "DECIMAL" else { throw .malformed("its codes are not decimal") }
        if ["true", "1"].contains(format?.attribute("CheckDigits") ?? format?.attribute("CheckDigit")) {
            throw .malformed("its codes have check digits")
        }
        var credential = Credential(kind: kind == "hotp" ? .hotp : .totp, algorithm: suite)
        if let length = format?.attribute("Length") {
            guard let digits = UInt64(length) else { throw .malformed("its number of digits is not a possible number") }
            credential.digits = digits
        }
        credential.period = try number("TimeInterval")
        credential.counter = try number("Counter") ?? 0
        let plain = try credential.parameters()
        guard kind == "totp", let start = try number("Time"), start != 0 else { return plain }
        return try ConversionError.checked { () throws(OneTimePasswordError) in
            try Parameters(
                kind: .totp, algorithm: plain.algorithm, digits: plain.digits, period: plain.period, start: start)
        }
    }

    var lost: [String] {
        var lost: [String] = []
        if !serial.isEmpty, serial != name { lost.append("serial number") }
        if element.child("UserId") ?? device?.child("UserId") != nil { lost.append("user") }
        if element.descendant("Policy", "ExpiryDate") ?? device?.child("ExpiryDate") != nil { lost.append("expiry") }
        if let drift = data("TimeDrift"), trimmed(drift.child("PlainValue")) != "0" { lost.append("clock drift") }
        return lost
    }

    private func number(_ name: StaticString) throws(ConversionError) -> UInt64? {
        guard let value = data(name) else { return nil }
        guard let plain = value.child("PlainValue") else { throw .malformed("its \(name) is encrypted") }
        guard let number = UInt64(trimmed(plain)) else { throw .malformed("its \(name) is not a possible number") }
        return number
    }

    private func trimmed(_ element: XMLElement?) -> String {
        let space: Set<Character> = [" ", "\n", "\t"]
        var text = (element?.text ?? "")[...]
        while let first = text.first, space.contains(first) { text.removeFirst() }
        while let last = text.last, space.contains(last) { text.removeLast() }
        return String(text)
    }
}
