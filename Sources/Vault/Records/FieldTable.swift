import Platform

/// One edit of a field by the owner: how many there had been in its history, in the upper 16 bits, and 48 random ones.
/// Machines need no names for it, and clocks none of it.
struct Stamp: Hashable {
    let number: UInt64

    private static let ofOther: UInt64 = 1 << 47
    private static let counts = 48

    init(_ number: UInt64) { self.number = number }

    /// Stands for what a record has of revisions that no stamp tells of.
    init(unstamped revisions: UInt64) { number = min(revisions, Self.ofOther - 1) }

    /// What an account that is another's twin has of such revisions.
    init(of other: Identifier, _ tag: UInt8) {
        number = Self.ofOther | (other.high ^ other.low ^ UInt64(tag) << 39) % Self.ofOther
    }

    /// The next edit of a field with those in its history.
    init(after stamps: [Stamp]) {
        let count = min((stamps.map(\.number).max() ?? 0) >> UInt64(Self.counts) + 1, 0xffff)
        number = count << UInt64(Self.counts) | Identifier.random().low & (1 << UInt64(Self.counts) - 1)
    }

    /// An edit by a release that writes no stamps, found by what it has changed.
    init(after stamps: [Stamp], check: UInt32) {
        let next = Stamp(after: stamps).number >> UInt64(Self.counts)
        number = next << UInt64(Self.counts) | UInt64(check)
    }

    var isUnstamped: Bool { number < Self.ofOther }

    /// Of edits that met, the one with the most edits in its history counts, then the higher random number; what nobody
    /// has edited in any case after that, the twin's last.
    static func isFirst(_ a: Stamp, _ b: Stamp) -> Bool {
        let isOther = (a.number & ~(ofOther - 1) == ofOther, b.number & ~(ofOther - 1) == ofOther)
        return isOther.0 != isOther.1 ? isOther.1 : a.number > b.number
    }
}

/// The fields of one tag, headers and all, where they lie in a body.
struct RawFields {
    private(set) var body: SharedSecret?
    private(set) var places: [Range<Int>] = []

    init() {}

    init(_ body: SharedSecret, at place: Range<Int>) { (self.body, places) = (body, place.isEmpty ? [] : [place]) }

    /// One field with that value.
    init(_ tag: UInt8, _ value: [UInt8]) throws(VaultError) {
        try self.init(bytes: 3 + value.count) { output in
            output.append(tag)
            output.appendNumber(UInt64(value.count), bytes: 2)
            output.append(copying: value.span)
        }
    }

    init(bytes count: Int, _ write: (inout OutputSpan<UInt8>) -> Void) throws(VaultError) {
        var buffer = try RecordStream.buffer(count)
        buffer.append(write)
        do { self.init(SharedSecret(try Secret(buffer)), at: 0..<count) } catch { throw .memory(error) }
    }

    var isEmpty: Bool { places.isEmpty }
    var count: Int { places.reduce(0) { $0 + $1.count } }

    mutating func add(_ place: Range<Int>, of body: SharedSecret) {
        self.body = body
        if let last = places.last, last.upperBound == place.lowerBound {
            places[places.count - 1] = last.lowerBound..<place.upperBound
        } else {
            places.append(place)
        }
    }

    /// Each field by itself.
    func singles() throws(VaultError) -> [(field: RawFields, value: Range<Int>)] {
        guard let body else { return [] }
        return try body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            var found: [(field: RawFields, value: Range<Int>)] = []
            for place in places {
                var walk = FieldWalk()
                while let field = try walk.next(in: bytes.extracting(place)) {
                    let value =
                        (place.lowerBound + field.place.lowerBound)..<(place.lowerBound + field.place.upperBound)
                    found.append((RawFields(body, at: (value.lowerBound - 3)..<value.upperBound), value))
                }
            }
            return found
        }
    }

    /// The number that the last of them has; 0 when there is none.
    func number() throws(VaultError) -> UInt64 {
        guard let body, let place = try singles().last?.value else { return 0 }
        return body.withBytes { bytes in place.reduce(0) { $0 << 8 | UInt64(bytes[$1]) } }
    }

    /// Lends the bytes piece by piece.
    func withPieces(_ use: (Span<UInt8>) -> Void) {
        body?.withBytes { bytes in for place in places { use(bytes.extracting(place)) } }
    }

    /// Below, at or above zero: shorter or lower than `other`, the same, longer or higher.
    func order(_ other: RawFields) -> Int {
        guard count == other.count else { return count < other.count ? -1 : 1 }
        guard let body, let their = other.body, body !== their || places != other.places else { return 0 }
        return body.withBytes { own in
            their.withBytes { their in
                let indices = (places.joined(), other.places.joined())
                for (a, b) in zip(indices.0, indices.1) where own[a] != their[b] { return own[a] < their[b] ? -1 : 1 }
                return 0
            }
        }
    }

    func isSame(as other: RawFields) -> Bool { order(other) == 0 }

    /// By which a value that somebody has changed without a stamp is known.
    var check: UInt32 {
        var hash = Sodium.SHA256()
        withPieces { hash.update($0) }
        let digest = hash.finish()
        return (0..<4).reduce(0) { $0 << 8 | UInt32(digest[$1]) }
    }
}

