import Desktop
import Gtk
import Platform

/// Types a code into another window, by the program for it that is installed.
enum Typing {
    private static let pause: UInt32 = 300

    /// - Parameter hiding: what is in front of that window.
    static func type(_ code: String, hiding window: Window?, tell: @escaping (String) -> Void) {
        // By their standard input: other users can read arguments.
        let programs: [[String]] = [
            ["wtype", "-"], ["xdotool", "type", "--file", "-"], ["ydotool", "type", "--file", "-"],
        ]
        let isWayland = !(Environment.value(of: "WAYLAND_DISPLAY") ?? "").isEmpty
        let wanted = programs.filter { ($0[0] == "xdotool") != isWayland }
        for words in wanted {
            guard let path = Programs.path(of: words[0]) else { continue }
            window?.minimize()
            EventLoop.after(milliseconds: pause) {
                Process.run([path] + words.dropFirst(), input: code) { outcome in
                    if outcome.status != 0 { tell(tr("The code was not typed: %1", outcome.message)) }
                }
            }
            return
        }
        tell(tr("To type codes, install wtype, xdotool or ydotool."))
    }
}
