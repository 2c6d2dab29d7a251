import Platform

/// A binary property list of Apple's that stays where it is, in locked memory, and the objects that NSKeyedArchiver keeps in
/// one. What leads in circles costs nothing: only paths of a known length are followed.
struct PropertyList: Sendable {
    /// What an object is.
    enum Kind {
        case number(UInt64)
        case real(Double)
        /// Bytes, ASCII or UTF-16, and where.
        case data(Range<Int>)
        case ascii(Range<Int>)
        case utf16(Range<Int>)
        /// Of an archive: a reference to another of its objects.
        case reference(Int)
        /// Numbers of objects.
        case list([Int])
        case dictionary([(name: Int, value: Int)])
        case other
    }

    static let mark: StaticString = "bplist00"
    private static var broken: ConversionError { .malformed("it is cut off or damaged") }

    let text: LockedText
    private let width: Int
    private let referenceWidth: Int
    private let count: Int
    private let table: Int
    /// The number of the outermost object.
    let top: Int

    /// Reads what stands behind the objects.
    init(_ text: LockedText) throws(ConversionError) {
        self.text = text
        let count = text.count
        let trailer = try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            guard bytes.hasPrefix(Self.mark), count >= 40 else { throw Self.broken }
            return [Int(bytes[count - 26]), Int(bytes[count - 25])]
                + [count - 24, count - 16, count - 8].map { Self.number(bytes, $0..<$0 + 8) }
        }
        (width, referenceWidth, self.count, top, table) = (trailer[0], trailer[1], trailer[2], trailer[3], trailer[4])
        guard (1...8).contains(width), (1...8).contains(referenceWidth), self.count <= InterchangeLimits.values,
            top < self.count, table <= count - 32, self.count * width <= count - 32 - table
        else { throw Self.broken }
    }

    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        Int(clamping: range.reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) })
    }

    /// The object of that number.
    func object(_ index: Int) throws(ConversionError) -> Kind {
        try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
            guard index < count else { throw Self.broken }
            let start = Self.number(bytes, table + index * width..<table + (index + 1) * width)
            guard start < table else { throw Self.broken }
            let (kind, size) = (bytes[start] >> 4, Int(bytes[start] & 15))
            func part(_ from: Int, _ length: Int) throws(ConversionError) -> Range<Int> {
                guard length <= table - from else { throw Self.broken }
                return from..<from + length
            }
            switch kind {
            case 1 where size <= 3:
                let range = try part(start + 1, 1 << size)
                return .number(range.reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) })
            case 2 where size == 2 || size == 3:
                let bits = try part(start + 1, 1 << size).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
                return .real(size == 2 ? Double(Float(bitPattern: UInt32(bits))) : Double(bitPattern: bits))
            case 8 where size <= 7: return .reference(Self.number(bytes, try part(start + 1, size + 1)))
            case 4, 5, 6, 0xA, 0xD: break
            default: return .other
            }
            var (length, from) = (size, start + 1)
            if size == 15 {
                guard from < table, bytes[from] >> 4 == 1, bytes[from] & 15 <= 3 else { throw Self.broken }
                let range = try part(from + 1, 1 << Int(bytes[from] & 15))
                (length, from) = (Self.number(bytes, range), range.upperBound)
            }
            guard length <= table else { throw Self.broken }
            switch kind {
            case 4: return .data(try part(from, length))
            case 5: return .ascii(try part(from, length))
            case 6: return .utf16(try part(from, 2 * length))
            default: break
            }
            let range = try part(from, (kind == 0xA ? 1 : 2) * length * referenceWidth)
            let numbers = (0..<range.count / referenceWidth).map { place in
                Self.number(bytes, from + place * referenceWidth..<from + (place + 1) * referenceWidth)
            }
            if kind == 0xA { return .list(numbers) }
            return .dictionary((0..<length).map { (numbers[$0], numbers[length + $0]) })
        }
    }

    /// The member of a dictionary of that ASCII name.
    func member(_ name: StaticString, of object: Kind) throws(ConversionError) -> Kind? {
        guard case .dictionary(let members) = object else { return nil }
        for (key, value) in members {
            guard case .ascii(let range) = try self.object(key) else { continue }
            if text.withBytes({ $0.extracting(range).isSame(name) }) { return try self.object(value) }
        }
        return nil
    }
}

