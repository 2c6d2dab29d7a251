import CGtk

/// The program as the desktop knows it: one of each user's session, whoever starts it again shows its window.
@safe
package final class Application {
    let handle: UnsafeMutablePointer<GtkApplication>

    /// - Parameters:
    ///   - id: its name on the bus.
    ///   - isAlone: another one may run beside it.
    package init(_ id: String, isAlone: Bool = false) {
        guard let application = unsafe fob_application(id, isAlone ? 1 : 0) else {
            fatalError("GTK has made no application")
        }
        unsafe handle = application
    }

    /// Runs until the last window is closed; the exit status.
    ///
    /// - Parameters:
    ///   - start: once, at first.
    ///   - show: it was started, perhaps again.
    ///   - open: it is to open files of these paths.
    ///   - words: its name, and its arguments as GLib knows them.
    package func run(
        start: @escaping () -> Void, show: @escaping () -> Void, open: @escaping ([String]) -> Void, _ words: [String]
    ) -> Int32 {
        #if FOB_TESTING
        Counts.start()
        #endif
        unsafe connect(handle, "startup") { [handle] in
            unsafe fob_outlive_bus(handle)
            start()
        }
        unsafe connect(handle, "activate", show)
        unsafe fob_on_open(handle, pathCalls(open))
        return unsafe withList(words) { unsafe fob_run(handle, Int32(words.count), $0) }
    }

    /// Adds an action, with its keys. Every program of the session can have it done, over the bus: nothing that gives a code,
    /// answers or changes something may be one; see ``Window/actions(_:_:)``.
    package func action(_ name: String, keys: String? = nil, _ run: @escaping () -> Void) {
        guard let action = unsafe fob_action(handle, name) else { return }
        unsafe connect(UnsafeMutableRawPointer(action), "activate", run)
        if let keys { unsafe fob_accelerator(handle, "app." + name, keys) }
    }

    /// Answers the desktop's search at this path of the bus, as GNOME and as KDE ask.
    ///
    /// - Parameter ask: gets a method of org.gnome.Shell.SearchProvider2, or of org.kde.krunner1, and its texts; returns a line
    ///   for each result.
    package func serveSearch(_ path: String, _ ask: @escaping (String, [String]) -> [String]) {
        let calls = UnsafeMutablePointer<fob_search_calls>.allocate(capacity: 1)
        unsafe calls.initialize(
            to: fob_search_calls(
                ask: { data, method, texts in
                    guard let ask = unsafe Call<(String, [String]) -> [String]>.of(data), let method = unsafe method,
                        let texts = unsafe texts
                    else { return unsafe strdup("") }
                    let words = unsafe String(cString: texts).split(separator: "\n").map(String.init)
                    return unsafe strdup(ask(String(cString: method), words).joined(separator: "\n"))
                }, data: Call.new(ask)))
        unsafe _ = fob_serve_search(handle, path, calls)
        unsafe _ = fob_serve_runner(handle, path, calls)
    }

    /// Stays although no window is open, until ``release()``.
    package func hold() { unsafe fob_application_hold(handle) }
    package func release() { unsafe fob_application_release(handle) }
    package func quit() { unsafe fob_quit(handle) }

    /// Pastes into the line that somebody types into, but for a search; whether there is one.
    package func pasteText() -> Bool { unsafe fob_paste_text(handle) != 0 }

    /// Adds to the style sheet of the desktop.
    package static func style(_ text: String) { unsafe fob_style(text) }
}