/// The fields of a record by tag, and what is known of their edits: fields 61 to 63 of fob-vault(5), MERGING.
struct FieldTable {
    /// What a field has of its edits.
    struct State {
        /// Those that no other has replaced: one, or several that met in a merge; the one that counts first.
        var heads: [Head]
        /// Those that were replaced.
        var seen: [Stamp] = []

        var stamps: [Stamp] { heads.map(\.stamp) + seen }

        func isSame(as other: State) -> Bool {
            seen == other.seen && heads.count == other.heads.count
                && zip(heads, other.heads).allSatisfy { $0.stamp == $1.stamp && $0.value.isSame(as: $1.value) }
        }
    }

    struct Head {
        var stamp: Stamp
        var value: RawFields
    }

    static let keptTag: UInt8 = 61
    static let editsTag: UInt8 = 62
    static let countTag: UInt8 = 63
    /// Edits of one field that are remembered as replaced, and that can stand beside each other.
    static let mostSeen = 16
    static let mostHeads = 8

    let record: Record
    /// All but the fields 61 to 63, in the record's order.
    private var plain = RawFields()
    /// Revisions that no stamp tells of: changes by releases that write none.
    var unstamped: UInt64
    var values: [UInt8: RawFields] = [:]
    private(set) var states: [UInt8: State] = [:]

