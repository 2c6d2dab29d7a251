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
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Digest {
    /// From 64 lower-case hexadecimal digits.
    package init?(hexadecimal text: Substring) {
        guard text.utf8.count == 64 else { return nil }
        var bytes: [32 of UInt8] = .init(repeating: 0)
        var rest = text
        for index in bytes.indices {
            guard rest.prefix(2).utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
                let byte = UInt8(rest.prefix(2), radix: 16)
            else { return nil }
            bytes[index] = byte
            rest = rest.dropFirst(2)
        }
        self.init(bytes)
    }
}