/// A window.
package final class Window: Widget {
    package init(_ application: Application, _ content: Widget, title: String, width: Int32, height: Int32) {
        unsafe super.init(fob_window(application.handle, content.handle, width, height))
        self.title = title
        unsafe fob_window_title(handle, title)
        let ask: () -> Bool = { [unowned self] in
            close()
            return true
        }
        unsafe fob_on_close(handle, asked, Call.new(ask), { data, _ in unsafe endCall(data) })
    }

    private var ends: [() -> Void] = []
    private var owner: AnyObject?
    /// It was closed, by whomever.
    package private(set) var isClosed = false

    /// Calls `run` when it is closed.
    package func onClose(_ run: @escaping () -> Void) { ends.append(run) }

    /// What it belongs to lives for as long as it is open.
    package func keep(_ owner: AnyObject) { self.owner = owner }

    package var title: String = "" {
        didSet { unsafe fob_window_title(handle, title) }
    }

    /// Shows it, in front of the others.
    package func present() {
        guard !isClosed else { return }
        unsafe fob_present(handle)
        #if FOB_TESTING
        if !isPaced { unsafe Counts.paint(handle) }
        isPaced = true
        #endif
    }

    #if FOB_TESTING
    private var isPaced = false
    #endif

    /// Closes it. What its widgets call is let go of at the next turn: one of them may be calling this.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        unsafe fob_close(handle)
        for run in ends { run() }
        EventLoop.after(milliseconds: 0) { [self] in
            unsafe fob_let_go(handle, signalled)
            (ends, owner) = ([], nil)
        }
    }

    /// Belongs to another window.
    package func belongs(to other: Window, isModal: Bool) {
        unsafe fob_window_over(handle, other.handle, isModal ? 1 : 0)
    }

    /// Whether it is the one that has the keyboard.
    package var isActive: Bool { unsafe fob_get_bool(handle, "is-active") != 0 }

    /// Takes keys and clicks although another window is over the program's others.
    package func standsApart() { unsafe fob_window_apart(handle) }

    /// Adds actions for the menus of this window, which the session's bus does not have.
    package func actions(_ prefix: String, _ actions: [(name: String, run: () -> Void)]) {
        guard let group = unsafe fob_action_group(handle, prefix) else { return }
        for (name, run) in actions {
            guard let action = unsafe fob_action(group, name) else { continue }
            unsafe connect(UnsafeMutableRawPointer(action), "activate", run)
        }
    }

    /// Asks which files; `take` is not called when none are chosen.
    package func choose(
        _ kind: Chooser, title: String, accept: String, cancel: String, name: String = "",
        take: @escaping ([String]) -> Void
    ) {
        unsafe fob_choose(handle, title, kind.rawValue, accept, cancel, name, pathCalls(take))
    }

    /// What is chosen; numbered as GtkFileChooserAction is.
    package enum Chooser: Int32 {
        case files = 0
        case new = 1
        case folder = 2
    }
}

/// The bar at the top of a window.
package final class HeaderBar: Widget {
    package init(title: Widget? = nil, start: [Widget] = [], end: [Widget] = []) {
        unsafe super.init(fob_header())
        if let title { unsafe fob_header_title(handle, title.handle) }
        for widget in start { unsafe fob_header_start(handle, widget.handle) }
        for widget in end { unsafe fob_header_end(handle, widget.handle) }
    }
}

/// The clipboard.
package enum Clipboard {
    /// Puts text there, marked for histories to leave it out.
    package static func copy(_ text: String) { unsafe fob_copy(text) }

    /// Takes away what this program has put there, if that is still there; whether it was.
    @discardableResult
    package static func clearOwn() -> Bool {
        guard fob_copied_here() != 0 else { return false }
        fob_clear_clipboard()
        return true
    }
}

/// Later, and when something can be read.
package enum EventLoop {
    /// Calls `run` again and again for as long as it returns true.
    package static func every(milliseconds: UInt32, _ run: @escaping () -> Bool) {
        unsafe _ = fob_after(milliseconds, asked, Call.new(run), { data in unsafe endCall(data) })
    }

    /// Calls `run` once.
    package static func after(milliseconds: UInt32, _ run: @escaping () -> Void) {
        every(milliseconds: milliseconds) {
            run()
            return false
        }
    }

    /// Calls `run` when a descriptor can be read, for as long as it returns true.
    package static func watch(_ descriptor: Int32, _ run: @escaping () -> Bool) {
        unsafe _ = fob_watch(descriptor, asked, Call.new(run), { data in unsafe endCall(data) })
    }
}

@unsafe
private let asked: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> gboolean = { data in
    unsafe Call<() -> Bool>.of(data)?() == true ? 1 : 0
}

/// The language of the user, by gettext(3).
package enum Language {
    /// Reads the catalogue of the user's language.
    package static func start(domain: String, directory: String) { unsafe fob_language(domain, directory) }

    /// The sentence in it, or as it is.
    package static func text(_ text: String) -> String {
        text.isEmpty ? "" : unsafe text.withCString { unsafe String(cString: fob_translated($0)) }
    }

    /// A moment of RFC 3339 as the user's country writes it, in local time; as it is when it is none.
    ///
    /// - Parameter layout: as in g_date_time_format(3).
    package static func moment(_ text: String, _ layout: String) -> String {
        guard let local = unsafe fob_local_time(text, layout) else { return text }
        defer { unsafe g_free(local) }
        return unsafe String(cString: local)
    }

    /// A text without what a search leaves out of account: case, width, and how letters with marks are composed.
    package static func folded(_ text: String) -> String {
        guard let folded = unsafe fob_folded(text) else { return text }
        defer { unsafe g_free(folded) }
        return unsafe String(cString: folded)
    }

    /// The same of a number of things.
    package static func text(_ one: String, _ many: String, _ number: Int) -> String {
        unsafe one.withCString { one in
            unsafe many.withCString { unsafe String(cString: fob_translated_number(one, $0, UInt(max(number, 0)))) }
        }
    }
}

extension Window {
    /// Puts it out of the way.
    package func minimize() { unsafe fob_minimize(handle) }
}
