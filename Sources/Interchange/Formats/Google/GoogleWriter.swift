import OneTimePassword
import Platform
import Wire

/// Migration URIs of Google Authenticator, one on a line.
final class GoogleWriter: MigrationBatches, FormatWriter {
    static let format = ExportFormat.google

    private let output: TextOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
        super.init(time)
    }

    func finish() throws(ConversionError) {
        try each { (_, uri) throws(ConversionError) in
            try output.put(uri)
            try output.put("\n")
        }
        try output.finish()
    }
}

/// Migration URIs of Google Authenticator as QR codes on a page: the app reads nothing else.
final class GoogleHTMLWriter: MigrationBatches, FormatWriter {
    static let format = ExportFormat.googleHTML

    private let pages: HTMLPages

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        pages = try HTMLPages(
            sink, title: "Google Authenticator", titles: ["Part", "URI", "QR code"], time: time)
        super.init(time)
    }

    func finish() throws(ConversionError) {
        var part = 0
        try each { (labels, uri) throws(ConversionError) in
            part += 1
            try pages.card(.payload) { (output: TextOutput) throws(ConversionError) in
                try output.put("<td class=\"issuer\">Part \(part) of \(count)</td><td class=\"code\">")
                try HTMLPages.putCode(uri, to: output)
                try output.put("</td><td class=\"uri\"><code>")
                try output.putMarkup(uri)
                try output.put("</code></td><td class=\"name\">")
                for label in labels {
                    try output.putMarkup(label)
                    try output.put("<br>")
                }
                try output.put("</td>")
            }
        }
        try pages.finish()
    }
}

/// The accounts of a migration to Google Authenticator in batches, each short enough for one QR code.
class MigrationBatches {
    static let holding = Holding([.totp, .hotp], digits: [6, 8], periods: 30...30)

    /// The app itself puts so many into one code.
    private static let mostEntries = 10
    /// Bytes of a URI with several accounts: a code that a phone reads off a screen without effort.
    private static let most = 1000
    /// Bytes that one code of medium correction holds at all (ISO/IEC 18004, table 7).
    private static let mostAlone = 2331
    /// Bytes of base64 for what stands behind the accounts of a batch, more than enough.
    private static let tail = 40
    private static let prefix = "otpauth-migration://offline?data="

    private let number: UInt64
    private var batches: [Batch] = []

    init(_ time: UInt64) {
        // It only has to be the same in all parts.
        number = UInt64(Sodium.randomIdentifier()[0]) << 16 | (time & 0xFFFF)
    }

    /// How many codes there are.
    var count: Int { batches.count }

