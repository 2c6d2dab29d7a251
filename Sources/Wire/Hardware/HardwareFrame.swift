/// What `fob` and `fob-hardware` say to each other. `fob` sends START. The other side answers with PIN_NEEDED any number of
/// times, each answered with PIN, with TOUCH when the security key waits for its user, and with what it found: DEVICE of each
/// that is there, CREDENTIAL of a new one and SECRET. END or FAILURE is its last word.
package enum HardwareConversation: UInt8, ProgramConversation {
    /// What is to be done (to the program).
    case start = 0x01
    /// The PIN that was asked for (to the program).
    case pin = 0x02
    /// A security key that is plugged in.
    case device = 0x11
    /// The security key wants a PIN.
    case pinNeeded = 0x12
    /// The security key waits to be touched.
    case touch = 0x13
    /// The credential that the security key has made.
    case credential = 0x14
    /// What the security key has computed: 32 secret bytes.
    case secret = 0x15
    /// All is done.
    case end = 0x16
    /// It cannot be done.
    case failure = 0x1F

    package static let longestFrame = 65_536
}

/// A frame of it.
package typealias HardwareFrame = ProgramFrame<HardwareConversation>

/// The body of a frame that holds no secret.
package protocol HardwareBody: ProgramFrameBody where Conversation == HardwareConversation {}
