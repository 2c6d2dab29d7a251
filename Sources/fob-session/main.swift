import Client
import Platform
import Session

let usage = """
    usage: fob-session [--lock-on-switch] [--no-notifications] [--tray] [--shortcut]
           fob-session --status-json
           fob-session --help | --version

      --lock-on-switch    lock the vault when another user comes to the front, too
      --no-notifications  show nothing
      --tray              show in the desktop's tray how it stands, and accounts whose code can be copied
      --shortcut          ask the desktop for a key that shows the window of fob-desktop
      --status-json       write how it stands, a line of JSON for each change, and do nothing else

    See fob-session(1).

    """

Hardening.apply()
Hardening.fillStandardDescriptors()
var command = Command("fob-session", usage: usage)
var options = SessionOptions()
while let option = command.next() {
    switch option {
    case "--lock-on-switch": options.locksOnSwitch = true
    case "--no-notifications": options.notifies = false
    case "--tray": options.hasTray = true
    case "--shortcut": options.wantsShortcut = true
    case "--status-json": options.writesStanding = true
    default: command.unknown(option)
    }
}
let journal = command
// What a bar reads is the same in every language.
if !options.writesStanding { Translation.begin() }
do {
    let signals = try SignalQueue(Signals.interrupting)
    try UserSession(options) { journal.say($0) }.run(signals: signals)
    Daemon.exit(0)
} catch let error as SessionError {
    // sysexits.h: EX_UNAVAILABLE.
    command.fail(error.message, error.remedy, status: 69)
} catch {
    command.fail("\(error)", "try again", status: 70)
}
