import Encodings

/// Reads the shape of an XML text: no recursion, so that depth costs no stack.
struct XMLParser {
    /// Attributes of one element at most; honest files stay below 16.
    private static let mostAttributes = 64

    private(set) var nodes: [XMLText.Node] = []
    private(set) var attributes: [XMLText.Attribute] = []
    private var open: [Int32] = []
    private var position = 0

    init(_ count: Int) { nodes.reserveCapacity(min(count / 32, 1 << 16)) }

    mutating func parse(_ bytes: Span<UInt8>) throws(ConversionError) {
        guard bytes.count <= InterchangeLimits.unfolded else { throw .tooLarge("more than 64 MiB of XML") }
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
        if starts("<?xml", bytes) { try declaration(bytes) }
        while position < bytes.count {
            if bytes[position] != UInt8(ascii: "<") {
                try text(bytes)
            } else if starts("<!--", bytes) {
                try skip("-->", bytes)
            } else if starts("<![CDATA[", bytes) {
                try characterData(bytes)
            } else if starts("<!", bytes) {
                try documentType(bytes)
            } else if starts("<?", bytes) {
                try skip("?>", bytes)
            } else if starts("</", bytes) {
                try endTag(bytes)
            } else {
                try startTag(bytes)
            }
        }
        guard open.isEmpty, !nodes.isEmpty else { throw .malformed("the XML ends too early") }
    }

    private var malformed: ConversionError { .malformed("it is not XML at byte \(position)") }

    private func starts(_ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
        bytes.extracting(position..<bytes.count).hasPrefix(text)
    }

    private mutating func add(_ kind: XMLText.Kind, _ start: Int, _ end: Int) throws(ConversionError) {
        guard nodes.count + attributes.count < InterchangeLimits.values else {
            throw .tooLarge("more than 4 million elements")
        }
        nodes.append(
            XMLText.Node(
                kind: kind, start: Int32(start), end: Int32(end), next: Int32(nodes.count + 1),
                firstAttribute: Int32(attributes.count)))
    }

    /// Moves behind the next `end`.
    private mutating func skip(_ end: StaticString, _ bytes: Span<UInt8>) throws(ConversionError) {
        guard let index = bytes.firstIndex(of: end, from: position) else { throw .malformed("the XML ends too early") }
        position = index + end.utf8CodeUnitCount
    }

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    private mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(ConversionError) {
        guard position < bytes.count else { throw .malformed("the XML ends too early") }
        guard bytes[position] == byte else { throw malformed }
        position += 1
    }

    /// `<!DOCTYPE name>` says nothing; one that defines something, here or elsewhere, is in no export.
    private mutating func documentType(_ bytes: Span<UInt8>) throws(ConversionError) {
        let start = position
        guard starts("<!DOCTYPE ", bytes), nodes.isEmpty else { throw malformed }
        try skip(">", bytes)
        for index in start + 10..<position - 1 where bytes[index] < 0x2D || bytes[index] == UInt8(ascii: "[") {
            throw .malformed("it has a document type, as no export has")
        }
    }

