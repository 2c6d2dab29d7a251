package import Age
import Platform

extension Contents {
    /// What is known of the unlock methods besides themselves.
    package struct Access: Sendable, Equatable {
        /// The last set of recovery codes, counted from 1; 0 when there was none.
        package var set: UInt32 = 0
        /// Codes that it had.
        package var made: UInt8 = 0
        /// When it was made, in seconds of UTC.
        package var madeAt: UInt64 = 0
        /// When an unlock method last ended, in seconds of UTC; 0 for never. It opens every file that was sealed before.
        package var endedAt: UInt64 = 0
        /// The number of the last save before that.
        package var endedAfter: UInt64 = 0
        /// The marks of the codes that the last set had, used or not.
        var marks: [Identifier] = []
        /// The marks of the codes of other sets that count as well: two machines had made one each in the same second, and
        /// releases before have taken both into a vault, where each code opens what its owner has printed. Not in the record:
        /// they are those that are there.
        var others: Set<Identifier> = []

        init() {}

        /// What each code of the last set signs.
        func statement(in vault: Identifier) -> Statement {
            var statement = Statement("fob-kit 1\n")
            statement.add(vault)
            statement.add(UInt64(set))
            statement.add(madeAt)
            statement.add(UInt64(marks.count))
            for mark in marks { statement.add(mark) }
            return statement
        }

        /// Whether both know the same set of kit codes as the last one.
        func isSameSet(as other: Access) -> Bool {
            (set, made, madeAt) == (other.set, other.made, other.madeAt) && marks == other.marks
        }

        /// Whether a kit code is of the last set. Two machines may have made one in the same second.
        func has(_ code: UnlockMethod) -> Bool {
            guard isOfItsSecond(code) else { return false }
            return marks.isEmpty || marks.contains(code.recipient.mark) || others.contains(code.recipient.mark)
        }

        private func isOfItsSecond(_ way: UnlockMethod) -> Bool {
            guard case .code(set, _) = way.source else { return false }
            return way.created == madeAt
        }

        /// Counts the codes of a second set among those that a vault has.
        mutating func countOthers(among ways: [UnlockMethod]) {
            guard !marks.isEmpty else { return }
            others = Set(ways.filter(isOfItsSecond).map(\.recipient.mark)).subtracting(marks)
        }

        /// Counts what another machine counts too, where both have codes in common: one of them has both sets.
        mutating func takeOthers(of other: Access) {
            guard (set, madeAt) == (other.set, other.madeAt) else { return }
            let (own, their) = (others.union(marks), other.others.union(other.marks))
            if !own.isDisjoint(with: their) { others = own.union(their).subtracting(marks) }
        }

        /// Whether that of another machine is the later one: all machines choose the same of any two.
        func isBefore(_ other: Access) -> Bool {
            let (own, their) = ((set, madeAt, made), (other.set, other.madeAt, other.made))
            return own == their ? marks.lexicographicallyPrecedes(other.marks) : own < their
        }
    }

    // MARK: Reading

    /// Recovery codes that are not used.
    package var codesLeft: Int { unlockMethods.count { $0.isCode } }

    /// The file `recovery-key.age`; nil when the vault was never opened by a passphrase since there are such files.
    package var recoveryKey: [UInt8]? {
        for way in unlockMethods { if case .recoveryKey(let file) = way.source { return file } }
        return nil
    }

    // MARK: Changes. Each leaves the value as it was when it throws.

    // Those that the owner makes are vouched for by the owner's key: without that, other machines do not take them over.

    /// Makes a new set of recovery codes, and ends the one before.
    ///
    /// - Parameter signing: what follows from each of the codes: they vouch for each other.
    package mutating func replaceCodes(
        by recipients: [X25519Recipient], signing: [OwnerKey] = [], _ owner: OwnerKey? = nil, at utc: UInt64
    ) throws(VaultError) {
        precondition(Limits.kitCodes.contains(recipients.count))
        var next = self
        next.access.set &+= 1
        next.access.made = UInt8(recipients.count)
        next.access.madeAt = utc
        (next.access.marks, next.access.others) = (recipients.map(\.mark), [])
        let set = next.access.statement(in: vault)
        for (index, recipient) in recipients.enumerated() {
            let source = UnlockMethod.Source.code(set: next.access.set, place: UInt8(index + 1))
            var way = UnlockMethod(source: source, label: "", recipient: recipient, at: utc)
            way.kit = signing.first { $0.recipient == recipient }?.certificate(of: set)
            try next.put(way.certified(by: owner, in: vault), at: utc)
        }
        try next.endMethods(unlockMethods.filter(\.isCode), by: owner.map { [$0] } ?? [], at: utc)
        try next.writeAccess(at: utc)
        guard next.unlockMethods.count <= Limits.unlockMethods else {
            throw .tooLarge("\(Limits.unlockMethods) unlock methods")
        }
        self = next
    }

    /// Ends the code of that recipient; false when there is none.
    package mutating func useCode(of recipient: X25519Recipient, at utc: UInt64) throws(VaultError) -> Bool {
        guard let way = unlockMethods.first(where: { $0.isCode && $0.recipient == recipient }) else { return false }
        var next = self
        try next.endMethods([way], at: utc)
        self = next
        return true
    }

