import CBus
import Platform
import Wire

/// What D-Bus tells of the user's session. Of a session by itself anybody in it may say so: all that follows is a lock.
enum SessionSignal: Equatable {
    /// The machine is about to sleep; false: it has woken up.
    case sleep(Bool)
    /// It is about to be shut down; false: it is not any more.
    case shutdown(Bool)
    /// A session of this user is to be locked.
    case lock
    /// One was locked; false: unlocked.
    case locked(Bool)
    /// One came to the front; false: another user's did.
    case active(Bool)
    /// A screensaver has begun; false: ended.
    case screensaver(Bool)
    /// The user wants to see the window: by a key, or by a click on a notification.
    case window
    /// A line of the tray's menu was chosen; the first is 1.
    case chosen(Int)

    fileprivate init?(_ signal: fob_signal) {
        let isOn = signal.is_on != 0
        switch Int(signal.kind) {
        case FOB_BUS_SLEEP: self = .sleep(isOn)
        case FOB_BUS_SHUTDOWN: self = .shutdown(isOn)
        case FOB_BUS_LOCK: self = .lock
        case FOB_BUS_LOCKED: self = .locked(isOn)
        case FOB_BUS_ACTIVE: self = .active(isOn)
        case FOB_BUS_SCREENSAVER: self = .screensaver(isOn)
        case FOB_BUS_WINDOW: self = .window
        case FOB_BUS_CHOSEN: self = .chosen(Int(signal.is_on))
        default: return nil
        }
    }
}

/// A connection to a bus by sd-bus(3): the fence around it.
@safe
struct Bus: ~Copyable {
    /// Notifications that can be shown at one time.
    static let slots = FOB_BUS_SLOTS

    private let bus: OpaquePointer

    private init(_ bus: OpaquePointer) { unsafe self.bus = bus }

    deinit { unsafe fob_bus_close(bus) }

    /// The system's bus, with what logind says of this user's sessions.
    static func system() throws(SystemError) -> Bus {
        var code: Int32 = 0
        guard let bus = unsafe fob_bus_open_system(Environment.user, &code) else {
            throw SystemError("sd_bus_open_system", code: code)
        }
        return unsafe Bus(bus)
    }

    /// The session's bus, with what screensavers say.
    static func session() throws(SystemError) -> Bus {
        var code: Int32 = 0
        guard let bus = unsafe fob_bus_open_session(&code) else {
            throw SystemError("sd_bus_open_user", code: code)
        }
        return unsafe Bus(bus)
    }

    /// What to wait for.
    var descriptor: Int32 { unsafe fob_bus_descriptor(bus) }

    /// Milliseconds after which to look for signals although nothing came; nil for never.
    var timeout: Int32? {
        let milliseconds = unsafe fob_bus_timeout(bus)
        return milliseconds < 0 ? nil : milliseconds
    }

    /// The next signal that has come; nil when there is none.
    ///
    /// - Throws: when the bus has ended.
    func next() throws(SystemError) -> SessionSignal? {
        var signal = fob_signal()
        while true {
            let result = unsafe fob_bus_next(bus, &signal)
            guard result >= 0 else { throw SystemError("sd_bus_process", code: -result) }
            guard result > 0 else { return nil }
            if let signal = SessionSignal(signal) { return signal }
        }
    }

    /// Has the machine wait with its sleep for as long as the descriptor is open; nil where there is no logind.
    func delaySleep(_ why: String) -> FileDescriptor? {
        let number = unsafe fob_bus_delay_sleep(bus, why)
        return number < 0 ? nil : FileDescriptor(owning: number)
    }

    /// For how long it waits, in milliseconds; nil when logind does not say.
    var longestDelay: Int64? {
        let milliseconds = unsafe fob_bus_longest_delay(bus)
        return milliseconds > 0 ? milliseconds : nil
    }

    /// Shows a notification until it is taken away, in place of what the slot showed before.
    ///
    /// - Parameters:
    ///   - body: plain text.
    ///   - action: what a click on it does, which is to show the window.
    func notify(_ slot: Int, _ summary: String, _ body: String, action: String) {
        // The notification's body is markup (Desktop Notifications Specification, section 5).
        var text = ""
        for character in body {
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            default: text.append(character)
            }
        }
        _ = unsafe fob_bus_notify(bus, UInt32(slot), summary, text, action)
    }

    /// Asks the desktop for a key that shows the window.
    func askShortcut(_ description: String) { _ = unsafe fob_bus_shortcut(bus, description) }

    /// Puts an item into the desktop's tray.
    func askTray() { _ = unsafe fob_bus_tray(bus) }

    /// What it shows.
    func show(_ tray: Tray) {
        unsafe fob_bus_tray_show(
            bus, tray.title, tray.needsSomebody ? 1 : 0, tray.menu.map(\.label).joined(separator: "\n"))
    }

    /// Has the window's program copy the code of an account.
    func copy(_ account: Identifier) { unsafe fob_bus_copy(bus, account.description) }

    /// Shows the window, where it is installed.
    func showWindow() { unsafe fob_bus_show_window(bus) }

    /// Takes a slot's notification away.
    func takeAway(_ slot: Int) { unsafe fob_bus_unnotify(bus, UInt32(slot)) }
}
