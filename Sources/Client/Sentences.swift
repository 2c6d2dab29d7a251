#if !hasFeature(Embedded)
import Platform
import Wire
#endif

/// What this module says to people, in one place for the day it is translated.
enum Sentences {
    static let backupSize = tr("the file is empty, or larger than any that fob writes")
    static let otherBackup = tr("name a file that fob or its backup has written")

    static let memoryNotLocked = tr("no memory can be locked against swapping")
    static let memoryExhausted = tr("there is not enough locked memory")
    static let outOfMemory = tr("there is not enough memory")
    static let raiseMemoryLock = tr("raise the limit of locked memory (ulimit -l), at least to 256 KiB")
    static func failed(_ error: SystemError) -> Sentence {
        "\(error.subject.isEmpty ? error.call : error.subject): \(Sentence(error.reason))"
    }
    static func cannotSend(_ error: WireError) -> String { tr("the request cannot be sent: \(error)") }
    static func badReply(_ error: WireError) -> String { tr("the agent's reply is malformed: \(error)") }
    static let unexpectedReply = tr("the agent sent a reply that does not belong to the request")
    static let restartAgent = tr("fob and fob-agent may be of different versions: restart the agent")

    static let noSocketPath = tr("there is no place for the agent's socket: XDG_RUNTIME_DIR is not set")
    static let placeNotUTF8 = tr("the path in FOB_HOME or FOB_SOCKET is not UTF-8")
    static let otherDirectory = tr("name another directory")
    static let setRuntimeDirectory = tr("log in with a session manager, or set FOB_SOCKET")
    static let noDataPath = tr("there is no place for fob's data: HOME is not set")
    static let setHome = tr("set HOME, XDG_DATA_HOME or FOB_HOME")
    static func noAgent(_ path: String) -> String { tr("no agent answers at \(path)") }
    static let startAgent = tr("start it: fob-agent --daemon, or systemctl --user start fob-agent.socket")
    static let agentNotFound = tr("no agent runs, and the program fob-agent was not found")
    static let installAgent = tr("install fob-agent beside fob, or put its directory into PATH")
    static func agentDidNotStart(_ status: Int32) -> String {
        tr("the agent could not be started: it ended with status \(status)")
    }
    static let startingAgent = tr("starting the agent")
    static let agentTooSlow = tr("the agent was started but does not answer")
    static let seeAgentOutput = tr("run fob-agent in another terminal and read what it says")
    static func foreignAgent(_ user: UInt32) -> String {
        tr("the agent at the socket belongs to another user (uid \(user)); nothing was sent to it")
    }
    static let whoIsThere = tr("find out who listens there, and remove the socket")
    static let agentStandsStill = tr("the agent answers nobody: it is stuck")
    static let endStuckAgent =
        tr("find it with 'ps x | grep fob-agent' and end it with 'kill': what it has said to be done stays done")
    static func agentStopped(_ process: Int32) -> String { tr("the agent (process \(process)) is stopped") }
    static func continueAgent(_ process: Int32) -> String { tr("continue it: kill -CONT \(process)") }
    static let agentSilent = tr("the agent answers nobody, perhaps because its disk stands still: waiting for it")
    static func pathTooLong(_ path: String, _ longest: Int) -> String {
        tr("the path of the agent's socket has \(path.utf8.count) octets, and may have \(longest): \(path)")
    }
    static let shorterPath = tr("set FOB_SOCKET to a shorter path, for the agent and for fob")
    static func agentUnreachable(_ process: Int32, _ path: String) -> String {
        tr("the agent (process \(process)) holds the vault, and nobody gets through to it at \(path)")
    }
    static func endAgent(_ process: Int32) -> String {
        tr("it makes its socket anew within a minute; 'kill -USR1 \(process)' locks it, 'kill \(process)' ends it")
    }
    static func impostor(_ process: Int32, _ program: String, _ why: String) -> String {
        tr(
            "nothing secret was sent to the process at the agent's socket (\(process)\(program.isEmpty ? "" : ", \(program)")): \(why)"
        )
    }
    static func otherAgent(_ process: Int32) -> String { tr("the agent that holds this vault is process \(process)") }
    static let unseenAgent = tr("the agent that holds this vault cannot be seen from here")
    static let noSuchAgent = tr("it does not hold this vault's lock, as the agent would")
    static let whoListens = tr("find out what that process is; an agent whose socket was taken makes it anew at once")
    static let agentGone = tr("the agent ended the connection before it answered")
    static let tryAgain = tr("try again")
    static func notPermitted(_ path: String) -> String { tr("\(path): permission denied") }
    static let checkSocketOwner = tr("check the owner and mode of the socket")

    static let waitsForConfirmation = tr("waiting for confirmation")
    static func confirmElsewhere(_ id: String) -> String { tr("in another terminal: fob confirm \(id)") }

    static func outputFailed(_ reason: String) -> String { tr("the output cannot be written: \(reason)") }
    static let outputRestricted = tr("standard output was a file that others could read; its mode is 0600 now")
    static let checkPath = tr("check the path")
    static let converterNotFound = tr("the program fob-convert, which reads and writes other formats, was not found")
    static let installConverter = tr("install fob-convert beside fob, or in ../libexec/fob")
    static func converterDied(_ status: Int32) -> String {
        tr("fob-convert ended without a result (\(status > 128 ? "signal \(status - 128)" : "status \(status)"))")
    }
    static let converterStopped = tr("fob-convert was stopped")
    static let converterHangs = tr("fob-convert does not answer")
    static let converterBadFrame = tr("fob-convert sent something malformed")
    static let reportConverter = tr("nothing was changed; if it happens again, the file is damaged or malicious")

    static func filePasswordPrompt(_ format: String, file: String, isGuess: Bool, again: Bool) -> String {
        let failed = again ? tr("That does not open it. ") : ""
        let name = file.isEmpty ? "" : " \(file)"
        if isGuess { return tr("\(failed)The file\(name) bears no mark. Its password, if it is of \(format): ") }
        return tr("\(failed)Password of the \(format) file\(name): ")
    }

    static let keepsChanging = tr("the vault keeps changing while it is read")

    static let secretTooLong = tr("the input is too long")
    static let secretEmpty = tr("the input is empty")
    static func badDescriptor(_ number: Int32) -> String { tr("file descriptor \(number) cannot be read") }
    static let openDescriptor = tr("open it for the command, for example: fob unlock --passphrase-fd 3 3< FILE")
    static let locked = tr("the vault is locked, and there is no terminal to ask for the passphrase")
    static let justLocked = tr("the vault is locked")
    static let unlockFirst = tr("run fob unlock in a terminal, or give the passphrase with --passphrase-fd")
    static let interrupted = tr("interrupted")
    static let inputEnded = tr("the input ended before an answer came")
    static let different = tr("the two passphrases differ")
    static let answeredElsewhere = tr("the question was answered in another place")
    static let cancelled = tr("the question was cancelled")
    static let askedBy = tr("asked by")
    static let startedBy = tr("started by")
    static let pinentryGone = tr("pinentry ended without an answer")

    // Exports.
    static let confirmationsOfAccount = tr("its confirmations")
    static let lifetimeOfAccount = tr("its lifetime")
}
