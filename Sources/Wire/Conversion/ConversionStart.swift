/// START: what the converter is to do.
package struct ConversionStart: ConversionBody {
    package static var kind: ConversionFrame.Kind { .start }

    /// What can be done.
    package enum Operation: UInt8, CaseIterable, Sendable {
        /// Files of another authenticator become entries.
        case read = 1
        /// Entries become files of another authenticator.
        case write = 2
        /// A file of a service becomes recovery codes.
        case codes = 3
        /// The bytes of each DATA become a QR code, as SVG on a line; with the format `qr`, lines of characters.
        case render = 4
    }

    /// What to do.
    package var operation = Operation.read
    /// The name of the format; empty when reading: find out.
    package var format = ""
    /// Seconds of UTC now, for what is written with a date.
    package var time: UInt64 = 0
    /// Bytes of all files that will be sent, so that enough memory is locked; 0 if that is not known.
    package var size: UInt64 = 0
    /// What pages on paper name as the vault that they are of: its fingerprint; empty when that is not known.
    package var vault = ""

    package init() {}

    package init(operation: Operation, format: String = "", time: UInt64, size: UInt64 = 0) {
        (self.operation, self.format, self.time, self.size) = (operation, format, time, size)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&operation)
        try coder.string(&format, Limits.text)
        try coder.integer(&time)
        try coder.integer(&size)
        try coder.string(&vault, Limits.text)
    }
}

/// FILE: the DATA that follow are of this file. A converter's output without FILE is one file without a name.
package struct ConversionFile: ConversionBody {
    package static var kind: ConversionFrame.Kind { .file }
    /// Its name, without directories, or a path below the directory that was named. It is display and hint only.
    package var name = ""

    package init() {}

    package init(name: String) { self.name = name }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&name, Limits.text)
    }
}

/// KEY_FILE: the DATA that follow are no file to be read, but part of the key to others.
package struct ConversionKeyFile: ConversionBody {
    package static var kind: ConversionFrame.Kind { .keyFile }

    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {}
}

/// END: everything was sent. From the converter: what it found, or what the format could not hold.
package struct ConversionEnd: ConversionBody {
    package static var kind: ConversionFrame.Kind { .end }
    /// The format that was recognised or written, as `--from` and `--to` name it; empty to the converter.
    package var format = ""
    /// Entries that were sent or written.
    package var entries: UInt32 = 0

    package init() {}

    package init(format: String = "", entries: UInt32 = 0) { (self.format, self.entries) = (format, entries) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&format, Limits.text)
        try coder.integer(&entries)
    }
}

/// PASSWORD_NEEDED: the file is encrypted.
package struct ConversionPasswordNeeded: ConversionBody {
    package static var kind: ConversionFrame.Kind { .passwordNeeded }
    /// The format that was recognised.
    package var format = ""
    /// The last password did not open it.
    package var again = false
    /// Nothing in the file says that it is of this format: it is asked whether it is.
    package var isGuess = false
    /// The name of the file, where there are several; else empty.
    package var file = ""

    package init() {}

    package init(format: String, again: Bool, isGuess: Bool = false, file: String = "") {
        (self.format, self.again, self.isGuess, self.file) = (format, again, isGuess, file)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&format, Limits.text)
        try coder.bool(&again)
        try coder.bool(&isGuess)
        try coder.string(&file, Limits.text)
    }
}