/// One object of what NSKeyedArchiver has written.
package struct ArchivedObject: Sendable {
    private let list: PropertyList
    private let objects: [Int]
    private let index: Int

    /// The outermost object.
    package init(_ text: LockedText) throws(ConversionError) {
        list = try PropertyList(text)
        let top = try list.object(list.top)
        guard case .list(let objects) = try list.member("$objects", of: top),
            let roots = try list.member("$top", of: top), case .reference(let root) = try list.member("root", of: roots)
        else { throw .malformed("it is no archive of objects") }
        (self.objects, index) = (objects, root)
    }

    private init(_ list: PropertyList, _ objects: [Int], _ index: Int) {
        (self.list, self.objects, self.index) = (list, objects, index)
    }

    private var kind: PropertyList.Kind {
        get throws(ConversionError) {
            guard objects.indices.contains(index) else { throw .malformed("it is cut off or damaged") }
            return try list.object(objects[index])
        }
    }

    private func at(_ index: Int) -> ArchivedObject { ArchivedObject(list, objects, index) }

    /// Its members, where it is a list or has one in it.
    var items: [ArchivedObject] {
        get throws(ConversionError) {
            guard case .list(let members) = try list.member("NS.objects", of: kind) else { return [] }
            var items: [ArchivedObject] = []
            for member in members {
                if case .reference(let index) = try list.object(member) { items.append(at(index)) }
            }
            return items
        }
    }

    /// What it has of that name: as a dictionary, whose names are objects, or as an object with members of its own.
    private func member(_ name: StaticString) throws(ConversionError) -> PropertyList.Kind? {
        guard case .list(let names) = try list.member("NS.keys", of: kind),
            case .list(let values) = try list.member("NS.objects", of: kind)
        else { return try list.member(name, of: kind) }
        for (key, value) in zip(names, values) {
            guard case .reference(let index) = try list.object(key), case .ascii(let range) = try at(index).kind,
                list.text.withBytes({ $0.extracting(range).isSame(name) })
            else { continue }
            return try list.object(value)
        }
        return nil
    }

    /// The object of that name.
    func object(_ name: StaticString) throws(ConversionError) -> ArchivedObject? {
        guard case .reference(let index) = try member(name) else { return nil }
        return at(index)
    }

    private func value(_ name: StaticString) throws(ConversionError) -> PropertyList.Kind? {
        guard let found = try member(name) else { return nil }
        guard case .reference(let index) = found else { return found }
        let object = try at(index).kind
        // Texts and bytes that can be changed are objects around plain ones.
        for name in ["NS.string", "NS.data"] as [StaticString] {
            if let inner = try list.member(name, of: object) { return inner }
        }
        return object
    }

    /// A text that is not secret; empty when there is none.
    func string(_ name: StaticString) throws(ConversionError) -> String {
        guard let text = try bytes(name) else { return "" }
        return text.string(0..<text.count) ?? ""
    }

    /// A number; nil when there is none.
    func number(_ name: StaticString) throws(ConversionError) -> UInt64? {
        switch try value(name) {
        case .number(let number): number
        case .real(let real): UInt64(exactly: real)
        default: nil
        }
    }

    /// A number with a fraction; nil when there is none.
    func real(_ name: StaticString) throws(ConversionError) -> Double? {
        switch try value(name) {
        case .number(let number): Double(number)
        case .real(let real): real
        default: nil
        }
    }

    /// Bytes, or those of a text in UTF-8, which may be secret; nil when there are none.
    func bytes(_ name: StaticString) throws(ConversionError) -> LockedText? {
        switch try value(name) {
        case .data(let range), .ascii(let range): return LockedText(try list.text.copy(range))
        case .utf16(let range):
            return try list.text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                try TextEncoding.decoded(bytes.extracting(range), .utf16BigEndian)
            }
        default: return nil
        }
    }
}
