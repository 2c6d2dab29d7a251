import Foundation
import Testing
import Wire

/// man/fob-protocol.7 and the pages that go on with it, as data.
struct Manual {
    /// One hex block.
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let frame: [UInt8]
        var body: [UInt8] { Array(frame.dropFirst(Limits.frameHeader)) }
        var testDescription: String { name }

        /// The type that the bytes themselves announce.
        var type: MessageType? { frame.count > 8 ? MessageType(rawValue: frame[8]) : nil }
    }

    enum Fault: Error { case badHex(String) }

    let lines: [Substring]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        lines = try ["", "-vault", "-keys", "-examples"].flatMap { part in
            try String(contentsOf: root.appending(path: "man/fob-protocol\(part).7"), encoding: .utf8)
                .split(separator: "\n", omittingEmptySubsequences: false)
        }
    }

    /// The literal blocks whose first line is a name in capitals; the rest of their lines is hex, then `#` and a note.
    func examples() throws -> [Example] {
        var examples: [Example] = []
        for block in lines.split(whereSeparator: { $0 == ".Ed" }) {
            guard let start = block.lastIndex(where: { $0.hasPrefix(".Bd -literal") }),
                let name = block[start...].dropFirst().first, !name.isEmpty,
                name.allSatisfy({ $0.isUppercase || $0 == "_" })
            else { continue }
            var frame: [UInt8] = []
            for line in block[start...].dropFirst(2) {
                let digits = line.prefix { $0 != "#" }.filter { $0 != " " }
                guard digits.count.isMultiple(of: 2), digits.allSatisfy(\.isHexDigit) else {
                    throw Fault.badHex(String(line))
                }
                var rest = digits[...]
                while !rest.isEmpty {
                    guard let byte = UInt8(rest.prefix(2), radix: 16) else { throw Fault.badHex(String(line)) }
                    frame.append(byte)
                    rest = rest.dropFirst(2)
                }
            }
            examples.append(Example(name: String(name), frame: frame))
        }
        return examples
    }

    /// The lines of one section.
    func section(_ name: String) -> ArraySlice<Substring> {
        guard let start = lines.firstIndex(of: ".Sh " + name[...]) else { return [] }
        return lines[(start + 1)...].prefix { !$0.hasPrefix(".Sh ") }
    }
}

extension MessageType {
    /// The name in the page: that of the case in capitals, with a few shorter ones.
    var name: String {
        switch self {
        case .initialize: return "INIT"
        case .verificationToken: return "UV_TOKEN"
        default: break
        }
        var name = String(describing: self)
        if isEvent { name.removeLast("Event".count) }
        return name.map { $0.isUppercase ? "_" + String($0) : $0.uppercased() }.joined()
    }
}

extension Manual {
    /// The examples, for parameterised tests; empty when the page cannot be read (a test of its own says so).
    static let examples: [Example] = (try? Manual().examples()) ?? []
}
