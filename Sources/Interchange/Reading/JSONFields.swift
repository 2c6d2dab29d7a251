import OneTimePassword
import Platform

/// What readers ask of the members of an object. A member that is missing and one that is `null` are the same.
extension JSONValue {
    /// A text that is not secret, or a number as it is written; empty when there is none.
    func text(_ name: String) throws(ConversionError) -> String {
        guard let value = self[name] else { return "" }
        guard let text = value.string ?? value.numberText else { throw .malformed("its \(name) is not text") }
        return text
    }

    /// A whole number, also as text; nil when there is none.
    func number(_ name: String) throws(ConversionError) -> UInt64? {
        guard let value = self[name] else { return nil }
        if let number = value.unsignedText { return number }
        if value.equals("") { return nil }
        // Some programs write every number as a floating point one.
        guard let double = value.double, let number = UInt64(exactly: double), number < 1 << 53
        else { throw .malformed("its \(name) is negative or not a whole number") }
        return number
    }

    /// The key in a member.
    func key(_ name: String, _ form: KeyText.Form = .base32) throws(ConversionError) -> LockedBuffer {
        guard let text = try secretText(name), text.count > 0 else { throw ConversionError(.keyEmpty) }
        return try KeyText.decode(text.bytes, form)
    }

    /// The bytes of a text that may be secret; nil when there is none.
    func secretText(_ name: String) throws(ConversionError) -> LockedBuffer? {
        guard let value = self[name] else { return nil }
        guard let text = try value.secret() else { throw ConversionError.malformed("its \(name) is not text") }
        return text
    }

    /// A text that may be secret; empty when there is none.
    func secretOrNothing(_ name: String) throws(ConversionError) -> LockedBuffer {
        if let text = try secretText(name) { return text }
        return try ConversionError.buffer(0)
    }

    /// What an item is called where something is said about it.
    func label(_ issuer: String, _ name: String) -> String {
        let parts = [self[issuer]?.string ?? "", self[name]?.string ?? ""].filter { !$0.isEmpty }
        return parts.joined(separator: ": ")
    }

    /// Whether there is something in a member: a text that is not empty, an object or an array with something in it.
    func has(_ name: String) -> Bool {
        guard let value = self[name] else { return false }
        if value.isString { return !value.equals("") }
        if value.isArray { return !value.items.isEmpty }
        if value.isObject { return !value.members.isEmpty }
        return value.bool != false
    }

    /// Bytes in base64, of the file as a whole; decoded on the way out, because they can be most of the file.
    func base64(_ name: String) throws(ConversionError) -> LockedBuffer {
        guard let value = self[name], value.isString else { throw .malformed("it has no \(name)") }
        return try value.base64(part: 0, of: 1)
    }

