import Wire

/// The tables of fields in the pages of the protocol, as regular expressions over the words of a ``Tracer``.
struct ManualTables {
    /// A table, or the body of a list: a line with its first column, and what is indented below it.
    private var tables: [String: [Substring]] = [:]

    enum Fault: Error { case unknown(String) }

    init(_ manual: Manual) {
        var name = ""
        var lines = manual.lines[...]
        while let line = lines.popFirst() {
            if line.hasPrefix(".Ss 0x") {
                name = String(line.dropFirst(9))
            } else if line.hasPrefix(".Ss ") {
                name = String(line.dropFirst(4))
            } else if line.hasPrefix(".Em ") {
                name = String(line.dropFirst(4).prefix { $0 != " " })
            }
            guard line.hasPrefix(".Bd -literal") else { continue }
            let block = lines.prefix { $0 != ".Ed" }
            // The first block of a section that is no example.
            guard let first = block.first, !first.allSatisfy({ $0.isUppercase || $0 == "_" }) else { continue }
            if tables[name] == nil { tables[name] = Array(block) }
        }
    }

    /// What the fields of a message may be; empty for one that has no table.
    func pattern(_ name: String) throws -> String {
        if name == "SET_SETTINGS" { return try pattern("SETTINGS_REPLY") }
        return try pattern(tables[name] ?? [])
    }

    private func pattern(_ lines: [Substring]) throws -> String {
        var pattern = ""
        var rest = lines[...]
        while let line = rest.popFirst() {
            // Lines that go on with another one's text, or are the items of a list.
            let below = rest.prefix { $0.hasPrefix("  ") }
            rest = rest.dropFirst(below.count)
            let text = ([line] + below).joined(separator: " ")
            let items = below.filter { !$0.hasPrefix("     ") }.map { $0.dropFirst(2) }
            pattern += try self.pattern(line: line, text, Array(items))
        }
        return pattern
    }

    private func pattern(line: Substring, _ text: String, _ items: [Substring]) throws -> String {
        if line == "list of" { return "list (\(try pattern(items)))*" }
        if line.hasPrefix("list of ") {
            let end = line.firstRange(of: "    ")?.lowerBound ?? line.firstIndex(of: ",") ?? line.endIndex
            let own = "list (\(try type(String(line[..<end].dropFirst(8)))))*"
            if line.contains("from version 3 on") { return "(\(own))?" }
            // A field of a mask.
            return line[end...].first { $0 != " " }?.isNumber == true ? "(\(own))?" : own
        }
        if line.hasPrefix("the key, as in") { return "u8 (bytes |u64 u64 )" }
        let column = line.firstRange(of: "  ")?.lowerBound ?? line.firstRange(of: " SHA-256")?.lowerBound
        let end = column ?? line.firstIndex(of: ",") ?? line.endIndex
        let own = try type(String(line[..<end]))
        let description = text.dropFirst(line.distance(from: line.startIndex, to: end)).drop { $0 == " " }
        let isOptional =
            ["when the", "when it is 0", "when it is 1", "with the filters", "only with a protocol"].contains {
                description.contains($0)
            } && !description.hasPrefix("kind") && !description.hasPrefix("place")
            || description.first?.isNumber == true
                && line.hasPrefix("u8") == false && own != "octets64 "
        if description.contains("each name in the mask") { return "(\(own)){0,3}" }
        let inner = items.isEmpty ? "" : "(\(try pattern(items)))?"
        return (isOptional ? "(\(own))?" : own) + inner
    }

    private func type(_ name: String) throws -> String {
        switch name {
        case "u8", "bool": "u8 "
        case "u16", "u32", "u64", "string", "bytes", "blob": name + " "
        case "id": "u64 u64 "
        case "hash", "32 octets": "octets32 "
        case "64 octets": "octets64 "
        case "4 octets": "u32 "
        default: try tables[name].map { "(\(try pattern($0)))" } ?? { throw Fault.unknown(name) }()
        }
    }
}
