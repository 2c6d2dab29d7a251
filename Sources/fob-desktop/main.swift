import Desktop
import Gtk
import Platform

let usage = """
    usage: fob-desktop [--gapplication-service]
           fob-desktop --link URI
           fob-desktop --help | --version

      --gapplication-service  started by D-Bus, without a window at first
      --link URI              show what an otpauth: link would add

    See fob-desktop(1).

    """

// It holds no secret, and stays as the desktop's portals need it: they read /proc/PID/root of who asks them.
Hardening.fillStandardDescriptors()
var command = Command("fob-desktop", usage: usage)
var isService = false
var link: String?
while let option = command.next() {
    switch option {
    case "--gapplication-service": isService = true
    case "--link":
        guard let value = command.value() else { command.unknown(option) }
        link = value
    default: command.unknown(option)
    }
}
Daemon.exit(DesktopProgram(link: link).run(isService: isService))
