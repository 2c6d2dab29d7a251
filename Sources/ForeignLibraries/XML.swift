import CExpat
package import Platform

/// An XML text (XML 1.0), by libexpat, all of whose memory is the arena's: its parts in document order, and beside them what they
/// say, in UTF-8, with references and ends of lines resolved.
///
/// It takes no document type that defines something, here or elsewhere, and so no entities but the five; prefixes of names
/// are dropped, and namespaces not looked at.
package struct XML: ~Copyable {
    /// Why a text is not read.
    package enum Failure: Error, Equatable {
        /// It is not XML, at that byte.
        case malformed(Int)
        /// It is cut off.
        case endsEarly
        /// Its document type defines something.
        case documentType
        /// It says that it was in an encoding that texts are not brought into UTF-8 from.
        case encoding
        /// More elements and attributes than were asked for.
        case tooLarge
        /// Elements in elements, more than were asked for.
        case tooDeep
        /// An element with 64 attributes; honest files stay below 16.
        case tooManyAttributes
        /// Memory that cannot be had.
        case outOfMemory
    }

    /// An element, or text between tags.
    package struct Node: Sendable {
        /// It is an element.
        package let isElement: Bool
        /// Where in the text an element's name is, or the text.
        package fileprivate(set) var range: Range<Int32>
        /// The node behind this one and all that is in it.
        package fileprivate(set) var next: Int32
        /// The first of an element's attributes; they end where those of the next node begin.
        package let firstAttribute: Int32
    }

    /// An attribute: where in the text its name and its value are.
    package struct Attribute: Sendable {
        package let name: Range<Int32>
        package let value: Range<Int32>
    }

    /// The first is the root element.
    package let nodes: [Node]
    /// Of all elements, in document order.
    package let attributes: [Attribute]
    private let text: LockedBuffer

    /// Bytes handed to the library at once: it keeps a copy of them.
    private static let piece = 32 << 10

    /// Reads a whole text in UTF-8.
    ///
    /// - Parameters:
    ///   - most: elements, texts and attributes that it may have.
    ///   - depth: elements that may be in each other.
    package init(_ bytes: Span<UInt8>, most: Int, depth: Int) throws(Failure) {
        let parser = try Parser()
        var parts = try Parts(parser, bytes.count, most: most, depth: depth)
        try unsafe withUnsafeMutablePointer(to: &parts) { (parts) throws(Failure) in
            unsafe parser.report(to: parts)
            var start = 0
            repeat {
                let end = min(start + Self.piece, bytes.count)
                let isRead = parser.read(bytes.extracting(start..<end), isLast: end == bytes.count)
                if let failure = unsafe parts.pointee.failure { throw failure }
                guard isRead else { throw parser.failure }
                start = end
            } while start < bytes.count
        }
        nodes = parts.nodes
        attributes = parts.attributes
        text = parts.text
    }

    /// What the parts point into.
    package consuming func takeText() -> LockedBuffer { text }
}

/// What was found so far.
@safe private struct Parts: ~Copyable {
    private static let mostAttributes = 64

    private(set) var nodes: [XML.Node] = []
    private(set) var attributes: [XML.Attribute] = []
    var text: LockedBuffer
    private(set) var failure: XML.Failure?
    private let most: Int
    private let depth: Int
    /// The elements that are open, by their numbers.
    private var open: [Int] = []
    /// The last node is text, and no tag has come since.
    private var isInText = false
    // Invariant: a parser that outlives this value.
    private let parser: XML_Parser

    init(_ parser: borrowing Parser, _ count: Int, most: Int, depth: Int) throws(XML.Failure) {
        // What a reference or a pair of tags stands for is never longer than it.
        do throws(MemoryError) { text = try LockedBuffer(capacity: count) } catch { throw .outOfMemory }
        (self.most, self.depth) = (most, depth)
        unsafe self.parser = parser.parser
        nodes.reserveCapacity(min(count / 32, 1 << 16))
    }

    mutating func begin(_ name: Span<UInt8>) {
        guard open.count < depth else { return fail(.tooDeep) }
        guard let name = keep(Self.local(name)) else { return }
        guard !name.isEmpty else { return fail(.malformed(Int(unsafe XML_GetCurrentByteIndex(parser)))) }
        isInText = false
        open.append(nodes.count)
        add(isElement: true, name)
    }

    mutating func attribute(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        guard failure == nil, let element = open.last, !Self.isNamespace(name) else { return }
        guard attributes.count - Int(nodes[element].firstAttribute) < Self.mostAttributes else {
            return fail(.tooManyAttributes)
        }
        guard let name = keep(Self.local(name)), let value = keep(value) else { return }
        guard nodes.count + attributes.count < most else { return fail(.tooLarge) }
        attributes.append(XML.Attribute(name: name, value: value))
    }

    mutating func characters(_ bytes: Span<UInt8>) {
        guard failure == nil, let range = keep(bytes) else { return }
        // The library tells a text in pieces.
        if isInText {
            nodes[nodes.count - 1].range = nodes[nodes.count - 1].range.lowerBound..<range.upperBound
        } else {
            isInText = true
            add(isElement: false, range)
        }
    }

    mutating func end() {
        isInText = false
        if let element = open.popLast() { nodes[element].next = Int32(nodes.count) }
    }

    mutating func fail(_ why: XML.Failure) {
        failure = failure ?? why
        unsafe XML_StopParser(parser, XML_Bool(XML_FALSE))
    }