    /// One of the texts that a character separates, from base64; there must be `count` of them, behind `skipped` bytes.
    func base64(
        part: Int, of count: Int, separator: UInt8 = 0, skipping skipped: Int = 0
    ) throws(ConversionError) -> LockedBuffer {
        let node = document.nodes[index]
        let range = Int(node.start)..<Int(node.end)
        var buffer = try ConversionError.buffer(Base64.decodedCapacity(range.count))
        try document.text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            try buffer.append { (output: inout OutputSpan<UInt8>) throws(ConversionError) in
                var decoder = Base64.Decoder()
                var (place, number) = (0, 0)
                var failure: ConversionError?
                try JSONEscapes.decode(bytes.extracting(range)) { byte in
                    number += 1
                    guard number > skipped else { return }
                    if byte == separator, count > 1 {
                        place += 1
                    } else if place == part, failure == nil {
                        do throws(ConversionError) {
                            if let byte = try decoder.push(byte) { output.append(byte) }
                        } catch {
                            failure = error
                        }
                    }
                }
                if let failure { throw failure }
                try decoder.finish()
                guard place == count - 1 else { throw .malformed("a text in it has not \(count) parts") }
            }
        }
        return buffer
    }

    /// Bytes in hexadecimal, of the file as a whole.
    func hexadecimal(_ name: String, count: Int) throws(ConversionError) -> LockedBuffer {
        guard let text = try self[name]?.secret() else { throw .malformed("it has no \(name)") }
        var buffer = try ConversionError.buffer(text.count)
        do throws(OneTimePasswordError) {
            try buffer.append { (output: inout OutputSpan<UInt8>) throws(OneTimePasswordError) in
                try Hexadecimal.decode(text.bytes, into: &output)
            }
        } catch {
            throw .malformed("its \(name) is not hexadecimal")
        }
        guard buffer.count == count else { throw .malformed("its \(name) does not have \(count) bytes") }
        return buffer
    }

    /// A number that the file as a whole needs.
    func required(_ name: String) throws(ConversionError) -> UInt64 {
        guard let number = self[name]?.unsignedText else { throw .malformed("it has no number \(name)") }
        return number
    }

    /// The items of an array that the file as a whole needs.
    func list(_ name: String) throws(ConversionError) -> [JSONValue] {
        guard let value = self[name], value.isArray else { throw .malformed("it has no list of \(name)") }
        return value.items
    }

    /// What the objects of a list are called, by their ids.
    func names(_ list: String, id: String, name: String) -> [String: String] {
        var names: [String: String] = [:]
        for item in self[list]?.items ?? [] {
            if let id = item[id]?.string { names[id] = item[name]?.string ?? names[id] }
        }
        return names
    }

    /// Lends a string as it is written, without its quotes and with its escapes; nothing of anything else.
    func withText<R>(_ body: (Span<UInt8>) -> R) -> R {
        let node = document.nodes[index]
        let range = isString ? Int(node.start)..<Int(node.end) : 0..<0
        return document.text.withBytes { bytes in body(bytes.extracting(range)) }
    }

    /// A number as it is written.
    var numberText: String? {
        let node = document.nodes[index]
        return node.kind == .number ? document.text.string(Int(node.start)..<Int(node.end)) : nil
    }

    /// A byte that is written as a number from -128 to 255, as Java writes them; it may be a part of a secret.
    var byte: UInt8? {
        let node = document.nodes[index]
        guard node.kind == .number, node.end - node.start <= 4 else { return nil }
        return document.text.withBytes { bytes in
            let own = bytes.extracting(Int(node.start)..<Int(node.end))
            let isNegative = own[0] == UInt8(ascii: "-")
            var value = 0
            for place in (isNegative ? 1 : 0)..<own.count {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(own[place]) else { return nil }
                value = value * 10 + Int(own[place] - UInt8(ascii: "0"))
            }
            guard value <= (isNegative ? 128 : 255) else { return nil }
            return UInt8(truncatingIfNeeded: isNegative ? -value : value)
        }
    }

    /// The bytes of an array of numbers; nil for anything else.
    func bytes() throws(ConversionError) -> LockedBuffer? {
        guard isArray else { return nil }
        let items = items
        var buffer = try ConversionError.buffer(items.count)
        let isWhole = buffer.append { output in
            for item in items {
                guard let byte = item.byte else { return false }
                output.append(byte)
            }
            return true
        }
        guard isWhole else { return nil }
        return buffer
    }
}

extension Credential {
    /// A credential whose fields are members of these names. Only what the kind uses is read: in the other fields
    /// programs store anything.
    init(
        _ kind: CredentialKind, in fields: JSONValue, algorithm: String = "algorithm", digits: String = "digits",
        period: String = "period", counter: String = "counter"
    ) throws(ConversionError) {
        self.init(kind: kind)
        guard kind == .totp || kind == .hotp else { return }
        self.algorithm = try fields.text(algorithm)
        self.digits = try fields.number(digits)
        if kind == .totp { self.period = try fields.number(period) }
        if kind == .hotp { self.counter = try fields.number(counter) }
    }
}

extension Source {
    /// The JSON text that the source is.
    func json() throws(ConversionError) -> JSONValue {
        guard case .json(let value) = shape else { throw .malformed("it is not JSON") }
        return value
    }

    /// The root of an XML text, where it has that name.
    func xml(_ name: StaticString) -> XMLElement? {
        guard case .xml(let root) = shape, root.isNamed(name) else { return nil }
        return root
    }

    /// Whether it is a JSON text of which `test` holds.
    func isJSON(_ test: (JSONValue) -> Bool) -> Bool {
        guard case .json(let value) = shape else { return false }
        return test(value)
    }

    /// Whether it is a JSON array with an object of which `test` holds. Only its beginning is looked at.
    func isJSONArray(_ test: (JSONValue) -> Bool) -> Bool {
        isJSON { value in value.items.prefix(64).contains { $0.isObject && test($0) } }
    }
}
