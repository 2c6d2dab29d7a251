import Wire

/// A JSON value (RFC 8259) to be written. Objects keep the order in which their members were given.
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(UInt64)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    /// The value's text on one line.
    package var text: String {
        var output = ""
        write(to: &output)
        return output
    }

    private func write(to output: inout String) {
        switch self {
        case .null: output += "null"
        case .bool(let value): output += value ? "true" : "false"
        case .integer(let value): output += String(value)
        case .string(let value): Self.writeString(value, to: &output)
        case .array(let values):
            output += "["
            for (index, value) in values.enumerated() {
                if index > 0 { output += "," }
                value.write(to: &output)
            }
            output += "]"
        case .object(let members):
            output += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { output += "," }
                Self.writeString(member.0, to: &output)
                output += ":"
                member.1.write(to: &output)
            }
            output += "}"
        }
    }

    /// What is not seen or acts on other text is escaped too, and so are blanks other than the space: JSON that is looked
    /// at on a terminal does no harm there.
    private static func writeString(_ string: String, to output: inout String) {
        output += "\""
        for scalar in string.unicodeScalars {
            switch scalar.value {
            case 0x22: output += "\\\""
            case 0x5C: output += "\\\\"
            case 0x0A: output += "\\n"
            case 0x0D: output += "\\r"
            case 0x09: output += "\\t"
            case 0x20: output += " "
            default:
                // What is not seen, and blanks that look like others.
                guard Text.isInvisible(scalar) || Text.isBlank(scalar) else {
                    output.unicodeScalars.append(scalar)
                    continue
                }
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        output += "\""
    }

    package static func == (a: JSON, b: JSON) -> Bool { a.text == b.text }
}

extension JSON {
    /// A number.
    package static func number(_ value: some BinaryInteger) -> JSON { .integer(UInt64(clamping: value)) }
    /// An array of strings.
    package static func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }
}
