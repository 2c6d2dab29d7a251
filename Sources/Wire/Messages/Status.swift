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
package struct StatusRequest: EmptyMessage, Request {
    package typealias Reply = StatusReply
    package static var type: MessageType { .status }
    package init() {}
}

/// STATUS_REPLY. Counts of the vault's content are 0 while it is locked.
package struct StatusReply: PlainMessage {
    package static var type: MessageType { .statusReply }
    /// Whether there is a vault and whether it is open.
    package var vault = VaultState.none
    /// How secrets are protected.
    package var memory = MemoryKind.secret
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

    package init() {}

    /// A status with zeroes, to be filled in.
    package init(vault: VaultState, memory: MemoryKind) {
        (self.vault, self.memory) = (vault, memory)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&vault)
        try coder.choice(&memory)
        try coder.integer(&arenaUsed)
        try coder.integer(&arenaReserved)
        try coder.integer(&memoryLockLimit)
        try coder.integer(&generation)
        try coder.integer(&revision)
        try coder.integer(&accounts)
        try coder.integer(&inTrash)
        try coder.integer(&idleSecondsLeft)
        try coder.integer(&absoluteSecondsLeft)
        try coder.integer(&connections)
        try coder.integer(&pendingChallenges)
        try coder.integer(&processID)
        try coder.integer(&uptimeSeconds)
        try coder.integer(&auditSequence)
        try coder.field(&auditHash)
        try coder.strings(&warnings, Limits.details, each: Limits.text)
    }
}
