/// PROBLEM: one item of the input cannot be an account, or one entry cannot be written in the format.
package struct ConversionProblem: ConversionBody {
    package static var kind: ConversionFrame.Kind { .problem }
    /// Its place in the input, from 1.
    package var position: UInt32 = 0
    /// How it is called there; may be empty.
    package var label = ""
    /// Why, as a lower case sentence without a full stop; never a part of a secret.
    package var reason = ""

    package init() {}

    /// With those fields; texts that are too long are cut.
    package init(position: UInt32, label: String, reason: String) {
        self.position = position
        self.label = Limits.cut(label, Limits.label)
        self.reason = Limits.cut(reason, Limits.text)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&position)
        try coder.string(&label, Limits.label)
        try coder.string(&reason, Limits.text)
    }
}

/// WARNING: something about the input or the output as a whole, such as the missing parts of a batch.
package struct ConversionWarning: ConversionBody {
    package static var kind: ConversionFrame.Kind { .warning }
    /// A sentence; never a part of a secret.
    package var text = ""

    package init() {}

    /// With that text, cut when it is too long.
    package init(text: String) { self.text = Limits.cut(text, Limits.text) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&text, Limits.text)
    }
}

/// FAILURE: nothing can be made of the input.
package struct ConversionFailure: ConversionBody {
    package static var kind: ConversionFrame.Kind { .failure }
    /// What kind of failure, which becomes the exit status.
    package var code = ErrorCode.internalFault
    /// What happened.
    package var message = ""
    /// What to do; may be empty.
    package var remedy = ""

    package init() {}

    /// With those fields; texts that are too long are cut.
    package init(code: ErrorCode, message: String, remedy: String) {
        self.code = code
        self.message = Limits.cut(message, Limits.text)
        self.remedy = Limits.cut(remedy, Limits.text)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.code(&code)
        try coder.string(&message, Limits.text)
        try coder.string(&remedy, Limits.text)
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
