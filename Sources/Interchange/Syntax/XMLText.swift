package import Platform

/// An XML text (XML 1.0) that stays where it is, in locked memory; beside it lies only where each part starts and ends.
///
/// It is strict and small: UTF-8 only, no document type and so no entities but the five and numeric ones, prefixes of
/// names dropped, namespaces not looked at.
package final class XMLText: Sendable {
    /// What a node is.
    enum Kind: UInt8, Sendable { case element, text, characterData }

    struct Node: Sendable {
        let kind: Kind
        /// Of an element its name, of anything else the contents.
        let start: Int32
        let end: Int32
        /// The node behind this one and all that is in it.
        var next: Int32
        /// The first of an element's attributes; they end where those of the next node begin.
        let firstAttribute: Int32
    }

    struct Attribute: Sendable {
        let nameStart: Int32
        let nameEnd: Int32
        let start: Int32
        let end: Int32
    }

    let text: LockedText
    let nodes: [Node]
    let attributes: [Attribute]

    private init(_ text: LockedText, _ nodes: [Node], _ attributes: [Attribute]) {
        (self.text, self.nodes, self.attributes) = (text, nodes, attributes)
    }

    /// The root element of a whole text.
    package static func parse(_ text: LockedText) throws(ConversionError) -> XMLElement {
        let parser = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            var parser = XMLParser(bytes.count)
            try parser.parse(bytes)
            return parser
        }
        return XMLElement(document: XMLText(text, parser.nodes, parser.attributes), index: 0)
    }
}

/// One element of an XML text.
package struct XMLElement: Sendable {
    let document: XMLText
    /// Its place in the document: grows in document order, and is nobody else's.
    package let index: Int

    private var node: XMLText.Node { document.nodes[index] }
    private func at(_ index: Int) -> XMLElement { XMLElement(document: document, index: index) }

    /// Its name without the prefix.
    package var name: String { document.text.string(Int(node.start)..<Int(node.end)) ?? "" }

    /// Whether it has that name, apart from a prefix.
    package func isNamed(_ name: StaticString) -> Bool {
        document.text.withBytes { bytes in bytes.extracting(Int(node.start)..<Int(node.end)).isSame(name) }
    }

    /// Its child elements.
    package var children: [XMLElement] {
        var result: [XMLElement] = []
        eachChild { child in result.append(child) }
        return result
    }

    /// Its child elements of that name.
    package func children(_ name: StaticString) -> [XMLElement] {
        var result: [XMLElement] = []
        eachChild { child in if child.isNamed(name) { result.append(child) } }
        return result
    }

    /// Its first child element of that name.
    package func child(_ name: StaticString) -> XMLElement? {
        var index = self.index + 1
        while index < Int(node.next) {
            if document.nodes[index].kind == .element, at(index).isNamed(name) { return at(index) }
            index = Int(document.nodes[index].next)
        }
        return nil
    }

    /// The element that these names lead to, each a child of the one before.
    package func descendant(_ path: StaticString...) -> XMLElement? {
        var element: XMLElement? = self
        for name in path { element = element?.child(name) }
        return element
    }

    /// This element and all below it, in document order.
    package var all: [XMLElement] {
        (index..<Int(node.next)).filter { document.nodes[$0].kind == .element }.map(at)
    }

    private func eachChild(_ body: (XMLElement) -> Void) {
        var index = self.index + 1
        while index < Int(node.next) {
            if document.nodes[index].kind == .element { body(at(index)) }
            index = Int(document.nodes[index].next)
        }
    }

    /// The value of the attribute of that name; nil when there is none. Attributes are no place for secrets.
    package func attribute(_ name: StaticString) -> String? {
        let end =
            index + 1 < document.nodes.count
            ? Int(document.nodes[index + 1].firstAttribute) : document.attributes.count
        return document.text.withBytes { bytes in
            for attribute in document.attributes[Int(node.firstAttribute)..<end] {
                let own = bytes.extracting(Int(attribute.nameStart)..<Int(attribute.nameEnd))
                guard own.isSame(name) else { continue }
                var value: [UInt8] = []
                Self.unescape(bytes.extracting(Int(attribute.start)..<Int(attribute.end))) { value.append($0) }
                return String(validating: value, as: UTF8.self)
            }
            return nil
        }
    }

    /// Its own text, without that of its children, that is not secret; nil when it is not UTF-8.
    package var text: String? {
        var bytes: [UInt8] = []
        eachOctet { bytes.append($0) }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Whether it has text of its own.
    package var hasText: Bool {
        var has = false
        eachOctet { _ in has = true }
        return has
    }

    /// Its own text, which may be secret.
    package func secret() throws(ConversionError) -> LockedBuffer {
        var count = 0
        eachOctet { _ in count += 1 }
        var buffer = try ConversionError.buffer(count)
        buffer.append { output in eachOctet { output.append($0) } }
        return buffer
    }

    private func eachOctet(_ output: (UInt8) -> Void) {
        document.text.withBytes { bytes in
            var index = self.index + 1
            while index < Int(node.next) {
                let child = document.nodes[index]
                let own = bytes.extracting(Int(child.start)..<Int(child.end))
                switch child.kind {
                case .element: break
                case .text: Self.unescape(own, output)
                case .characterData: Self.normalize(own, output)
                }
                index = Int(child.next)
            }
        }
    }

    /// References become what they stand for; all ends of lines become LF (XML 1.0, section 2.11).
    private static func unescape(_ text: Span<UInt8>, _ output: (UInt8) -> Void) {
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "&"), let scalar = XMLReferences.decode(text, &index) {
                for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output(byte) }
            } else {
                normalize(text, at: index, output)
                index += 1
            }
        }
    }

    private static func normalize(_ text: Span<UInt8>, _ output: (UInt8) -> Void) {
        for index in text.indices { normalize(text, at: index, output) }
    }

    private static func normalize(_ text: Span<UInt8>, at index: Int, _ output: (UInt8) -> Void) {
        guard text[index] == 0x0D else { return output(text[index]) }
        if index + 1 == text.count || text[index + 1] != 0x0A { output(0x0A) }
    }
}