    init(_ record: Record) throws(VaultError) {
        self.record = record
        let body = record.body
        var kept: [UInt8: [Head]] = [:]
        var edits: [(tag: UInt8, heads: Int, check: UInt32, stamps: [Stamp])] = []
        var stamped: UInt64 = 0
        var values: [UInt8: RawFields] = [:]
        var plain = RawFields()
        try body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            var walk = FieldWalk()
            while let field = try walk.next(in: bytes) {
                let place = field.place
                func stamp(at start: Int) throws(VaultError) -> Stamp {
                    Stamp(try UInt64(in: bytes, at: start..<(start + 8)))
                }
                switch field.tag {
                case Self.keptTag:
                    guard place.count >= 9 else { throw .damaged("a value that is kept is cut short") }
                    let start = place.lowerBound
                    kept[bytes[start], default: []].append(
                        Head(
                            stamp: try stamp(at: start + 1),
                            value: RawFields(body, at: (start + 9)..<place.upperBound)))
                case Self.editsTag:
                    let start = place.lowerBound + 6
                    guard place.count > 6, (place.count - 6) % 8 == 0, bytes[start - 5] > 0,
                        8 * Int(bytes[start - 5]) <= place.count - 6
                    else { throw .damaged("the edits of a field are cut short") }
                    var stamps: [Stamp] = []
                    for at in stride(from: start, to: place.upperBound, by: 8) { stamps.append(try stamp(at: at)) }
                    edits.append(
                        (
                            bytes[start - 6], Int(bytes[start - 5]), try UInt32(in: bytes, at: (start - 4)..<start),
                            stamps
                        ))
                case Self.countTag: stamped = try UInt64(in: bytes, at: place)
                default:
                    let whole = (place.lowerBound - 3)..<place.upperBound
                    values[field.tag, default: RawFields()].add(whole, of: body)
                    plain.add(whole, of: body)
                }
            }
        }
        unstamped = record.revision - min(stamped, record.revision)
        (self.values, self.plain) = (values, plain)
        for entry in edits {
            let value = values[entry.tag] ?? RawFields()
            let check = value.check
            if check == entry.check {
                let heads = entry.stamps.prefix(entry.heads).map { stamp in
                    kept[entry.tag]?.first { $0.stamp == stamp } ?? Head(stamp: stamp, value: value)
                }
                states[entry.tag] = State(heads: heads, seen: Array(entry.stamps.dropFirst(entry.heads)))
            } else {
                let next = Stamp(after: entry.stamps, check: check)
                states[entry.tag] = State(
                    heads: [Head(stamp: next, value: value)], seen: Self.pruned(entry.stamps, without: [next]))
            }
        }
    }

    func value(_ tag: UInt8) -> RawFields { values[tag] ?? RawFields() }

    func state(_ tag: UInt8) -> State {
        states[tag] ?? State(heads: [Head(stamp: Stamp(unstamped: unstamped), value: value(tag))])
    }

    /// The fields that somebody has edited who leaves stamps.
    var stampedTags: Dictionary<UInt8, State>.Keys { states.keys }

    /// What is known of edits is what `other` knows.
    mutating func takeStates(of other: FieldTable) { (states, unstamped) = (other.states, other.unstamped) }

    mutating func set(_ tag: UInt8, _ value: RawFields, _ state: State) {
        values[tag] = value.isEmpty ? nil : value
        let isPlain = state.seen.isEmpty && state.heads.count == 1 && state.heads[0].stamp.isUnstamped
        states[tag] = isPlain && state.heads[0].stamp == Stamp(unstamped: unstamped) ? nil : state
    }

    /// A merge's value in place of the one that counts; nobody has edited it.
    mutating func rewrite(_ tag: UInt8, _ value: RawFields) {
        if var state = states[tag] {
            for index in state.heads.indices where state.heads[index].value.isSame(as: self.value(tag)) {
                state.heads[index].value = value
            }
            states[tag] = state
        }
        values[tag] = value.isEmpty ? nil : value
    }

    /// The owner has changed a field, or says once more what it is.
    mutating func edit(_ tag: UInt8, after before: State, _ value: RawFields) {
        let stamp = Stamp(after: before.stamps)
        values[tag] = value.isEmpty ? nil : value
        states[tag] = State(
            heads: [Head(stamp: stamp, value: value)], seen: Self.pruned(before.stamps, without: [stamp]))
    }

    /// The last edits, in order; of what is not stamped only the highest number, which covers the others.
    static func pruned(_ stamps: [Stamp], without heads: [Stamp]) -> [Stamp] {
        let sorted = Set(stamps).subtracting(heads).sorted { $0.number > $1.number }
        return Array(sorted.filter { !$0.isUnstamped }.prefix(mostSeen) + sorted.filter(\.isUnstamped).prefix(1))
    }

    // MARK: Writing

    private func count(_ tag: UInt8, _ state: State) -> Int {
        let own = value(tag)
        return state.heads.reduce(9 + 8 * (state.heads.count + state.seen.count)) {
            $0 + ($1.value.isSame(as: own) ? 0 : 12 + $1.value.count)
        }
    }

    /// Bytes of the body, without the count of revisions.
    var count: Int {
        states.reduce(values.values.reduce(0) { $0 + $1.count }) { $0 + count($1.key, $1.value) }
    }

    /// The record with these fields, sorted.
    ///
    /// - Parameter isInOrder: only what is known of edits has changed: the fields stay as they stood.
    func record(
        revision: UInt64, modified: UInt64? = nil, isInOrder: Bool = false
    ) throws(VaultError) -> Record {
        let stamped = revision - min(unstamped, revision)
        var buffer = try RecordStream.buffer(count + 11)
        if isInOrder {
            plain.withPieces { buffer.append(copying: $0) }
        } else {
            for tag in values.keys.sorted() { values[tag]?.withPieces { buffer.append(copying: $0) } }
        }
        for (tag, state) in states.sorted(by: { $0.key < $1.key }) {
            let own = value(tag)
            for head in state.heads where !head.value.isSame(as: own) {
                buffer.append { output in
                    output.append(Self.keptTag)
                    output.appendNumber(UInt64(9 + head.value.count), bytes: 2)
                    output.append(tag)
                    output.appendNumber(head.stamp.number, bytes: 8)
                }
                head.value.withPieces { buffer.append(copying: $0) }
            }
            let check = own.check
            buffer.append { output in
                output.append(Self.editsTag)
                output.appendNumber(UInt64(6 + 8 * (state.heads.count + state.seen.count)), bytes: 2)
                output.append(tag)
                output.append(UInt8(state.heads.count))
                output.appendNumber(UInt64(check), bytes: 4)
                for stamp in state.stamps { output.appendNumber(stamp.number, bytes: 8) }
            }
        }
        if stamped > 0 {
            buffer.append { output in
                output.append(Self.countTag)
                output.appendNumber(8, bytes: 2)
                output.appendNumber(stamped, bytes: 8)
            }
        }
        guard buffer.count <= Record.bodyLimit else { throw .badValue("so much in one record") }
        do {
            return Record(
                id: record.id, kind: record.kind, revision: revision, modified: modified ?? record.modified,
                body: SharedSecret(try Secret(buffer)))
        } catch { throw .memory(error) }
    }
}
