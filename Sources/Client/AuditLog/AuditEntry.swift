import Encodings
package import Wire

/// One line of the audit log, taken apart.
///
/// `SEQUENCE SECONDS EVENT ACCOUNT OUTCOME pid=N exe=PATH tty=TTY CHAIN`, single spaces; the path is percent-encoded.
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
    /// The hash that the line ends with.
    package let chain: Digest

    /// Reads a line without its line feed; nil when it is malformed.
    package init?(_ line: Span<UInt8>) {
        guard let valid = try? UTF8Span(validating: line) else { return nil }
        let fields = String(copying: valid).split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 9, let sequence = UInt64(fields[0]), let utc = UInt64(fields[1]),
            let chain = Digest(hexadecimal: fields[8]), let process = Self.value(fields[5], "pid="),
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