    /// The document type: `<!DOCTYPE name>` says nothing, one that defines something is in no export.
    mutating func documentType(isEmpty: Bool) { if !isEmpty { fail(.documentType) } }

    /// What the text says that it was in.
    mutating func encoding(_ name: Span<UInt8>) {
        let known: [StaticString] = [
            "utf-8", "utf8", "us-ascii", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "latin1", "windows-1252",
        ]
        if !known.contains(where: { Self.isASCII(name, $0) }) { fail(.encoding) }
    }

    private mutating func add(isElement: Bool, _ range: Range<Int32>) {
        guard nodes.count + attributes.count < most else { return fail(.tooLarge) }
        nodes.append(
            XML.Node(
                isElement: isElement, range: range, next: Int32(nodes.count + 1),
                firstAttribute: Int32(attributes.count)))
    }

    private mutating func keep(_ bytes: Span<UInt8>) -> Range<Int32>? {
        guard bytes.count <= text.free else {
            fail(.tooLarge)
            return nil
        }
        let start = Int32(text.count)
        text.append(copying: bytes)
        return start..<Int32(text.count)
    }

    private static func isNamespace(_ name: Span<UInt8>) -> Bool {
        name.count >= 5 && isASCII(name.extracting(0..<5), "xmlns")
    }

    /// Whether these are the same letters, large or small.
    private static func isASCII(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            let text = unsafe text.span
            return bytes.count == text.count && bytes.indices.allSatisfy { bytes[$0] | 0x20 == text[$0] | 0x20 }
        }
    }

    /// A name behind its prefix.
    @_lifetime(copy name)
    private static func local(_ name: Span<UInt8>) -> Span<UInt8> {
        let colon = name.indices.last { name[$0] == UInt8(ascii: ":") }
        return name.extracting(((colon ?? -1) + 1)..<name.count)
    }
}

/// A parser of libexpat.
@safe private struct Parser: ~Copyable {
    // Invariant: a parser that nobody else has.
    let parser: XML_Parser

    init() throws(XML.Failure) {
        var memory = unsafe XML_Memory_Handling_Suite(
            malloc_fcn: { unsafe LibraryAllocator.allocate(Int(clamping: $0)) },
            realloc_fcn: { unsafe LibraryAllocator.reallocate($0, Int(clamping: $1)) },
            free_fcn: { unsafe LibraryAllocator.free($0) })
        // Bytes are UTF-8 by now, whatever the text says that it was in.
        guard let parser = unsafe XML_ParserCreate_MM("UTF-8", &memory, nil) else { throw .outOfMemory }
        unsafe self.parser = parser
        // Its own way to a random number is a file or a call that the sandbox may not have.
        unsafe XML_SetHashSalt(parser, UInt.random(in: 1...UInt.max))
    }

    deinit { unsafe XML_ParserFree(parser) }

    /// What is found goes there; it must stay where it is while this reads.
    func report(to parts: UnsafeMutablePointer<Parts>) {
        unsafe XML_SetUserData(parser, parts)
        unsafe XML_SetElementHandler(
            parser,
            { parts, name, pairs in
                guard let parts = unsafe parts?.assumingMemoryBound(to: Parts.self) else { return }
                unsafe parts.pointee.begin(Parser.span(name))
                var rest = unsafe pairs
                while let pair = unsafe rest, let name = unsafe pair[0] {
                    unsafe parts.pointee.attribute(Parser.span(name), Parser.span(pair[1]))
                    unsafe rest = pair + 2
                }
            }, { parts, _ in unsafe parts?.assumingMemoryBound(to: Parts.self).pointee.end() })
        unsafe XML_SetCharacterDataHandler(parser) { parts, start, count in
            guard let start = unsafe start else { return }
            let bytes = unsafe Span(
                _unsafeStart: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: Int(count))
            unsafe parts?.assumingMemoryBound(to: Parts.self).pointee.characters(bytes)
        }
        unsafe XML_SetStartDoctypeDeclHandler(parser) { parts, _, system, published, hasSubset in
            let isEmpty = unsafe system == nil && published == nil && hasSubset == 0
            unsafe parts?.assumingMemoryBound(to: Parts.self).pointee.documentType(isEmpty: isEmpty)
        }
        unsafe XML_SetXmlDeclHandler(parser) { parts, _, encoding, _ in
            guard let encoding = unsafe encoding else { return }
            unsafe parts?.assumingMemoryBound(to: Parts.self).pointee.encoding(Parser.span(encoding))
        }
    }

    /// Whether the next bytes could be read.
    func read(_ bytes: Span<UInt8>, isLast: Bool) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe XML_Parse(parser, start, Int32(bytes.count), isLast ? 1 : 0) == XML_STATUS_OK
        }
    }

    /// Why they could not.
    var failure: XML.Failure {
        switch unsafe XML_GetErrorCode(parser) {
        case XML_ERROR_NO_MEMORY: .outOfMemory
        case XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_PARTIAL_CHAR, XML_ERROR_UNCLOSED_CDATA_SECTION:
            .endsEarly
        default: .malformed(Int(unsafe XML_GetCurrentByteIndex(parser)))
        }
    }

    /// The bytes of a C string; none where there is no string.
    @_lifetime(immortal)
    private static func span(_ text: UnsafePointer<CChar>?) -> Span<UInt8> {
        guard let text = unsafe text else { return Span() }
        var count = 0
        while unsafe text[count] != 0 { count += 1 }
        let start = unsafe UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
        return unsafe _overrideLifetime(Span(_unsafeStart: start, count: count), borrowing: ())
    }
}
