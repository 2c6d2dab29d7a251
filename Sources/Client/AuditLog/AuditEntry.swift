import Encodings
package import Wire

/// One line of the audit log, taken apart.
///
/// `SEQUENCE SECONDS EVENT ACCOUNT OUTCOME pid=N exe=PATH tty=TTY [NAME=VALUE...] CHAIN TAG`, single spaces; the path is
/// percent-encoded. Lines of fob 0.1.0 have no details and no tag.
package struct AuditEntry: Equatable, Sendable {
    /// Its number; lines count from 1.
    package let sequence: UInt64
    /// Seconds of UTC.
    package let utc: UInt64
    /// Such as "account.code".
    package let event: String
    /// The account it is about.
    package let account: Identifier?
    /// Such as "done".
    package let outcome: String
    /// Who asked: process id, program and terminal, for display only; nil where the log has none.
    package let process: UInt32?
    package let executable: String?
    package let terminal: String?
    /// What else it says, in its order: names and values.
    package let details: [(name: String, value: String)]
    /// The hash of the line and all lines before it.
    package let chain: Digest
    /// Whether it has a tag, which only the agent can verify.
    package let isTagged: Bool
    /// How many bytes of the line the hash is over.
    let textCount: Int

    package static func == (a: AuditEntry, b: AuditEntry) -> Bool { a.sequence == b.sequence && a.chain == b.chain }

    /// The value of a detail.
    package func detail(_ name: String) -> String? { details.first { $0.name == name }?.value }

    /// How often it happened: a line of what came repeatedly stands for several.
    package var count: UInt64 { detail("count").flatMap { UInt64($0) } ?? 1 }

    /// Reads a line without its line feed; nil when it is malformed.
    package init?(_ line: Span<UInt8>) {
        guard let valid = try? UTF8Span(validating: line) else { return nil }
        var fields = String(copying: valid).split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count >= 9 else { return nil }
        var textCount = line.count - 1
        if fields[fields.count - 1].utf8.count == 64 {
            isTagged = false
        } else {
            let tag = fields.removeLast()
            isTagged = tag != "-"
            guard !isTagged || tag.utf8.count == 32 && BaseEncoding.base16.bytes(tag) != nil else { return nil }
            textCount -= tag.utf8.count + 1
        }
        guard fields.count >= 9, let chain = Digest(hexadecimal: fields.removeLast()) else { return nil }
        self.textCount = textCount - 64
        details = fields.dropFirst(8).map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        guard let sequence = UInt64(fields[0]), let utc = UInt64(fields[1]),
            let process = Self.value(fields[5], "pid="),
            let executable = Self.value(fields[6], "exe="), let terminal = Self.value(fields[7], "tty=")
        else { return nil }
        if fields[3] == "-" {
            account = nil
        } else {
            guard let id = Identifier(hexadecimal: String(fields[3])) else { return nil }
            account = id
        }
        self.sequence = sequence
        self.utc = utc
        event = String(fields[2])
        outcome = String(fields[4])
        self.process = UInt32(process)
        self.executable = executable == "-" ? nil : Self.decoded(executable)
        self.terminal = terminal == "-" ? nil : Self.decoded(terminal)
        self.chain = chain
    }

    private static func value(_ field: Substring, _ name: String) -> Substring? {
        field.hasPrefix(name) ? field.dropFirst(name.count) : nil
    }

    /// Percent-decoded; what is not UTF-8 afterwards becomes replacement characters.
    private static func decoded(_ text: Substring) -> String {
        let text = Array(text.utf8)
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count { bytes.append((try? Percent.next(text.span, &index)) ?? UInt8(ascii: "%")) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Digest {
    /// From 64 lower-case hexadecimal digits.
    package init?(hexadecimal text: Substring) {
        guard let digits = BaseEncoding.base16.bytes(text), digits.count == Self.count else { return nil }
        var bytes: [32 of UInt8] = .init(repeating: 0)
        for index in bytes.indices { bytes[index] = digits[index] }
        self.init(bytes)
    }
}
