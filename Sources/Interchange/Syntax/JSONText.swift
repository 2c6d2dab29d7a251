package import Platform

/// A JSON text (RFC 8259) that stays where it is, in locked memory; beside it lies only where each value starts and ends.
///
/// Strings are made of what is not secret, on request; keys and passwords go from here into a `LockedBuffer`. It is
/// strict, but for a byte order mark in front.
package final class JSONText: Sendable {
    /// What a value is.
    enum Kind: UInt8, Sendable {
        case null, no, yes, number, string, array, object
    }

    struct Node: Sendable {
        let kind: Kind
        /// Of strings, without the quotes.
        let start: Int32
        var end: Int32
        /// The node behind this value and all that is in it. The name of a member is a node of its own before its value.
        var next: Int32
    }

    let text: LockedText
    let nodes: [Node]

    private init(_ text: LockedText, _ nodes: [Node]) { (self.text, self.nodes) = (text, nodes) }

    /// The value of a whole text.
    package static func parse(_ text: LockedText) throws(ConversionError) -> JSONValue {
        let nodes = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            var parser = JSONParser(bytes.count)
            return try parser.parse(bytes)
        }
        return JSONValue(document: JSONText(text, nodes), index: 0)
    }

    /// The values of several texts behind one another, as an array, and the numbers of lines that are none.
    static func parseLines(_ text: LockedText) throws(ConversionError) -> (list: JSONValue, broken: [Int]) {
        let (nodes, broken) = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            var parser = JSONParser(bytes.count)
            return try parser.parseLines(bytes)
        }
        return (JSONValue(document: JSONText(text, nodes), index: 0), broken)
    }
}

/// One value of a JSON text.
package struct JSONValue: Sendable {
    let document: JSONText
    let index: Int

    private var node: JSONText.Node { document.nodes[index] }
    private var range: Range<Int> { Int(node.start)..<Int(node.end) }
    private func at(_ index: Int) -> JSONValue { JSONValue(document: document, index: index) }

    /// It is `null`.
    package var isNull: Bool { node.kind == .null }
    /// It is an object.
    package var isObject: Bool { node.kind == .object }
    /// It is an array.
    package var isArray: Bool { node.kind == .array }
    /// It is a string.
    package var isString: Bool { node.kind == .string }

    /// True or false; nil for anything else.
    package var bool: Bool? { node.kind == .yes ? true : node.kind == .no ? false : nil }

    /// The items of an array; empty for anything else.
    package var items: [JSONValue] {
        guard isArray else { return [] }
        var result: [JSONValue] = []
        var child = index + 1
        while child < Int(node.next) {
            result.append(at(child))
            child = Int(document.nodes[child].next)
        }
        return result
    }

    /// The members of an object, in their order; empty for anything else.
    package var members: [(name: String, value: JSONValue)] {
        guard isObject else { return [] }
        var result: [(String, JSONValue)] = []
        var child = index + 1
        while child < Int(node.next) {
            result.append((at(child).string ?? "", at(child + 1)))
            child = Int(document.nodes[child + 1].next)
        }
        return result
    }

    /// The member of that name, the last if there are several; nil when there is none, or it is `null`.
    package subscript(_ name: String) -> JSONValue? {
        guard isObject else { return nil }
        var found: JSONValue?
        var child = index + 1
        while child < Int(node.next) {
            if at(child).equals(name) { found = at(child + 1) }
            child = Int(document.nodes[child + 1].next)
        }
        return found.flatMap { $0.isNull ? nil : $0 }
    }

    /// Whether it is that string.
    package func equals(_ text: String) -> Bool {
        guard isString else { return false }
        let plain = document.text.withBytes { bytes in
            let own = bytes.extracting(range)
            var hasEscape = false
            var isSame = own.count == text.utf8.count
            var other = text.utf8.makeIterator()
            for index in own.indices {
                if own[index] == UInt8(ascii: "\\") { hasEscape = true }
                if isSame, other.next() != own[index] { isSame = false }
            }
            return hasEscape ? nil : isSame
        }
        return plain ?? (string == text)
    }

    /// A text that is not secret; nil for anything but a string, and for one with half a surrogate pair.
    package var string: String? {
        guard isString else { return nil }
        return document.text.withBytes { bytes in
            let own = bytes.extracting(range)
            var decoded: [UInt8] = []
            decoded.reserveCapacity(own.count)
            guard (try? JSONEscapes.decode(own, { decoded.append($0) })) != nil,
                let text = try? UTF8Span(validating: decoded.span)
            else { return nil }
            return String(copying: text)
        }
    }

    /// The bytes of a string, which may be secret; nil for anything else.
    package func secret() throws(ConversionError) -> LockedBuffer? {
        guard isString else { return nil }
        var buffer = try ConversionError.buffer(range.count)
        try document.text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            let own = bytes.extracting(range)
            try buffer.append { (output: inout OutputSpan<UInt8>) throws(ConversionError) in
                try JSONEscapes.decode(own) { output.append($0) }
            }
        }
        return buffer
    }

    /// A whole number that is not negative; nil for anything else, also for one above `UInt64.max`.
    package var unsigned: UInt64? { digits(of: .number) }

    /// As `unsigned`, and the same as text, which several programs write.
    package var unsignedText: UInt64? { digits(of: .number) ?? digits(of: .string) }

    /// A whole number; nil for anything else.
    package var integer: Int64? {
        guard node.kind == .number else { return nil }
        return document.text.string(range).flatMap { Int64($0) }
    }

    /// Any number; nil for anything else.
    package var double: Double? {
        guard node.kind == .number else { return nil }
        return document.text.string(range).flatMap { Double($0) }
    }

    private func digits(of kind: JSONText.Kind) -> UInt64? {
        guard node.kind == kind else { return nil }
        return document.text.withBytes { bytes in
            let own = bytes.extracting(range)
            guard own.count > 0 else { return nil }
            var value: UInt64 = 0
            for index in own.indices {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(own[index]) else { return nil }
                let (product, isOver) = value.multipliedReportingOverflow(by: 10)
                let (sum, isOverToo) = product.addingReportingOverflow(UInt64(own[index] - UInt8(ascii: "0")))
                guard !isOver, !isOverToo else { return nil }
                value = sum
            }
            return value
        }
    }
}