    /// Seals to another of the owner's recipients as well, from now on.
    ///
    /// - Parameter key: the hardware security key that its identity follows from; nil when the owner keeps that elsewhere.
    package mutating func add(
        _ recipient: X25519Recipient, of key: HardwareKey? = nil, label: String, _ owner: OwnerKey? = nil,
        at utc: UInt64
    ) throws(VaultError) -> Identifier {
        guard unlockMethods.count < Limits.unlockMethods else {
            throw .tooLarge("\(Limits.unlockMethods) unlock methods")
        }
        // No more are looked at in the head of a file.
        guard key == nil || hardwareKeys.count < HardwareKey.most else {
            throw .tooLarge("\(HardwareKey.most) security keys")
        }
        guard !label.isEmpty, label.utf8.count <= Limits.name, !label.hasControls else {
            throw .badUnlockMethod(
                "an unlock method needs a label of at most \(Limits.name) bytes, without control characters")
        }
        for way in unlockMethods where way.recipient == recipient || way.label == label {
            throw .badUnlockMethod("an unlock method has this recipient or label already")
        }
        // A point of low order would make every save fail.
        do { _ = try AgeWriter(to: [recipient]) } catch .malformedRecipient {
            throw .badUnlockMethod("nothing can be sealed to this recipient")
        } catch { throw VaultError(error) }
        let source = key.map { UnlockMethod.Source.hardware($0) } ?? .identity
        let way = UnlockMethod(source: source, label: label, recipient: recipient, at: utc)
        try put(way.certified(by: owner, in: vault), at: utc)
        return way.id
    }

    /// Ends recovery codes, recipients and hardware security keys. The passphrase stays, with its recovery key: something that a person can type
    /// must be left, and who changes the unlock methods must prove to be the owner.
    package mutating func removeUnlockMethods(
        _ ids: [Identifier], _ owner: OwnerKey? = nil, at utc: UInt64
    ) throws(VaultError) {
        var ended: [UnlockMethod] = []
        for id in Set(ids) {
            guard let way = unlockMethods.first(where: { $0.id == id }) else { throw .noUnlockMethod }
            switch way.source {
            case .passphrase, .recoveryKey: throw .badUnlockMethod("the passphrase can be replaced, but not removed")
            case .code, .identity, .hardware: ended.append(way)
            }
        }
        var next = self
        try next.endMethods(ended, by: owner.map { [$0] } ?? [], at: utc)
        self = next
    }

    /// Puts a passphrase, and the recovery key that it opens, in the place of those before.
    ///
    /// - Parameters:
    ///   - owner: the owner's key of the new one, which vouches for all unlock methods from now on.
    ///   - former: that of the one before, which lets other machines follow; nil when the passphrase is forgotten.
    package mutating func replacePassphrase(
        by passphrase: UnlockMethod, _ key: UnlockMethod, _ owner: OwnerKey? = nil, former: OwnerKey? = nil,
        at utc: UInt64
    ) throws(VaultError) {
        let old = unlockMethods.filter(\.isOfPassphrase)
        var next = self
        var passphrase = passphrase
        passphrase.owner = owner?.publicKey
        try next.put(passphrase, at: utc)
        try next.put(key, at: utc)
        if let owner { try next.certifyMethods(by: owner, keeping: [owner.publicKey], at: utc) }
        try next.endMethods(old, by: [owner, former].compactMap(\.self), at: utc)
        self = next
    }

    mutating func endMethods(
        _ ways: [UnlockMethod], by owners: [OwnerKey] = [], at utc: UInt64
    ) throws(VaultError) {
        guard !ways.isEmpty else { return }
        for way in ways { try removeUnlockMethod(way.id, at: utc) }
        access.endedAt = utc
        access.endedAfter = generation
        try writeAccess(at: utc)
        // A vault that was never saved has no keys that anybody could know.
        if backupKeys != nil { try renewBackupKeys(by: owners, at: utc) }
    }

    private mutating func writeAccess(at utc: UInt64) throws(VaultError) {
        let id = Identifier.single(.access)
        records[id] = try access.record(over: records[id], at: utc)
        revision += 1
    }
}

extension UnlockMethod {
    /// Whether it is a recovery code.
    package var isCode: Bool { if case .code = source { true } else { false } }

    /// Whether it is a passphrase.
    package var isPassphrase: Bool { if case .passphrase = source { true } else { false } }

    /// Whether it comes and goes with the passphrase.
    var isOfPassphrase: Bool {
        switch source {
        case .passphrase, .recoveryKey: true
        case .code, .identity, .hardware: false
        }
    }

    fileprivate func certified(by owner: OwnerKey?, in vault: Identifier) throws(VaultError) -> UnlockMethod {
        guard let owner else { return self }
        var way = self
        way.certificate = owner.certificate(of: try statement(in: vault))
        return way
    }
}

extension Contents.Access: FieldList {
    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &set)
        try coder.value(2, &made)
        try coder.value(3, &madeAt)
        try coder.value(4, &endedAt)
        try coder.value(5, &endedAfter)
        try coder.list(6, &marks, most: 16)
    }

    init(_ record: Record) throws(VaultError) { try read(record) }

    func record(over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        try Record.make(.access, .single(.access), over: old, at: utc, body: body(over: old))
    }
}
