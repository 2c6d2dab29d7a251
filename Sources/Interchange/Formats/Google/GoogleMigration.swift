import OneTimePassword
import Platform

/// The export of Google Authenticator: `otpauth-migration://offline?data=`, one or more payloads, each the part of a
/// batch. They may come in any order and more than once.
struct Migration {
    /// Parts of one batch at most; an honest one has ten accounts a part.
    private static let mostParts = 1000

    private struct Part {
        var batch: UInt64 = 0
        var index: UInt64 = 0
        var size: UInt64 = 0
        let payload: LockedText
        var accounts: [Range<Int>] = []
    }

    /// By their batches, in the order in which these came up.
    private var batches: [[Part]] = []
    private var places: [UInt64: Int] = [:]
    private var failures: [(label: String, reason: String)] = []

    /// Takes the payload of one line. One that is broken is told at the end.
    mutating func add(_ text: LockedText, _ line: Range<Int>, label: String) throws(ConversionError) {
        do throws(ConversionError) {
            let part = try Self.part(LockedText(try Self.payload(text, line)))
            let place = places[part.batch] ?? batches.count
            if place == batches.count {
                guard place < InterchangeLimits.entries else { throw .tooLarge("more than 50,000 batches") }
                places[part.batch] = place
                batches.append([])
            }
            if batches[place].contains(where: { Self.isSame($0, part) }) { return }
            guard batches[place].count < Self.mostParts else { throw .tooLarge("more than 1,000 parts of a batch") }
            batches[place].append(part)
        } catch {
            guard case .malformed(let reason) = error else { throw error }
            failures.append((label, reason))
        }
    }

    /// Gives the accounts in the order of their parts, and tells which parts are missing.
    mutating func finish(after position: Int, to sink: any EntrySink) throws(ConversionError) {
        // A payload that stands alone is the whole file.
        if position == 0, batches.isEmpty, let failure = failures.first { throw .malformed(failure.reason) }
        var position = position
        for batch in batches {
            let own = batch.sorted { $0.index < $1.index }
            for part in own {
                for account in part.accounts {
                    position += 1
                    try Self.give(part.payload, account, at: position, to: sink)
                }
            }
            try Self.warn(Set(own.map(\.index)), of: own.map(\.size).max() ?? 1, to: sink)
        }
        for (label, reason) in failures {
            position += 1
            try sink.problem(label, reason, at: position)
        }
    }

    private static func warn(_ present: Set<UInt64>, of size: UInt64, to sink: any EntrySink) throws(ConversionError) {
        let missing = (0..<size).filter { !present.contains($0) }.map { String($0 + 1) }
        guard let last = missing.last else { return }
        let list =
            missing.count == 1 ? "part \(last)" : "parts \(missing.dropLast().joined(separator: ", ")) and \(last)"
        let verb = missing.count == 1 ? "is" : "are"
        try sink.warning(
            "\(list) of \(size) of the Google Authenticator export \(verb) missing; scan every code that it shows")
    }

    private static func isSame(_ left: Part, _ right: Part) -> Bool {
        left.index == right.index
            && left.payload.withBytes { left in right.payload.withBytes { right in left.isSame(right) } }
    }

