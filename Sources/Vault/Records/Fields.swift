import Platform

/// Walks the fields of a record's body: `u8 tag | u16 length | value`, in any order.
///
/// It hands out ranges: the bytes stay where they are.
struct FieldWalk {
    private var position = 0

    /// A field and where its value lies.
    struct Field {
        let tag: UInt8
        let place: Range<Int>
    }

    /// The next field, nil at the end.
    mutating func next(in body: Span<UInt8>) throws(VaultError) -> Field? {
        guard position < body.count else { return nil }
        guard body.count - position >= 3 else { throw .damaged("a field is cut short") }
        let length = Int(body[position + 1]) << 8 | Int(body[position + 2])
        let start = position + 3
        guard body.count - start >= length else { throw .damaged("a field is cut short") }
        let field = Field(tag: body[position], place: start..<(start + length))
        position = start + length
        return field
    }

    /// Where the value of the last field with that tag lies.
    static func last(_ tag: UInt8, in body: Span<UInt8>) throws(VaultError) -> Range<Int>? {
        var walk = FieldWalk()
        var place: Range<Int>?
        while let field = try walk.next(in: body) { if field.tag == tag { place = field.place } }
        return place
    }
}

/// What a list of fields is given to: it reads, writes or measures them.
///
/// Coders and lists lie in one module, so that the compiler sees each pair of them.
protocol FieldCoder: ~Copyable, ~Escapable {
    /// A field that is there once or not at all. Read, the value stays as it is when there is none.
    ///
    /// - Parameters:
    ///   - most: bytes that are accepted when it is read.
    ///   - isWritten: whether it is written; without meaning for reading.
    mutating func value<Value: FieldValue>(
        _ tag: UInt8, _ value: inout Value, most: Int, when isWritten: Bool
    ) throws(VaultError)

    /// Fields that may be there several times. Read, they are added to the list.
    mutating func list<Value: FieldValue>(_ tag: UInt8, _ values: inout [Value], most: Int) throws(VaultError)

    /// Throws `damaged` when a body that is read has no such field.
    func require(_ tag: UInt8, _ damage: String) throws(VaultError)
}

extension FieldCoder where Self: ~Copyable & ~Escapable {
    /// A field that is always written.
    mutating func value<Value: FieldValue>(
        _ tag: UInt8, _ value: inout Value, most: Int = .max
    ) throws(VaultError) {
        try self.value(tag, &value, most: most, when: true)
    }

    /// A field that is written unless it is zero, false or empty.
    mutating func some<Value: FieldValue>(
        _ tag: UInt8, _ value: inout Value, most: Int = .max
    ) throws(VaultError) {
        try self.value(tag, &value, most: most, when: !value.isEmptyField)
    }
}

/// The content of a record: its fields, once for reading, writing and measuring. Tags are below 64, and are those of
/// fob-vault(5); the order is that of writing. What else an older record has is carried by the writer.
protocol FieldList {
    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError)
}

extension FieldList {
    /// Takes in the fields of a record; what it has when that fails is of no use.
    mutating func read(_ record: Record) throws(VaultError) {
        try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
            var reader = try FieldReader(body)
            try fields(&reader)
        }
    }

    /// The body of a record with these fields.
    ///
    /// - Parameters:
    ///   - lent: the bytes in which the list's places lie; none, when all of them are empty.
    ///   - old: the record that it replaces; what of it the list does not know is kept, in its order.
    ///   - kept: the tag of a field that is kept as well, and not written.
    func body(
        from lent: Span<UInt8>? = nil, over old: Record? = nil, keeping kept: UInt8? = nil
    ) throws(VaultError) -> LockedBuffer {
        var list = self
        var sizer = FieldSizer()
        try list.fields(&sizer)
        let lent = if let lent { lent } else { Span<UInt8>() }
        var writer = FieldWriter(try RecordStream.buffer(sizer.count + (old?.body.count ?? 0)), from: lent)
        try list.fields(&writer)
        if let old { try writer.carry(old, keeping: kept) }
        return writer.finish()
    }
}

/// Reads fields; of those with one tag the last counts. A place is one in the body.
struct FieldReader: FieldCoder, ~Copyable, ~Escapable {
    private let body: Span<UInt8>
    /// Lists name fields in the order in which they are written: the next one that is wanted is mostly the next one there. A
    /// table of their places would be most of the work of opening a vault.
    private var walk = FieldWalk()
    /// A bit for each tag below 64 that is there, and for each that is there several times.
    private var found: UInt64 = 0
    private var repeated: UInt64 = 0

