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
        /// The bytes of each DATA become a QR code, as SVG on a line.
        case render = 4
    }

    /// What to do.
    package let operation: Operation
    /// The name of the format; empty when reading: find out.
    package let format: String
    /// Seconds of UTC now, for what is written with a date.
    package let time: UInt64
    /// Bytes of all files that will be sent, so that enough memory is locked; 0 if that is not known.
    package let size: UInt64

    /// With those fields.
    package init(operation: Operation, format: String = "", time: UInt64, size: UInt64 = 0) {
        (self.operation, self.format, self.time, self.size) = (operation, format, time, size)
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        operation = try cursor.choice(body)
        format = try cursor.string(body, Limits.text)
        time = try cursor.u64(body)
        size = try cursor.u64(body)
    }

    package var encodedCount: Int { 1 + Count.string(format) + 16 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(operation.rawValue)
        try output.appendString(format, Limits.text)
        output.appendU64(time)
        output.appendU64(size)
    }
}

/// FILE: the DATA that follow are of this file. A converter's output without FILE is one file without a name.
package struct ConversionFile: ConversionBody {
    package static var kind: ConversionFrame.Kind { .file }
    /// Its name, without directories, or a path below the directory that was named. It is display and hint only.
    package let name: String

    /// With that name.
    package init(name: String) { self.name = name }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        name = try cursor.string(body, Limits.text)
    }

    package var encodedCount: Int { Count.string(name) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(name, Limits.text)
    }
}

/// END: everything was sent. From the converter: what it found, or what the format could not hold.
package struct ConversionEnd: ConversionBody {
    package static var kind: ConversionFrame.Kind { .end }
    /// The format that was recognised or written, as `--from` and `--to` name it; empty to the converter.
    package let format: String
    /// Entries that were sent or written.
    package let entries: UInt32

    /// With those fields.
    package init(format: String = "", entries: UInt32 = 0) { (self.format, self.entries) = (format, entries) }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        format = try cursor.string(body, Limits.text)
        entries = try cursor.u32(body)
    }

    package var encodedCount: Int { Count.string(format) + 4 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(format, Limits.text)
        output.appendU32(entries)
    }
}

/// PASSWORD_NEEDED: the file is encrypted.
package struct ConversionPasswordNeeded: ConversionBody {
    package static var kind: ConversionFrame.Kind { .passwordNeeded }
    /// The format that was recognised.
    package let format: String
    /// The last password did not open it.
    package let again: Bool

    /// With those fields.
    package init(format: String, again: Bool) { (self.format, self.again) = (format, again) }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        format = try cursor.string(body, Limits.text)
        again = try cursor.bool(body)
    }

    package var encodedCount: Int { Count.string(format) + 1 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(format, Limits.text)
        output.appendBool(again)
    }
}