    private static func payload(_ text: LockedText, _ line: Range<Int>) throws(ConversionError) -> LockedBuffer {
        try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            let line = bytes.extracting(line)
            guard let name = line.firstIndex(of: "?data=") ?? line.firstIndex(of: "&data=") else {
                throw .malformed("the migration URI has no data")
            }
            let start = name + 6
            let end = line.firstIndex(from: start) { $0 == UInt8(ascii: "&") } ?? line.count
            var encoded = try PercentEscapes.decode(line.extracting(start..<end), plusIsSpace: false)
            // A plus that somebody took for a space.
            encoded.withMutableBytes { bytes in
                for index in bytes.indices where bytes[index] == 0x20 { bytes[index] = UInt8(ascii: "+") }
            }
            return try Base64.decode(encoded.bytes)
        }
    }

    private static func part(_ payload: LockedText) throws(ConversionError) -> Part {
        var part = Part(payload: payload)
        var hasEnd = false
        try payload.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            var reader = ProtocolBufferReader(0..<bytes.count)
            while let (field, value) = try reader.next(bytes) {
                switch (field, value) {
                case (1, .bytes(let range)):
                    _ = try Account(bytes, range)
                    part.accounts.append(range)
                case (2, .number): hasEnd = true
                case (3, .number(let number)): (part.size, hasEnd) = (number, true)
                case (4, .number(let number)): part.index = number
                case (5, .number(let number)): part.batch = number
                default: break
                }
            }
        }
        // Both stand behind the accounts, in every payload.
        guard hasEnd else { throw .malformed("the migration payload is cut off") }
        part.size = max(part.size, 1)
        guard !part.accounts.isEmpty else { throw .malformed("the migration payload holds no account") }
        guard part.size <= UInt64(mostParts), part.index < part.size else {
            throw .malformed("the parts of the export are counted wrongly")
        }
        return part
    }

    private static func give(_ payload: LockedText, _ range: Range<Int>, at position: Int, to sink: any EntrySink)
        throws(ConversionError)
    {
        let account = try payload.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            try Account(bytes, range)
        }
        let (issuer, name) = AccountLabel.parts(
            issuer: payload.string(account.issuer) ?? "", label: payload.string(account.name) ?? "")
        let label = issuer.isEmpty ? name : "\(issuer): \(name)"
        try sink.item(label, at: position) { () throws(ConversionError) in
            let parameters = try account.parameters()
            let key = try payload.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                try ConversionError.copy(bytes.extracting(account.secret))
            }
            return try Entry(issuer: issuer, name: name, parameters, checked: key)
        }
    }

    /// One account of a payload.
    private struct Account {
        private(set) var secret = 0..<0
        private(set) var name = 0..<0
        private(set) var issuer = 0..<0
        private var algorithm: UInt64 = 0
        private var digits: UInt64 = 0
        private var kind: UInt64 = 0
        private var counter: UInt64 = 0

        init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(ConversionError) {
            var reader = ProtocolBufferReader(range)
            while let (field, value) = try reader.next(bytes) {
                switch (field, value) {
                case (1, .bytes(let range)): secret = range
                case (2, .bytes(let range)): name = range
                case (3, .bytes(let range)): issuer = range
                case (4, .number(let number)): algorithm = number
                case (5, .number(let number)): digits = number
                case (6, .number(let number)): kind = number
                case (7, .number(let number)): counter = number
                default: break
                }
            }
        }

        /// What is not named is SHA-1, 6 digits and time; the period is always 30 seconds.
        func parameters() throws(ConversionError) -> Parameters {
            let algorithms = ["SHA1", "SHA1", "SHA256", "SHA512", "MD5"]
            guard algorithm < algorithms.count else { throw .malformed("its hash is not known") }
            guard digits <= 2 else { throw .malformed("its number of digits is not known") }
            guard kind <= 2 else { throw .malformed("its kind is not known") }
            guard counter <= Int64.max else { throw .malformed("its counter is negative") }
            return try Credential(
                kind: kind == 1 ? .hotp : .totp, algorithm: algorithms[Int(algorithm)], digits: digits == 2 ? 8 : 6,
                counter: counter
            ).parameters()
        }
    }
}

/// Issuer and name out of a label that may hold both.
enum AccountLabel {
    /// Takes "issuer:" off a label. Without an issuer, what stands before the first colon is one.
    static func parts(issuer: String, label: String) -> (issuer: String, name: String) {
        let issuer = trimmed(issuer[...])
        if issuer.isEmpty {
            guard let colon = label.utf8.firstIndex(of: UInt8(ascii: ":")) else { return ("", trimmed(label[...])) }
            return (trimmed(label[..<colon]), trimmed(Substring(label.utf8[colon...].dropFirst())))
        }
        guard label.utf8.starts(with: "\(issuer):".utf8) else { return (issuer, trimmed(label[...])) }
        return (issuer, trimmed(Substring(label.utf8.dropFirst(issuer.utf8.count + 1))))
    }

    /// Without spaces at the ends.
    static func trimmed(_ text: Substring) -> String {
        var rest = text.unicodeScalars
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}

/// Payloads of Google Authenticator, one a line.
enum GoogleMigrationReader: FormatReader {
    static let name = "google"

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape else { return false }
        return source.text.withBytes { URIList.firstKind($0) } == .migration
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        try URIListReader.read(source.files, to: sink)
    }
}
