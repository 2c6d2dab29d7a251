import Vault

/// The vault while it is open: what it holds now, what of it is on the disk, and who waits for the rest to be.
final class OpenVault {
    /// As requests see it.
    var contents: Contents
    /// As it was last saved.
    var durable: Contents
    var clock: LockClock
    /// The wall clock when it was unlocked.
    let wall: WallClock
    /// The contents differ from what the save in flight, or the last one, has taken.
    var isDirty = false
    /// The vault is to be saved so that it remembers later lines of the audit logs.
    var needsAnchor = false
    /// Lines of the audit logs up to the last that it remembers.
    var anchoredLines: UInt64 = 0
    /// The same of the save in flight.
    var anchoringLines: UInt64 = 0
    /// A timer runs after which it is saved for that.
    var awaitsAnchor = false
    /// A save is in flight.
    var isSaving = false
    /// Who waits for the save in flight.
    var waitingForSave: [SaveWaiter] = []
    /// Who waits for the one after it.
    var waitingForNext: [SaveWaiter] = []

    /// The highest number of a save that is known where that is above the vault's own: an older one was put back. 0 for none.
    var highest: UInt64 = 0

    /// Told once the change is durable, or why it is not.
    typealias SaveWaiter = (Refusal?) -> Void

    /// - Parameter utc: the wall clock.
    init(_ contents: Contents, at now: Monotonic, utc: UInt64) {
        self.contents = contents
        wall = WallClock(utc: utc, at: now)
        durable = contents
        clock = LockClock(
            idle: contents.settings.idleSeconds, absolute: contents.settings.absoluteSeconds, at: now)
    }

    /// The one account outside the trash that has exactly that label or name; nil when none has it, or several.
    func only(named query: String) -> Vault.Account? { Self.only(named: query, in: &contents) }

    /// `inout`, though nothing is changed: what an object's property holds is copied for others, with all that it retains.
    private static func only(named query: String, in contents: inout Contents) -> Vault.Account? {
        contents.only(named: query)
    }
}
