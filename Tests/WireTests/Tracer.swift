import Wire

/// Reads a body that is known to be well formed, and notes what each field is.
struct Tracer: Coder, ~Escapable {
    static var isReader: Bool { true }
    private let body: Span<UInt8>
    private var position = 0
    /// A word for each field, and a blank after it.
    private(set) var trace = ""

    @_lifetime(copy body)
    init(_ body: Span<UInt8>) { self.body = body }

    private mutating func number(_ count: Int) -> UInt64 {
        let bytes = [UInt8](copying: body.extracting(position..<(position + count)))
        position += count
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ value: inout T) {
        trace += "u\(T.bitWidth) "
        value = T(truncatingIfNeeded: number(T.bitWidth / 8))
    }

    mutating func string(_ value: inout String, _ limit: Int) {
        trace += "string "
        let range = counted(wide: false)
        value = String(decoding: [UInt8](copying: body.extracting(range)), as: UTF8.self)
    }

    private mutating func counted(wide: Bool) -> Range<Int> {
        let count = Int(number(wide ? 4 : 2))
        defer { position += count }
        return position..<(position + count)
    }

    mutating func bytes(_ value: inout [UInt8], _ bounds: ClosedRange<Int>, wide: Bool) {
        trace += wide ? "blob " : "bytes "
        let range = counted(wide: wide)
        value = [UInt8](copying: body.extracting(range))
    }

    @_lifetime(value: copy value, copy self)
    mutating func lent(_ value: inout Span<UInt8>, _ bounds: ClosedRange<Int>, wide: Bool) {
        trace += wide ? "blob " : "bytes "
        let range = counted(wide: wide)
        value = body.extracting(range)
    }

    @_lifetime(text: copy text, copy self)
    mutating func part(_ value: inout Range<Int>, of text: inout Span<UInt8>, _ bounds: ClosedRange<Int>) {
        trace += "bytes "
        value = counted(wide: false)
        text = body
    }

    mutating func fixed(_ bytes: inout MutableSpan<UInt8>) {
        trace += "octets\(bytes.count) "
        for index in bytes.indices { bytes[index] = body[position + index] }
        position += bytes.count
    }

    func follows(_ isThere: Bool) -> Bool { position < body.count }

    mutating func count(_ count: Int, _ limit: Int) -> Int {
        trace += "list "
        return Int(number(2))
    }

    /// Notes the fields of a message.
    struct Visitor: MessageVisitor {
        let body: [UInt8]

        func visit<M: Message & ~Escapable>(_ type: M.Type) throws(WireError) -> String {
            var tracer = Tracer(body.span)
            var message = M()
            try message.fields(&tracer)
            return tracer.trace
        }
    }
}
