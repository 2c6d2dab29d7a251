import Platform

/// What becomes of a field of which two copies have different values.
enum FieldRule {
    /// The edit that is later, or of two that met the one with more edits in its history; the other stands beside it.
    case latest
    /// The same, and both texts stand in it.
    case note
    /// The same, and it is all that either has.
    case union
    /// The same, and of two that met the greater protects more.
    case strict
    /// The same, and of two that met the lower but for 0 protects more.
    case shortest
    /// The same, and of two that met the one counts by which it is in the trash.
    case removal
    /// The longer or greater, whoever has edited it.
    case greatest
    /// That here.
    case local
    /// The flags of a security key.
    case flags
    /// How often each protection of a security key was taken away: of each the higher number.
    case counts
    /// The logins that a security key is limited to.
    case limits

    /// Whether its edits leave stamps.
    var isStamped: Bool {
        switch self {
        case .latest, .note, .union, .strict, .shortest, .removal: true
        case .greatest, .local, .flags, .counts, .limits: false
        }
    }

    /// The tag of the ways into an account that lie elsewhere.
    static let waysTag: UInt8 = 20

    /// That of a field of a record of that kind.
    static func of(_ tag: UInt8, _ kind: UInt8) -> FieldRule {
        switch (RecordKind(rawValue: kind), tag) {
        case (.account, 3): .note
        case (.account, 4), (.account, waysTag): .union
        case (.account, 6), (.account, 16), (.account, 18): .strict
        case (.account, 7), (.settings, 1), (.settings, 2): .shortest
        case (.account, 8), (.account, 15), (.key, 21), (.key, 24): .local
        case (.account, removalTag(.account)), (.key, removalTag(.key)): .removal
        case (.account, 13), (.account, 14), (.key, 3), (.key, 5), (.key, 13...16), (.key, 18), (.key, 26): .greatest
        case (.key, 4): .flags
        case (.key, 22): .counts
        case (.key, 23): .limits
        default: .latest
        }
    }

    /// The fields of an account that one which is its twin has a say in: not its place, its time and the trash.
    static func isOfTwins(_ tag: UInt8) -> Bool {
        let rule = of(tag, RecordKind.account.rawValue)
        return rule.isStamped && rule != .removal && tag != 5 && tag != 9
    }

    /// The tag of the field that says that a record is in the trash; 0 for a kind that has none.
    static func removalTag(_ kind: RecordKind?) -> UInt8 {
        switch kind {
        case .account: 10
        case .key: 20
        default: 0
        }
    }

    /// Whether records of a kind merge by field.
    static func isByField(_ kind: UInt8) -> Bool {
        switch RecordKind(rawValue: kind) {
        case .account, .key, .settings, .backupPlace, nil: true
        default: false
        }
    }

    // MARK: Joining

    /// All edits that no other one on either side has replaced.
    func joined(_ own: FieldTable.State, _ their: FieldTable.State) throws(VaultError) -> FieldTable.State {
        func isSame(_ a: Stamp, _ b: Stamp) -> Bool { a == b || a.isUnstamped && b.isUnstamped }
        func isReplaced(_ head: FieldTable.Head, in state: FieldTable.State) -> Bool {
            state.seen.contains { seen in
                head.stamp.isUnstamped ? seen.isUnstamped && seen.number >= head.stamp.number : seen == head.stamp
            }
        }
        var heads: [FieldTable.Head] = []
        for head in own.heads {
            if let other = their.heads.first(where: { isSame($0.stamp, head.stamp) }) {
                heads.append(try tied(head, other))
            } else if !isReplaced(head, in: their) {
                heads.append(head)
            }
        }
        for head in their.heads where !own.heads.contains(where: { isSame($0.stamp, head.stamp) }) {
            if !isReplaced(head, in: own) { heads.append(head) }
        }
        heads.sort { Stamp.isFirst($0.stamp, $1.stamp) }
        let left = Array(heads.prefix(FieldTable.mostHeads))
        // What one that stands replaces by its number need not be remembered.
        let isPlain = left.contains { $0.stamp.isUnstamped }
        let known = (own.stamps + their.stamps).filter { !isPlain || !$0.isUnstamped }
        return FieldTable.State(heads: left, seen: FieldTable.pruned(known, without: left.map(\.stamp)))
    }

    /// Of two values of one edit, which merges or releases without stamps have made different: the one that protects
    /// more; else of the higher revision; else the greater. Of those of equal revisions it is the same on all machines.
    private func tied(_ own: FieldTable.Head, _ their: FieldTable.Head) throws(VaultError) -> FieldTable.Head {
        let stamp = own.stamp.number > their.stamp.number ? own.stamp : their.stamp
        var isOwn = own.value.order(their.value) >= 0
        switch self {
        case .shortest:
            let isEither = (try Self.isShorter(own.value, their.value), try Self.isShorter(their.value, own.value))
            if isEither.0 || isEither.1 { isOwn = isEither.0 }
        case .latest, .note, .union, .removal: if own.stamp != their.stamp { isOwn = own.stamp == stamp }
        case .strict, .greatest, .local, .flags, .counts, .limits: break
        }
        return FieldTable.Head(stamp: stamp, value: isOwn ? own.value : their.value)
    }

    private static func isShorter(_ own: RawFields, _ their: RawFields) throws(VaultError) -> Bool {
        let (a, b) = (try own.number(), try their.number())
        return a != 0 && (b == 0 || a < b)
    }

