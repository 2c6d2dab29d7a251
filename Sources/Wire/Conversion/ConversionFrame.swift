/// What `fob` and `fob-convert` say to each other.
///
/// `fob` sends START, then FILE and DATA of everything to be read, or ENTRY and PASSKEY of everything to be written, then END. Where
/// what is to be written is encrypted, PASSWORD comes before the first ENTRY. The
/// converter answers with PASSWORD_NEEDED any number of times, each answered with PASSWORD, and with what it makes of the
/// input: ENTRY, PASSKEY, PROBLEM, WARNING, CODES for what was read, each file's followed by its OUTCOME, FILE and DATA for what is
/// written. END or FAILURE is its last word. A stream without one of these two came from a converter that died: nothing of it counts.
package enum Conversion: UInt8, ProgramConversation {
    /// One passkey with its secrets (both ways).
    case passkey = 0x08
    /// What is to be done (to the converter).
    case start = 0x01
    /// The name of the file whose DATA follows (both ways).
    case file = 0x02
    /// The next bytes of a file (both ways); they may be secret.
    case data = 0x03
    /// One account with its secrets (both ways).
    case entry = 0x04
    /// A password that was asked for (to the converter).
    case password = 0x05
    /// Everything was sent, and all is well (both ways).
    case end = 0x06
    /// The DATA that follow are a key file, which opens others (to the converter).
    case keyFile = 0x07
    /// The file is encrypted (from the converter).
    case passwordNeeded = 0x11
    /// One item of the file cannot be an account (from the converter).
    case problem = 0x12
    /// Something that the owner should know of the file as a whole (from the converter).
    case warning = 0x13
    /// The recovery codes of a service (from the converter).
    case codes = 0x14
    /// What became of a file, or of several that belong together (from the converter).
    case outcome = 0x15
    /// It cannot be done (from the converter).
    case failure = 0x1F

    package static let longestFrame = Limits.frame
}

/// A frame of it.
package typealias ConversionFrame = ProgramFrame<Conversion>

/// The body of a frame that holds no secret.
package protocol ConversionBody: ProgramFrameBody where Conversation == Conversion {}
