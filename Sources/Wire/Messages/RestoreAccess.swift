/// Whose signature a file bears.
package enum FileOrigin: UInt8, CaseIterable, Sendable {
    /// None.
    case unsigned = 0
    /// Another vault's, or anybody's; or a former key's of this vault after its end.
    case foreign = 1
    /// A former signing key of this vault, from before its end.
    case former = 2
    /// A signing key of this vault that this machine does not know yet, and that its owner has certified.
    case successor = 3
    /// The present signing key of this vault.
    case current = 4
}

/// What becomes of an unlock method of a file in a vault that is made of it.
package enum RestoredAccess: UInt8, CaseIterable, Sendable {
    /// It has opened the file, and stays.
    case opener = 0
    /// The passphrase that has opened the file vouches for it, and it stays.
    case vouched = 1
    /// The file says of itself that its owner vouches for it; it ends unless it is kept by RESTORE_KEEP.
    case claimed = 2
    /// Nobody vouches for it; it ends unless it is kept by RESTORE_KEEP.
    case unknown = 3
}

/// RESTORE_ACCESS: whose file was opened, and what opens a vault that is made of it.
package struct RestoreAccessRequest: EmptyMessage, Request {
    package typealias Reply = RestoreAccessReply
    package static var type: MessageType { .restoreAccess }
    package init() {}
}

/// An unlock method of a file.
package struct RestoredMethod: Field, Equatable, Sendable {
    /// What it is.
    package var method = UnlockMethod()
    /// What becomes of it.
    package var access = RestoredAccess.unknown

    package init() {}

    package init(_ method: UnlockMethod, _ access: RestoredAccess) { (self.method, self.access) = (method, access) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&method)
        try coder.choice(&access)
    }
}

/// RESTORE_ACCESS_REPLY.
package struct RestoreAccessReply: PlainMessage {
    package static var type: MessageType { .restoreAccessReply }
    /// Whose signature the file bears, seen from the vault that is here.
    package var origin = FileOrigin.unsigned
    /// When its signing key ended, in seconds of UTC; 0 when it has not.
    package var ended: UInt64 = 0
    /// The fingerprint of its vault and its signing key; zeros for a file without a signature.
    package var fingerprint = Digest()
    /// The fingerprints that it follows from, every step certified by the owner; the last one first.
    package var former: [Digest] = []
    /// Its unlock methods.
    package var methods: [RestoredMethod] = []
    /// Earlier backups of its machine, the last one first: what they held is in it.
    package var earlier: [EarlierBackup] = []

    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&origin)
        try coder.integer(&ended)
        try coder.field(&fingerprint)
        try coder.list(&former, Limits.epochs)
        try coder.list(&methods, Limits.unlockMethods)
        try coder.list(&earlier, Limits.earlierBackups)
    }
}

/// A backup, by what its name says.
package struct EarlierBackup: Field, Equatable, Sendable {
    /// When it was sealed, in seconds of UTC.
    package var time: UInt64 = 0
    /// The number of its save.
    package var sequence: UInt64 = 0

    package init() {}

    package init(time: UInt64, sequence: UInt64) { (self.time, self.sequence) = (time, sequence) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&time)
        try coder.integer(&sequence)
    }
}

/// RESTORE_KEEP: the owner has confirmed these unlock methods of the file that is open: they stay in a vault that is
/// made of it.
package struct RestoreKeepRequest: PlainMessage, Request {
    package static var type: MessageType { .restoreKeep }
    /// Their ids.
    package var methods: [Identifier] = []

    package init() {}

    package init(methods: [Identifier]) { self.methods = methods }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&methods, Limits.unlockMethods)
    }
}