    /// Adds an account, or says why not.
    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        guard let parameters = entry.parameters else { return nil }
        let message = try Self.message(entry, parameters)
        if let last = batches.last, last.entries < Self.mostEntries,
            try last.append(message.bytes, of: entry.label, most: Self.most)
        {
            return nil
        }
        let batch = try Batch()
        guard try batch.append(message.bytes, of: entry.label, most: Self.mostAlone) else {
            return "it does not fit into one QR code"
        }
        batches.append(batch)
        return nil
    }

    /// Lends the labels and the URI of each batch.
    func each(_ body: ([String], Span<UInt8>) throws(ConversionError) -> Void) throws(ConversionError) {
        for (index, batch) in batches.enumerated() {
            var rest = ProtocolBufferWriter(try ConversionError.buffer(64))
            rest.put(2, 1)
            rest.put(3, UInt64(batches.count))
            rest.put(4, UInt64(index))
            rest.put(5, number)
            let uri = try batch.uri(rest.bytes.bytes)
            try body(batch.labels, uri.bytes)
        }
    }

    /// OtpParameters.
    private static func message(
        _ entry: borrowing Entry, _ parameters: Parameters
    ) throws(ConversionError) -> LockedBuffer {
        let label = entry.labelInMigration
        let issuer = entry.issuer
        var message = ProtocolBufferWriter(
            try ConversionError.buffer(64 + entry.key.count + label.utf8.count + issuer.utf8.count))
        message.put(1, entry.key.bytes)
        message.put(2, label.utf8.span)
        message.put(3, issuer.utf8.span)
        message.put(4, UInt64(parameters.algorithm.rawValue))
        message.put(5, parameters.digits == 8 ? 2 : 1)
        message.put(6, parameters.kind == .hotp ? 1 : 2)
        if parameters.kind == .hotp { message.put(7, parameters.counter) }
        var field = ProtocolBufferWriter(try ConversionError.buffer(16 + message.bytes.count))
        field.put(1, message.bytes.bytes)
        return field.bytes
    }

    /// The accounts of one code.
    private final class Batch {
        private var bytes: LockedBuffer
        private(set) var labels: [String] = []
        var entries: Int { labels.count }

        init() throws(ConversionError) { bytes = try ConversionError.buffer(MigrationBatches.mostAlone) }

        /// Appends an account if the URI is then no longer than `most`.
        func append(_ message: Span<UInt8>, of label: String, most: Int) throws(ConversionError) -> Bool {
            guard message.count <= bytes.free else { return false }
            let before = bytes.count
            bytes.append(copying: message)
            let nothing = try ConversionError.buffer(0)
            guard try uri(nothing.bytes).count + MigrationBatches.tail <= most else {
                bytes.truncate(to: before)
                return false
            }
            labels.append(label)
            return true
        }

        /// The URI; `rest` stands behind the accounts.
        func uri(_ rest: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
            // Each character of base64 may have to be encoded.
            let gathered = Gathered(try ConversionError.buffer(64 + 4 * (bytes.count + rest.count)))
            let output = try TextOutput { (block: Span<UInt8>) throws(ConversionError) in gathered.append(block) }
            try output.put(MigrationBatches.prefix)
            let encoded = try TextOutput { (block: Span<UInt8>) throws(ConversionError) in
                try output.putPercentEncoded(block)
            }
            var encoder = Base64Encoder()
            try bytes.lend { (bytes: Span<UInt8>) throws(ConversionError) in try encoder.put(bytes, to: encoded) }
            try encoder.put(rest, to: encoded)
            try encoder.finish(to: encoded)
            try encoded.finish()
            try output.finish()
            return try gathered.copy()
        }
    }

    /// A buffer that a closure and its maker share.
    private final class Gathered {
        private var buffer: LockedBuffer

        init(_ buffer: consuming LockedBuffer) { self.buffer = buffer }

        func append(_ bytes: Span<UInt8>) { buffer.append(copying: bytes) }

        func copy() throws(ConversionError) -> LockedBuffer {
            var copy = try ConversionError.buffer(buffer.count)
            try buffer.lend { (bytes: Span<UInt8>) throws(ConversionError) in copy.append(copying: bytes) }
            return copy
        }
    }
}

extension Entry {
    /// The name; with the issuer in front of it where it would be taken for one with an issuer otherwise.
    fileprivate var labelInMigration: String {
        let looksLikeBoth = issuer.isEmpty ? name.utf8.contains(UInt8(ascii: ":")) : name.hasPrefix("\(issuer):")
        return looksLikeBoth ? "\(issuer):\(name)" : name
    }
}

/// A message of Protocol Buffers as it is written; the buffer has room for it.
struct ProtocolBufferWriter: ~Copyable {
    var bytes: LockedBuffer

    init(_ bytes: consuming LockedBuffer) { self.bytes = bytes }

    /// Appends a number.
    mutating func put(_ field: UInt64, _ value: UInt64) {
        put(field << 3)
        put(value)
    }

    /// Appends bytes, a text or a message.
    mutating func put(_ field: UInt64, _ value: Span<UInt8>) {
        put(field << 3 | 2)
        put(UInt64(value.count))
        bytes.append(copying: value)
    }

    private mutating func put(_ value: UInt64) {
        var rest = value
        bytes.append { output in
            while rest >= 0x80 {
                output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            output.append(UInt8(rest))
        }
    }
}
