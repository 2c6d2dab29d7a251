import CLinux

// `fob` as it is installed: it answers the everyday form, `fob code NAME`, and becomes the whole program for everything
// else. The whole program brings the argument parser, and with it Foundation and Dispatch, whose start alone takes longer
// than getting a code. This one is Embedded Swift, because the start of Swift's runtime takes half as long, too. A package
// does not share modules with Embedded Swift, so that `Shared` has links to the sources it takes from Platform, Wire and
// Client.

typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// What SwiftPM calls `main` in this executable.
@_cdecl("fob_main")
func main(_ count: CInt, _ arguments: Arguments) -> CInt {
    if let request = unsafe everyday(count, arguments) {
        Hardening.apply()
        Hardening.fillStandardDescriptors(isBrief: true)
        let isDone = printCode(request) {
            // Where the passphrase is the answer, it is asked for here: by the whole program, whose question is another.
            if isatty(0) == 1, Waiting.challenge?.proof == .passphrase { unsafe becomeWhole(arguments) }
            Waiting.tell()
        }
        if isDone {
            // A script's code costs no look at any file.
            guard isatty(2) == 1, DailyMark.backupReminder?.isDue == true else { Daemon.exit(0) }
            unsafe arguments[1] = strdup("backup-reminder")
            unsafe arguments[2] = nil
            unsafe becomeWhole(arguments)
            Daemon.exit(0)
        }
    }
    unsafe becomeWhole(arguments)
    Output.error(ClientError(.noAgent, "the rest of fob is missing", remedy: "install fob as a whole"))
    return ErrorCode.noAgent.exitStatus
}

/// Becomes the whole program. Returns only where that is missing.
func becomeWhole(_ arguments: Arguments) {
    for path in Companions.paths("fob-main") { unsafe execv(path, arguments) }
}

/// `code NAME` or `next NAME` with a plain name; nil for everything else.
func everyday(_ count: CInt, _ arguments: Arguments) -> CodeRequest? {
    guard count == 3, let verb = unsafe arguments[1], let text = unsafe arguments[2] else { return nil }
    let isNext = unsafe strcmp(verb, "next") == 0
    let isCode = unsafe strcmp(verb, "code") == 0
    guard isCode || isNext, let name = unsafe String(validatingCString: text) else { return nil }
    // A colon: an id, or a secret URI, which is refused.
    guard name.utf8.first != UInt8(ascii: "-"), !name.isEmpty, name.utf8.count <= 40,
        !name.utf8.contains(UInt8(ascii: ":"))
    else { return nil }
    return CodeRequest(.name(name), flags: CodeFlags(rawValue: isNext ? 1 : 0))
}

/// Gets a code and prints it, or ends with the agent's refusal. False when an agent has to be started or the vault to be
/// unlocked first, and when the agent cannot be reached, of which the whole program knows to tell.
///
/// - Parameter onWaiting: called when the reply does not come at once.
func printCode(_ request: CodeRequest, onWaiting: @escaping () -> Void) -> Bool {
    guard let path = Paths.socket, let socket = try? AgentSocket.connect(to: path) else { return false }
    do throws(ClientError) {
        let reply: CodeReply = try PlainRequest.ask(request, over: socket, onWaiting: onWaiting)
        Output.line(reply.code)
        return true
    } catch {
        switch error.code {
        // No person was asked before one of these: the whole program comes to the same, knows what may have been meant by
        // a name, and says it in the language of the user, whose catalogue is not looked for here.
        case .locked, .notFound, .ambiguous, .noVault, .needsVerification, .lifetimeOver: return false
        // Asked once more, it would have a person confirm twice.
        default: Output.error(error)
        }
        Daemon.exit(error.exitStatus)
    }
}
