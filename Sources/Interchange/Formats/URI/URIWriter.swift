import OneTimePassword
import Platform
import Wire

/// One URI on a line: `otpauth:` and `motp:`, with all that fob's own reader understands.
final class URIWriter: FormatWriter {
    static let format = ExportFormat.otpauth
    static let holding = Holding(
        [.totp, .hotp, .steam, .motp, .yandex, .ocra], mostCounter: .max, hasStart: true)

    private let output: TextOutput

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        let uri = try entry.uri()
        try output.put(uri.bytes)
        try output.put("\n")
        return nil
    }

    func finish() throws(ConversionError) { try output.finish() }
}

/// Ente Auth's plain text: a URI on a line, with what is not in a URI as JSON in `codeDisplay`.
final class EnteWriter: FormatWriter {
    static let format = ExportFormat.ente
    static let holding = Holding(
        [.totp, .hotp, .steam], tags: .many(without: ""), hasNote: true, hasFavourite: true, hasUse: true)

    private let output: TextOutput
    private var position = 0

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) {
        output = try TextOutput(sink)
    }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        let output = output
        let uri = try entry.uri()
        try output.put(uri.bytes)
        try output.put("&codeDisplay=")
        let display = try TextOutput { (block: Span<UInt8>) throws(ConversionError) in
            try output.putPercentEncoded(block)
        }
        let json = JSONOutput(display)
        try json.beginObject()
        try json.member("pinned", entry.extras.isFavourite)
        try json.member("trashed", false)
        // Microseconds.
        try json.member("lastUsedAt", entry.extras.lastUsed.multipliedReportingOverflow(by: 1_000_000).partialValue)
        try json.member("tapCount", entry.extras.uses)
        try json.member("tags", tags)
        try json.name("note")
        try json.string(entry.note.bytes)
        try json.member("position", position)
        try json.endObject()
        try display.finish()
        try output.put("\n")
        position += 1
        return nil
    }

    func finish() throws(ConversionError) { try output.finish() }
}

/// A directory of the password store's layout, ISSUER/NAME.txt, each file with the URI that pass-otp wants in it.
final class PassWriter: FormatWriter {
    static let format = ExportFormat.pass
    static let holding = Holding([.totp, .hotp])

    private let sink: any FileSink
    private var names: Set<String> = []

    init(_ sink: any FileSink, time: UInt64, password: Span<UInt8>) throws(ConversionError) { self.sink = sink }

    func write(_ entry: borrowing Entry, tags: [String]) throws(ConversionError) -> String? {
        var parameters = entry.parameters
        if let own = parameters, own.kind == .hotp {
            // pass-otp keeps the counter of the last code, and counts up before it makes the next.
            guard own.counter > 0 else {
                return "pass-otp has no counter for an account of which no code was made; make one first"
            }
            parameters = try? Credential(own, counter: own.counter - 1).parameters()
        }
        let parts = [entry.issuer, entry.name].filter { !$0.isEmpty }.map(FileNames.safe)
        let whole = parts.isEmpty ? FileNames.safe("") : parts.joined(separator: "/")
        var path = whole
        var number = 1
        // Some file systems take upper and lower case for the same.
        while !names.insert(path.lowercased()).inserted {
            number += 1
            path = "\(whole) (\(number))"
        }
        try sink.file("\(path).txt")
        let output = try TextOutput(sink)
        let uri = try entry.uri(parameters)
        try output.put(uri.bytes)
        try output.put("\n")
        if parameters?.kind == .hotp { try output.put("\(PassLines.lastCounter)\n") }
        try output.finish()
        return nil
    }

    func finish() throws(ConversionError) {}
}

/// Names of files that are made of names of accounts.
enum FileNames {
    /// Bytes at most, so that a number and an ending still fit into what a file system takes.
    private static let longest = 200

    /// A single part of a path, visible, and not to be taken for an option.
    static func safe(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            let isBad =
                scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || "/\\".unicodeScalars.contains(scalar)
            let part = isBad ? "_" : Character(scalar)
            guard result.utf8.count + part.utf8.count <= longest else { break }
            result.unicodeScalars.append(contentsOf: part.unicodeScalars)
        }
        if result.isEmpty { return "unnamed" }
        return [".", "-", " "].contains(result.prefix(1)) ? "_" + result.dropFirst() : result
    }
}