    @_lifetime(copy body)
    init(_ body: Span<UInt8>) throws(VaultError) {
        self.body = body
        var walk = FieldWalk()
        while let field = try walk.next(in: body) {
            guard field.tag < 64 else { continue }
            let bit: UInt64 = 1 << UInt64(field.tag)
            repeated |= found & bit
            found |= bit
        }
    }

    /// Where the value of a field lies that is there.
    private mutating func place(of tag: UInt8) throws(VaultError) -> Range<Int> {
        while true {
            if let field = try walk.next(in: body) {
                if field.tag == tag { return field.place }
            } else {
                walk = FieldWalk()
            }
        }
    }

    private func has(_ tag: UInt8, in tags: UInt64) -> Bool { tags & 1 << UInt64(tag) != 0 }

    private func read<Value: FieldValue>(_ tag: UInt8, _ place: Range<Int>, most: Int) throws(VaultError) -> Value {
        guard place.count <= most else { throw .damaged("the value of field \(tag) is too long") }
        return try Value(in: body, at: place)
    }

    mutating func value<Value: FieldValue>(
        _ tag: UInt8, _ value: inout Value, most: Int, when isWritten: Bool
    ) throws(VaultError) {
        guard has(tag, in: found) else { return }
        if has(tag, in: repeated) {
            var all: [Value] = []
            try list(tag, &all, most: most)
            if let last = all.last { value = last }
        } else {
            value = try read(tag, place(of: tag), most: most)
        }
    }

    mutating func list<Value: FieldValue>(_ tag: UInt8, _ values: inout [Value], most: Int) throws(VaultError) {
        guard has(tag, in: found) else { return }
        var walk = FieldWalk()
        while let field = try walk.next(in: body) {
            if field.tag == tag { values.append(try read(tag, field.place, most: most)) }
        }
    }

    func require(_ tag: UInt8, _ damage: String) throws(VaultError) {
        guard has(tag, in: found) else { throw .damaged(damage) }
    }
}

/// Counts the bytes that a `FieldWriter` writes.
struct FieldSizer: FieldCoder {
    private(set) var count = 0

    mutating func value<Value: FieldValue>(_ tag: UInt8, _ value: inout Value, most: Int, when isWritten: Bool) {
        if isWritten { count += 3 + value.fieldBytes }
    }

    mutating func list<Value: FieldValue>(_ tag: UInt8, _ values: inout [Value], most: Int) {
        for value in values { count += 3 + value.fieldBytes }
    }

    func require(_ tag: UInt8, _ damage: String) {}
}

/// Writes fields into locked memory. A place is one in the bytes that are lent.
struct FieldWriter: FieldCoder, ~Copyable, ~Escapable {
    private var buffer: LockedBuffer
    private let lent: Span<UInt8>
    /// A bit for each tag that the list has named.
    private var known: UInt64 = 0

    @_lifetime(copy lent)
    init(_ buffer: consuming LockedBuffer, from lent: Span<UInt8>) {
        self.buffer = buffer
        self.lent = lent
    }

    /// What was written so far.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { buffer.bytes }
    }

    private mutating func append<Value: FieldValue>(_ tag: UInt8, _ value: Value) {
        let lent = lent
        buffer.append { (output: inout OutputSpan<UInt8>) in
            output.append(tag)
            output.appendNumber(UInt64(value.fieldBytes), bytes: 2)
            value.append(to: &output, from: lent)
        }
    }

    mutating func value<Value: FieldValue>(_ tag: UInt8, _ value: inout Value, most: Int, when isWritten: Bool) {
        known |= 1 << UInt64(tag)
        if isWritten { append(tag, value) }
    }

    mutating func list<Value: FieldValue>(_ tag: UInt8, _ values: inout [Value], most: Int) {
        known |= 1 << UInt64(tag)
        for value in values { append(tag, value) }
    }

    func require(_ tag: UInt8, _ damage: String) {}

    /// Appends every field of `old` that the list has not named, as it is, and those with the tag `kept`.
    mutating func carry(_ old: Record, keeping kept: UInt8? = nil) throws(VaultError) {
        let known = known
        try old.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
            var walk = FieldWalk()
            while let field = try walk.next(in: body) {
                let isKnown = field.tag < 64 && known & 1 << UInt64(field.tag) != 0
                guard !isKnown || field.tag == kept else { continue }
                buffer.append(copying: body.extracting((field.place.lowerBound - 3)..<field.place.upperBound))
            }
        }
    }

    consuming func finish() -> LockedBuffer { buffer }
}
