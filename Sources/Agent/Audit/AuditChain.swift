import Encodings
import Platform
import Wire

/// The chain of lines: each has a hash over its text and the hash before it, so that a line cannot be changed or taken
/// out without all later ones giving it away; and a tag over that hash, which only whoever has the line's key can make.
///
/// A line is `SEQUENCE SECONDS EVENT ACCOUNT OUTCOME CALLER [NAME=VALUE...] CHAIN TAG` and a line feed, with single
/// spaces; chain = SHA-256(chain before || text before the space before it), in hexadecimal; before the first line it
/// is zeros. Lines of fob 0.1.0 have no details and no tag.
struct AuditChain: Equatable {
    /// Number of the last line, 0 before the first.
    var sequence: UInt64 = 0
    /// Its hash.
    var hash: [32 of UInt8] = .init(repeating: 0)

    static func == (a: AuditChain, b: AuditChain) -> Bool {
        a.sequence == b.sequence && a.hash.indices.allSatisfy { a.hash[$0] == b.hash[$0] }
    }

    /// Appends the next line to `lines`, up to the space before its tag.
    mutating func append(
        _ event: AuditEvent, account: Identifier?, outcome: AuditOutcome, caller: [UInt8],
        _ details: [AuditDetail] = [], at seconds: UInt64, to lines: inout [UInt8]
    ) {
        let start = lines.count
        sequence += 1
        Self.decimal(sequence, to: &lines)
        lines.append(Self.space)
        Self.decimal(seconds, to: &lines)
        lines.append(Self.space)
        lines.append(contentsOf: event.rawValue.utf8)
        lines.append(Self.space)
        if let account {
            lines.append(contentsOf: account.description.utf8)
        } else {
            lines.append(UInt8(ascii: "-"))
        }
        lines.append(Self.space)
        lines.append(contentsOf: outcome.rawValue.utf8)
        lines.append(Self.space)
        lines.append(contentsOf: caller)
        for detail in details {
            lines.append(Self.space)
            lines.append(contentsOf: detail.word.utf8)
        }
        hash = Self.next(hash, lines.span.extracting(start..<lines.count))
        lines.append(Self.space)
        BaseEncoding.base16.append(hash.span, to: &lines)
        lines.append(Self.space)
    }

    /// The hash of the line with that text behind the one with that hash.
    static func next(_ hash: [32 of UInt8], _ text: Span<UInt8>) -> [32 of UInt8] {
        var digest = Sodium.SHA256()
        digest.update(hash.span)
        digest.update(text)
        return digest.finish()
    }

    /// Reads back where a chain stands from its last line; nil when that is not a whole, well-formed line.
    init?(lastLineOf text: Span<UInt8>) {
        guard text.count > 0, text[text.count - 1] == AuditLine.lineFeed else { return nil }
        var start = text.count - 1
        while start > 0, text[start - 1] != AuditLine.lineFeed { start -= 1 }
        guard let line = AuditLine(text.extracting(start..<text.count - 1)) else { return nil }
        (sequence, hash) = (line.sequence, line.hash)
    }

    /// The start of a chain.
    init() {}

    /// Where a chain stands.
    init(sequence: UInt64, hash: [32 of UInt8]) { (self.sequence, self.hash) = (sequence, hash) }

    private static let space = UInt8(ascii: " ")

    private static func decimal(_ number: UInt64, to lines: inout [UInt8]) {
        var digits: [20 of UInt8] = .init(repeating: 0)
        var rest = number
        var index = 20
        repeat {
            index -= 1
            digits[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        lines.append(addingCapacity: 20) { output in
            while index < 20 {
                output.append(digits[index])
                index += 1
            }
        }
    }
}