    /// `<?xml ... ?>`: the encoding must be one that texts are brought into UTF-8 from.
    private mutating func declaration(_ bytes: Span<UInt8>) throws(ConversionError) {
        let start = position
        try skip("?>", bytes)
        let own = bytes.extracting(start..<position)
        guard let key = own.firstIndex(of: "encoding"),
            let open = own.firstIndex(from: key, where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }),
            let close = own.firstIndex(from: open + 1, where: { $0 == own[open] })
        else { return }
        let encoding = own.extracting(open + 1..<close)
        let known: [StaticString] = [
            "utf-8", "utf8", "us-ascii", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "latin1", "windows-1252",
        ]
        guard known.contains(where: { encoding.isASCII($0) }) else {
            throw .unsupported(
                "the XML is in an encoding that is not known here",
                remedy: "convert it to UTF-8 with iconv, or export it again")
        }
    }

    private mutating func text(_ bytes: Span<UInt8>) throws(ConversionError) {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if bytes[position] == UInt8(ascii: "&") {
                var index = position
                guard XMLReferences.decode(bytes, &index) != nil else { throw malformed }
                position = index
                if open.isEmpty { throw malformed }
                continue
            }
            guard bytes[position] >= 0x20 || Self.isSpace(bytes[position]),
                !open.isEmpty || Self.isSpace(bytes[position])
            else { throw malformed }
            position += 1
        }
        if !open.isEmpty { try add(.text, start, position) }
    }

    private mutating func characterData(_ bytes: Span<UInt8>) throws(ConversionError) {
        guard !open.isEmpty else { throw malformed }
        position += 9
        let start = position
        try skip("]]>", bytes)
        try add(.characterData, start, position - 3)
    }

    /// An element's name; where it is after the colon, if there is one: prefixes are not looked at.
    private mutating func name(_ bytes: Span<UInt8>) throws(ConversionError) -> Range<Int> {
        var start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
                0x80...0xFF:
                break
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                guard position > start else { throw malformed }
            case UInt8(ascii: ":"):
                guard position > start else { throw malformed }
                start = position + 1
            default:
                guard position > start else { throw malformed }
                return start..<position
            }
            position += 1
        }
        throw .malformed("the XML ends too early")
    }

    private mutating func endTag(_ bytes: Span<UInt8>) throws(ConversionError) {
        position += 2
        let range = try name(bytes)
        guard let element = open.popLast() else { throw malformed }
        let node = nodes[Int(element)]
        guard bytes.extracting(range).isSame(bytes.extracting(Int(node.start)..<Int(node.end))) else {
            throw malformed
        }
        skipSpace(bytes)
        try expect(UInt8(ascii: ">"), bytes)
        nodes[Int(element)].next = Int32(nodes.count)
    }

    private mutating func startTag(_ bytes: Span<UInt8>) throws(ConversionError) {
        guard !open.isEmpty || nodes.isEmpty else { throw .malformed("the XML has more than one root") }
        guard open.count < InterchangeLimits.nesting else { throw .tooLarge("nested more than 64 deep") }
        position += 1
        let range = try name(bytes)
        let element = Int32(nodes.count)
        try add(.element, range.lowerBound, range.upperBound)
        while true {
            let before = position
            skipSpace(bytes)
            guard position < bytes.count else { throw .malformed("the XML ends too early") }
            switch bytes[position] {
            case UInt8(ascii: ">"):
                position += 1
                return open.append(element)
            case UInt8(ascii: "/"):
                position += 1
                return try expect(UInt8(ascii: ">"), bytes)
            default:
                guard position > before else { throw malformed }
                try attribute(of: Int(element), bytes)
            }
        }
    }

    private mutating func attribute(of element: Int, _ bytes: Span<UInt8>) throws(ConversionError) {
        let whole = position
        let range = try name(bytes)
        let isNamespace = bytes.extracting(whole..<position).hasPrefix("xmlns")
        skipSpace(bytes)
        try expect(UInt8(ascii: "="), bytes)
        skipSpace(bytes)
        guard position < bytes.count else { throw .malformed("the XML ends too early") }
        let quote = bytes[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw malformed }
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != quote {
            switch bytes[position] {
            case UInt8(ascii: "<"): throw malformed
            case UInt8(ascii: "&"):
                var index = position
                guard XMLReferences.decode(bytes, &index) != nil else { throw malformed }
                position = index
                continue
            case 0..<0x20 where !Self.isSpace(bytes[position]): throw malformed
            default: position += 1
            }
        }
        guard position < bytes.count else { throw .malformed("the XML ends too early") }
        position += 1
        if isNamespace { return }
        let first = Int(nodes[element].firstAttribute)
        guard attributes.count - first < Self.mostAttributes else { throw .tooLarge("an element with 64 attributes") }
        for other in attributes[first...] {
            let name = bytes.extracting(Int(other.nameStart)..<Int(other.nameEnd))
            guard !name.isSame(bytes.extracting(range)) else { throw .malformed("the XML has an attribute twice") }
        }
        guard nodes.count + attributes.count < InterchangeLimits.values else {
            throw .tooLarge("more than 4 million elements")
        }
        attributes.append(
            XMLText.Attribute(
                nameStart: Int32(range.lowerBound), nameEnd: Int32(range.upperBound), start: Int32(start),
                end: Int32(position - 1)))
    }
}

/// `&amp;` and its like, and `&#233;` (XML 1.0, section 4). There are no others: entities of one's own need a DTD.
enum XMLReferences {
    /// The character of the reference at `index`, which is moved behind it; nil if it is none.
    static func decode(_ text: Span<UInt8>, _ index: inout Int) -> Unicode.Scalar? {
        let start = index + 1
        var end = start
        // The longest: &#1114111; and as many leading zeros as anybody writes.
        while end < min(text.count, start + 16), text[end] != UInt8(ascii: ";") { end += 1 }
        guard end < text.count, text[end] == UInt8(ascii: ";") else { return nil }
        let name = text.extracting(start..<end)
        index = end + 1
        if name.isSame("amp") { return "&" }
        if name.isSame("lt") { return "<" }
        if name.isSame("gt") { return ">" }
        if name.isSame("quot") { return "\"" }
        if name.isSame("apos") { return "'" }
        guard name.count > 1, name[0] == UInt8(ascii: "#") else { return nil }
        let isHexadecimal = name[1] == UInt8(ascii: "x")
        let first = isHexadecimal ? 2 : 1
        guard name.count > first else { return nil }
        var value: UInt32 = 0
        for position in first..<name.count {
            guard let digit = BaseEncoding.base16AnyCase.value(of: name[position]), digit < 10 || isHexadecimal
            else { return nil }
            value = value * (isHexadecimal ? 16 : 10) + UInt32(digit)
            guard value <= 0x10FFFF else { return nil }
        }
        return value == 0 ? nil : Unicode.Scalar(value)
    }
}