    /// What a field is that has these edits.
    func value(_ tag: UInt8, _ heads: [FieldTable.Head]) throws(VaultError) -> RawFields {
        guard var best = heads.first?.value, heads.count > 1 else { return heads.first?.value ?? RawFields() }
        switch self {
        case .note: return try Self.note(tag, heads) ?? best
        case .union: return try Self.union(heads)
        case .strict: for head in heads where head.value.order(best) > 0 { best = head.value }
        case .shortest: for head in heads where try Self.isShorter(head.value, best) { best = head.value }
        case .removal: best = heads.first { !$0.value.isEmpty }?.value ?? best
        case .latest, .greatest, .local, .flags, .counts, .limits: break
        }
        return best
    }

    /// Stands between a note and another one that was written on another machine at the same time.
    static let mark: StaticString = "\n\n[written on another machine meanwhile]\n"

    /// All notes; nil when they are too long for one.
    private static func note(_ tag: UInt8, _ heads: [FieldTable.Head]) throws(VaultError) -> RawFields? {
        var parts: [(body: SharedSecret, place: Range<Int>)] = []
        var texts: [RawFields] = []
        for text in heads.map(\.value) where !text.isEmpty && !texts.contains(where: { $0.isSame(as: text) }) {
            texts.append(text)
            if let body = text.body, let place = try text.singles().last?.value { parts.append((body, place)) }
        }
        let between = mark.description.utf8.count
        let count = parts.reduce(0) { $0 + $1.place.count + between } - between
        guard parts.count > 1 else { return texts.first }
        guard count <= Limits.note else { return nil }
        var buffer = try RecordStream.buffer(3 + count)
        buffer.append { output in
            output.append(tag)
            output.appendNumber(UInt64(count), bytes: 2)
        }
        for (index, part) in parts.enumerated() {
            if index > 0 { buffer.append(copying: mark.description.utf8Span.span) }
            part.body.withBytes { buffer.append(copying: $0.extracting(part.place)) }
        }
        do { return RawFields(SharedSecret(try Secret(buffer)), at: 0..<(3 + count)) } catch { throw .memory(error) }
    }

    /// All tags, the ones of the edit that counts first.
    private static func union(_ heads: [FieldTable.Head]) throws(VaultError) -> RawFields {
        var fields: [RawFields] = []
        for head in heads {
            for single in try head.value.singles() where fields.count < Limits.tags {
                if !fields.contains(where: { $0.isSame(as: single.field) }) { fields.append(single.field) }
            }
        }
        return try list(fields)
    }

    /// These fields, one behind the other.
    private static func list(_ fields: [RawFields]) throws(VaultError) -> RawFields {
        var buffer = try RecordStream.buffer(fields.reduce(0) { $0 + $1.count })
        for field in fields { field.withPieces { buffer.append(copying: $0) } }
        let count = buffer.count
        do { return RawFields(SharedSecret(try Secret(buffer)), at: 0..<count) } catch { throw .memory(error) }
    }

    /// What a security key's copy says of its protections: its flags, and how often its owner took them away.
    struct KeyProtections {
        let flags: KeyFlags
        let lowered: UInt64

        init(_ table: FieldTable) throws(VaultError) {
            flags = KeyFlags(rawValue: UInt16(truncatingIfNeeded: try table.value(4).number()))
            lowered = try table.value(22).number()
        }
    }

    /// Where edits leave no stamps: what counts of both.
    ///
    /// - Parameter keys: what the copies of a security key say of its protections.
    func settled(
        _ tag: UInt8, _ own: RawFields, _ their: RawFields,
        keys: () throws(VaultError) -> (own: KeyProtections, their: KeyProtections)
    ) throws(VaultError) -> RawFields {
        switch self {
        case .local: return own
        case .flags:
            let (own, their) = try keys()
            // Those that take something away from it are there if both have them.
            let taking: KeyFlags = [.noTouch, .needsVerification]
            var flags = own.flags.union(their.flags).subtracting(taking)
                .union(own.flags.intersection(their.flags).intersection(taking))
            for (place, entry) in KeyCredential.lowerable.enumerated() {
                let counts = (own.lowered.octet(place), their.lowered.octet(place))
                guard counts.0 != counts.1 else { continue }
                if !(counts.0 > counts.1 ? own : their).flags.contains(entry.flag) { flags.remove(entry.flag) }
            }
            let number = flags.rawValue
            return number == 0 ? RawFields() : try RawFields(tag, [UInt8(number >> 8), UInt8(number & 0xff)])
        case .counts:
            let (a, b) = (try own.number(), try their.number())
            var counts: UInt64 = 0
            for place in 0..<8 { counts.setOctet(place, max(a.octet(place), b.octet(place))) }
            return counts == 0
                ? RawFields() : try RawFields(tag, [UInt8](capacity: 8) { $0.appendNumber(counts, bytes: 8) })
        case .limits:
            guard let place = KeyCredential.lowerable.firstIndex(where: { $0.protection == .hosts }) else { return own }
            let sides = try keys()
            let counts = (sides.own.lowered.octet(place), sides.their.lowered.octet(place))
            if counts.0 != counts.1 { return counts.0 > counts.1 ? own : their }
            guard sides.own.flags.contains(.limited) else { return their }
            guard sides.their.flags.contains(.limited) else { return own }
            // What only one machine allows was taken away on the other.
            let allowed = try their.singles().map(\.field)
            let both = try own.singles().map(\.field).filter { field in allowed.contains { $0.isSame(as: field) } }
            return try Self.list(both.sorted { $0.order($1) < 0 })
        default: return own.order(their) >= 0 ? own : their
        }
    }
}
