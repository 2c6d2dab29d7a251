import Platform

/// A vault that has become one with this one: its backups are of an earlier vault of one of this vault's machines. What
/// they hold is here; what is said of it gives them no authority.
package struct EarlierVault: Sendable, Equatable {
    /// Which vault.
    package var vault = Identifier.zero
    /// When it became one with this, in seconds of UTC.
    package var joined: UInt64 = 0
    /// The name of the machine that it was of.
    package var machine = ""
    /// The keys that have signed its backups.
    var signers: [PublicKey] = []

    init() {}
}

extension EarlierVault: FieldList {
    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.require(1, "an earlier vault has no id")
        try coder.value(1, &vault)
        try coder.value(2, &joined)
        try coder.value(3, &machine, most: Manifest.machineLimit)
        try coder.list(4, &signers, most: 32)
    }

    init(_ record: Record) throws(VaultError) {
        try read(record)
        guard record.id == Self.id(of: vault), joined <= Record.numberLimit, signers.count <= Limits.epochs else {
            throw .damaged("an earlier vault is not what it says")
        }
    }

    func record(over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        try Record.make(.earlierVault, Self.id(of: vault), over: old, at: utc, body: body(over: old))
    }

    /// The id of the record of a vault, on all machines alike.
    static func id(of vault: Identifier) -> Identifier {
        var statement = Statement("fob/earlier-vault/1")
        statement.add(vault)
        return Identifier(firstOf: Sodium.sha256(statement.bytes.span))
    }
}

extension Contents {
    /// Vaults that have become one with this one, the first one first.
    package var earlierVaults: [EarlierVault] {
        records.values.filter { $0.kind == RecordKind.earlierVault.rawValue }.compactMap { try? EarlierVault($0) }
            .sorted { ($0.joined, $0.vault) < ($1.joined, $1.vault) }
    }

    /// When the vault of a file became one with this, whose key has signed the file; nil when it is no such file.
    func joined(_ signer: PublicKey, of their: Contents) -> UInt64? {
        guard let record = records[EarlierVault.id(of: their.vault)],
            record.kind == RecordKind.earlierVault.rawValue, let earlier = try? EarlierVault(record),
            earlier.signers.contains(signer), their.backupKeys?.signer == signer
        else { return nil }
        return earlier.joined
    }

    /// Notes that `other` has become one with this vault.
    mutating func note(earlier other: Contents, machine: String, at utc: UInt64) throws(VaultError) {
        var earlier = EarlierVault()
        (earlier.vault, earlier.joined, earlier.machine) = (other.vault, max(utc, 1), machine)
        let known = other.epochs.map(\.publicKey)
        let now = other.backupKeys.map { [$0.signer] } ?? []
        earlier.signers = Array((now + known.filter { !now.contains($0) }.reversed()).prefix(Limits.epochs))
        let record = try earlier.record(over: records[EarlierVault.id(of: other.vault)], at: utc)
        records[record.id] = record
    }
}
