/// What the authenticator says of itself. All but the first are for public test suites, and in builds for tests only.
package enum TestProfile: String, CaseIterable, Sendable {
    /// All of it.
    case full
    #if FOB_TESTING
    /// CTAP 2.1 without verification by the passphrase: the PIN is the only way.
    case pinOnly = "pin-only"
    /// What an authenticator of CTAP 2.0 would say, and channels that were never given out are accepted.
    case ctap20
    #endif

    /// Whether it is an authenticator of CTAP 2.0.
    var isCTAP20: Bool {
        #if FOB_TESTING
        self == .ctap20
        #else
        false
        #endif
    }
    /// Whether the owner can be verified without the client's help.
    var verifies: Bool { self == .full }
    /// Whether non-discoverable keys are made without verification though there is a PIN.
    var makesWithoutVerification: Bool { !isCTAP20 }
    /// PIN protocols, the favourite first.
    var pinProtocols: [Int] { isCTAP20 ? [1] : [2, 1] }
}
