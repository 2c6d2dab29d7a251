/// When the vault locks itself: the owner's settings, at first those of a new vault.
package struct Settings: Equatable, Sendable {
    /// Seconds without a request that needs the open vault; 0 is never.
    package var idleSeconds: UInt32 = 900
    /// Seconds since it was unlocked; 0 is never.
    package var absoluteSeconds: UInt32 = 28_800

    package init() {}

    package init(idleSeconds: UInt32, absoluteSeconds: UInt32) {
        (self.idleSeconds, self.absoluteSeconds) = (idleSeconds, absoluteSeconds)
    }
}
