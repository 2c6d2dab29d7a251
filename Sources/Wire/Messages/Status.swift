/// How secrets in the agent's memory are protected.
package enum MemoryKind: UInt8, CaseIterable, Sendable {
    /// Pages that the kernel itself cannot read for others (memfd_secret).
    case secret = 1
    /// Locked pages, encrypted between uses.
    case shielded = 2
    /// Pages that may reach the swap.
    case unlocked = 3
}

/// STATUS: how are you?
package struct StatusRequest: EmptyMessage {
    package static var type: MessageType { .status }
    package init() {}
}

/// STATUS_REPLY. Counts of the vault's content are 0 while it is locked.
package struct StatusReply: PlainMessage {
    package static var type: MessageType { .statusReply }
    /// Whether there is a vault and whether it is open.
    package var vault: VaultState
    /// How secrets are protected.
    package var memory: MemoryKind
    /// Bytes of locked memory that hold something.
    package var arenaUsed: UInt64 = 0
    /// Bytes of locked memory in all.
    package var arenaReserved: UInt64 = 0
    /// RLIMIT_MEMLOCK in bytes; all ones is no limit.
    package var memoryLockLimit: UInt64 = 0
    /// Number of the vault file in use.
    package var generation: UInt64 = 0
    /// Number of the last change.
    package var revision: UInt64 = 0
    /// Accounts that are not in the trash.
    package var accounts: UInt32 = 0
    /// Accounts in the trash.
    package var inTrash: UInt32 = 0
    /// Seconds until the idle lock; 0 when locked or never.
    package var idleSecondsLeft: UInt32 = 0
    /// Seconds until the absolute lock; 0 when locked or never.
    package var absoluteSecondsLeft: UInt32 = 0
    /// Connections, this one included.
    package var connections: UInt16 = 0
    /// Challenges that wait for an answer.
    package var pendingChallenges: UInt16 = 0
    /// Process id of the agent.
    package var processID: UInt32 = 0
    /// Seconds since the agent started.
    package var uptimeSeconds: UInt64 = 0
    /// Number of the last line of the audit log that the agent wrote.
    package var auditSequence: UInt64 = 0
    /// Hash of that line.
    package var auditHash = Digest(.init(repeating: 0))
    /// Sentences about what is not as it should be.
    package var warnings: [String] = []

    /// A status with zeroes, to be filled in.
    package init(vault: VaultState, memory: MemoryKind) {
        self.vault = vault
        self.memory = memory
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        vault = try cursor.choice(body)
        memory = try cursor.choice(body)
        arenaUsed = try cursor.u64(body)
        arenaReserved = try cursor.u64(body)
        memoryLockLimit = try cursor.u64(body)
        generation = try cursor.u64(body)
        revision = try cursor.u64(body)
        accounts = try cursor.u32(body)
        inTrash = try cursor.u32(body)
        idleSecondsLeft = try cursor.u32(body)
        absoluteSecondsLeft = try cursor.u32(body)
        connections = try cursor.u16(body)
        pendingChallenges = try cursor.u16(body)
        processID = try cursor.u32(body)
        uptimeSeconds = try cursor.u64(body)
        auditSequence = try cursor.u64(body)
        auditHash = try Digest(&cursor, body)
        warnings = try cursor.strings(body, Limits.details, each: Limits.text)
    }

    package var encodedCount: Int { 114 + Count.strings(warnings) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.append(vault.rawValue)
        output.append(memory.rawValue)
        output.appendU64(arenaUsed)
        output.appendU64(arenaReserved)
        output.appendU64(memoryLockLimit)
        output.appendU64(generation)
        output.appendU64(revision)
        output.appendU32(accounts)
        output.appendU32(inTrash)
        output.appendU32(idleSecondsLeft)
        output.appendU32(absoluteSecondsLeft)
        output.appendU16(connections)
        output.appendU16(pendingChallenges)
        output.appendU32(processID)
        output.appendU64(uptimeSeconds)
        output.appendU64(auditSequence)
        auditHash.encode(into: &output)
        try output.appendStrings(warnings, Limits.details, each: Limits.text)
    }
}
