import Desktop
import Gtk
import Platform

let usage = """
    usage: fob-desktop [FILE ...]
           fob-desktop --gapplication-service
           fob-desktop --link URI
           fob-desktop --help | --version

      --gapplication-service  started by D-Bus, without a window at first
      --link URI              show what an otpauth: link would add

    A FILE is a backup, to be restored from, or what accounts can be brought in from. See fob-desktop(1).

    """

// It holds no secret, and stays as the desktop's portals need it: they read /proc/PID/root of who asks them.
Hardening.fillStandardDescriptors()
var command = Command("fob-desktop", usage: usage)
var isService = false
var link: String?
var files: [String] = []
while let option = command.next() {
    switch option {
    case "--gapplication-service": isService = true
    case "--link":
        guard let value = command.value() else { command.unknown(option) }
        link = value
        Arguments.wipe(value)
    case let file where !file.hasPrefix("-"): files.append(file)
    default: command.unknown(option)
    }
}
Daemon.exit(DesktopProgram(link: link).run(isService: isService, files: files))
