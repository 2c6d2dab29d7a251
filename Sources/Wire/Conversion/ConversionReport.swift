/// PROBLEM: one item of the input cannot be an account, or one entry cannot be written in the format, or not whole.
package struct ConversionProblem: ConversionBody {
    package static var kind: ConversionFrame.Kind { .problem }
    /// Its place in the input, from 1.
    package var position: UInt32 = 0
    /// How it is called there; may be empty.
    package var label = ""
    /// Why, as a lower case sentence without a full stop; never a part of a secret.
    package var reason = ""
    /// What an entry that is written all the same is written without; empty for one that is not.
    package var lost: [String] = []

    package init() {}

    /// With those fields; texts that are too long are cut.
    package init(position: UInt32, label: String, reason: String, lost: [String] = []) {
        self.position = position
        self.lost = lost.prefix(ConversionEntry.mostLost).map { Limits.cut($0, Limits.text) }
        self.label = Limits.cut(label, Limits.label)
        self.reason = Limits.cut(reason, Limits.text)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&position)
        try coder.string(&label, Limits.label)
        try coder.string(&reason, Limits.text)
        try coder.strings(&lost, ConversionEntry.mostLost, each: Limits.text)
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

/// OUTCOME: what became of one of the files that were sent, or of several that belong together; ENTRY, PROBLEM and WARNING
/// of it come before. Every file that was sent is in one of these, unless FAILURE ends all.
package struct ConversionOutcome: ConversionBody {
    package static var kind: ConversionFrame.Kind { .outcome }
    /// Most names that are told.
    package static let mostNames = 64

    /// The names, as far as there is room to say them; empty for a file without one.
    package var names: [String] = []
    /// How many files.
    package var files: UInt32 = 1
    /// As what it was read, as `--from` names it; empty when nothing says what it is.
    package var format = ""
    /// Accounts that it has given.
    package var entries: UInt32 = 0
    /// Why it was not read, or not to its end: what kind of failure; nil when it was.
    package var failure: ErrorCode?
    /// What happened; empty when it was read.
    package var reason = ""
    /// What to do; may be empty.
    package var remedy = ""

    package init() {}

    /// What became of those files.
    package init(names: [String], format: String) {
        self.names = names.prefix(Self.mostNames).map { Limits.cut($0, Limits.text) }
        files = UInt32(clamping: names.count)
        self.format = format
    }

    /// Says why they were not read.
    package mutating func fail(_ failure: ConversionFailure) {
        (self.failure, reason, remedy) = (failure.code, failure.message, failure.remedy)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.strings(&names, Self.mostNames, each: Limits.text)
        try coder.integer(&files)
        try coder.string(&format, Limits.text)
        try coder.integer(&entries)
        var hasFailed = failure != nil
        try coder.bool(&hasFailed)
        if hasFailed {
            var code = failure ?? .internalFault
            try coder.code(&code)
            failure = code
        }
        try coder.string(&reason, Limits.text)
        try coder.string(&remedy, Limits.text)
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
