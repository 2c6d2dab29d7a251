import ForeignLibraries
package import Platform

/// An XML text in locked memory; beside it lies only where each part starts and ends.
package final class XMLText: Sendable {
    let text: LockedText
    let nodes: [XML.Node]
    let attributes: [XML.Attribute]

    private init(_ xml: consuming XML) {
        (nodes, attributes) = (xml.nodes, xml.attributes)
        text = LockedText(xml.takeText())
    }

    /// The root element of a whole text.
    package static func parse(_ text: LockedText) throws(ConversionError) -> XMLElement {
        let document = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            guard bytes.count <= InterchangeLimits.unfolded else { throw .tooLarge("more than 64 MiB of XML") }
            do throws(XML.Failure) {
                return XMLText(try XML(bytes, most: InterchangeLimits.values, depth: InterchangeLimits.nesting))
            } catch {
                throw Self.told(error)
            }
        }
        return XMLElement(document: document, index: 0)
    }

    private static func told(_ failure: XML.Failure) -> ConversionError {
        switch failure {
        case .malformed(let position): .malformed("it is not XML at byte \(position)")
        case .endsEarly: .malformed("the XML ends too early")
        case .documentType: .malformed("it has a document type, as no export has")
        case .encoding:
            .unsupported(
                "the XML is in an encoding that is not known here",
                remedy: "convert it to UTF-8 with iconv, or export it again")
        case .tooLarge: .tooLarge("more than 4 million elements")
        case .tooDeep: .tooLarge("nested more than 64 deep")
        case .tooManyAttributes: .tooLarge("an element with 64 attributes")
        case .outOfMemory: .tooLarge("not enough memory")
        }
    }
}

/// One element of an XML text.
package struct XMLElement: Sendable {
    let document: XMLText
    /// Its place in the document: grows in document order, and is nobody else's.
    package let index: Int

    private var node: XML.Node { document.nodes[index] }
    private func at(_ index: Int) -> XMLElement { XMLElement(document: document, index: index) }

    /// Its name without the prefix.
    package var name: String { document.text.string(Self.range(node.range)) ?? "" }

    /// Whether it has that name, apart from a prefix.
    package func isNamed(_ name: StaticString) -> Bool {
        document.text.withBytes { bytes in bytes.extracting(Self.range(node.range)).isSame(name) }
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
            if document.nodes[index].isElement, at(index).isNamed(name) { return at(index) }
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
        (index..<Int(node.next)).filter { document.nodes[$0].isElement }.map(at)
    }

    private func eachChild(_ body: (XMLElement) -> Void) {
        var index = self.index + 1
        while index < Int(node.next) {
            if document.nodes[index].isElement { body(at(index)) }
            index = Int(document.nodes[index].next)
        }
    }

    /// The value of the attribute of that name; nil when there is none. Attributes are no place for secrets.
    package func attribute(_ name: StaticString) -> String? {
        let end =
            index + 1 < document.nodes.count
            ? Int(document.nodes[index + 1].firstAttribute) : document.attributes.count
        let own = document.attributes[Int(node.firstAttribute)..<end].first { attribute in
            document.text.withBytes { bytes in bytes.extracting(Self.range(attribute.name)).isSame(name) }
        }
        return own.flatMap { document.text.string(Self.range($0.value)) }
    }

    /// Its own text, without that of its children, that is not secret; nil when it is not UTF-8.
    package var text: String? { pieces.map { document.text.string($0) ?? "" }.joined() }

    /// Whether it has text of its own.
    package var hasText: Bool { !pieces.isEmpty }

    /// Its own text, which may be secret.
    package func secret() throws(ConversionError) -> LockedBuffer {
        let pieces = pieces
        var buffer = try ConversionError.buffer(pieces.reduce(0) { $0 + $1.count })
        document.text.withBytes { bytes in for piece in pieces { buffer.append(copying: bytes.extracting(piece)) } }
        return buffer
    }

    /// Where its own text is.
    private var pieces: [Range<Int>] {
        var pieces: [Range<Int>] = []
        var index = self.index + 1
        while index < Int(node.next) {
            let child = document.nodes[index]
            if !child.isElement { pieces.append(Self.range(child.range)) }
            index = Int(child.next)
        }
        return pieces
    }

    private static func range(_ range: Range<Int32>) -> Range<Int> { Int(range.lowerBound)..<Int(range.upperBound) }
}
