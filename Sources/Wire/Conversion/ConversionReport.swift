/// PROBLEM: one item of the input cannot be an account, or one entry cannot be written in the format.
package struct ConversionProblem: ConversionBody {
    package static var kind: ConversionFrame.Kind { .problem }
    /// Its place in the input, from 1.
    package let position: UInt32
    /// How it is called there; may be empty.
    package let label: String
    /// Why, as a lower case sentence without a full stop; never a part of a secret.
    package let reason: String

    /// With those fields; texts that are too long are cut.
    package init(position: UInt32, label: String, reason: String) {
        self.position = position
        self.label = Limits.cut(label, Limits.label)
        self.reason = Limits.cut(reason, Limits.text)
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        position = try cursor.u32(body)
        label = try cursor.string(body, Limits.label)
        reason = try cursor.string(body, Limits.text)
    }

    package var encodedCount: Int { 4 + Count.string(label) + Count.string(reason) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendU32(position)
        try output.appendString(label, Limits.label)
        try output.appendString(reason, Limits.text)
    }
}

/// WARNING: something about the input or the output as a whole, such as the missing parts of a batch.
package struct ConversionWarning: ConversionBody {
    package static var kind: ConversionFrame.Kind { .warning }
    /// A sentence; never a part of a secret.
    package let text: String

    /// With that text, cut when it is too long.
    package init(text: String) { self.text = Limits.cut(text, Limits.text) }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        text = try cursor.string(body, Limits.text)
    }

    package var encodedCount: Int { Count.string(text) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(text, Limits.text)
    }
}

/// FAILURE: nothing can be made of the input.
package struct ConversionFailure: ConversionBody {
    package static var kind: ConversionFrame.Kind { .failure }
    /// What kind of failure, which becomes the exit status.
    package let code: ErrorCode
    /// What happened.
    package let message: String
    /// What to do; may be empty.
    package let remedy: String

    /// With those fields; texts that are too long are cut.
    package init(code: ErrorCode, message: String, remedy: String) {
        self.code = code
        self.message = Limits.cut(message, Limits.text)
        self.remedy = Limits.cut(remedy, Limits.text)
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        guard let code = ErrorCode(rawValue: try cursor.u16(body)) else { throw .unknownValue }
        self.code = code
        message = try cursor.string(body, Limits.text)
        remedy = try cursor.string(body, Limits.text)
    }

    package var encodedCount: Int { 2 + Count.string(message) + Count.string(remedy) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendU16(code.rawValue)
        try output.appendString(message, Limits.text)
        try output.appendString(remedy, Limits.text)
    }
}

extension Limits {
    /// `text` without NUL, cut at a character's end to at most `limit` bytes.
    static func cut(_ text: String, _ limit: Int) -> String {
        var result = ""
        for character in text where character != "\0" {
            guard result.utf8.count + character.utf8.count <= limit else { break }
            result.append(character)
        }
        return result
    }
}
