import CGtk

/// A closure that GTK calls.
final class Call {
    private let run: () -> Void

    private init(_ run: @escaping () -> Void) { self.run = run }

    /// One that lives until ``end(_:)``.
    @unsafe
    static func new(_ run: @escaping () -> Void) -> UnsafeMutableRawPointer {
        unsafe Unmanaged.passRetained(Call(run)).toOpaque()
    }

    @unsafe
    static func run(_ data: UnsafeMutableRawPointer?) {
        if let data = unsafe data { unsafe Unmanaged<Call>.fromOpaque(data).takeUnretainedValue().run() }
    }

    @unsafe
    static func end(_ data: UnsafeMutableRawPointer?) {
        if let data = unsafe data { unsafe Unmanaged<Call>.fromOpaque(data).release() }
    }
}

/// Lends texts as a list of C's, which ends with NULL.
@unsafe
func withList<T>(_ words: [String], _ use: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> T) -> T {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe g_strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe g_free($0) } }
    var lent = unsafe pointers
    return unsafe lent.withUnsafeMutableBufferPointer { unsafe use($0.baseAddress) }
}

/// Connects a closure to an object's signal, whose arguments it does not get.
@unsafe
func connect(_ object: UnsafeMutableRawPointer, _ signal: String, _ run: @escaping () -> Void) {
    unsafe fob_on(
        object, signal, { data in unsafe Call.run(data) }, Call.new(run), { data, _ in unsafe Call.end(data) })
}

/// Where a widget lies in the room that it gets.
package enum Alignment: UInt32 {
    case fill = 0
    case start = 1
    case end = 2
    case center = 3
}

/// A widget of GTK. All of this module is for the thread that GTK runs on.
@safe
package class Widget {
    let handle: UnsafeMutablePointer<GtkWidget>

    init(_ widget: UnsafeMutablePointer<GtkWidget>?) {
        guard let widget = unsafe widget else { fatalError("GTK has made no widget") }
        unsafe handle = fob_hold(widget)
    }

    deinit { unsafe fob_release(handle) }

    /// What is read aloud for it. Every widget that takes the focus has one, by its text or by this.
    @discardableResult
    package func called(_ name: String) -> Self {
        unsafe fob_name(handle, name)
        return self
    }

    /// What is read aloud after its name.
    @discardableResult
    package func described(_ text: String) -> Self {
        unsafe fob_describe(handle, text)
        return self
    }

    /// What the pointer shows; also its name.
    @discardableResult
    package func tooltip(_ text: String) -> Self {
        unsafe gtk_widget_set_tooltip_text(handle, text)
        return called(text)
    }

    /// Adds classes of the style sheet.
    @discardableResult
    package func style(_ classes: String...) -> Self {
        for name in classes { unsafe gtk_widget_add_css_class(handle, name) }
        return self
    }

    /// Adds a class, or takes it away.
    package func style(_ name: String, _ isOn: Bool) {
        if isOn {
            unsafe gtk_widget_add_css_class(handle, name)
        } else {
            unsafe gtk_widget_remove_css_class(handle, name)
        }
    }

    /// Pixels of room around it.
    @discardableResult
    package func margin(_ pixels: Int32) -> Self {
        unsafe fob_margins(handle, pixels)
        return self
    }

    /// Takes all the room that there is to the side, or below.
    @discardableResult
    package func expand(horizontally: Bool = true, vertically: Bool = false) -> Self {
        unsafe gtk_widget_set_hexpand(handle, horizontally ? 1 : 0)
        unsafe gtk_widget_set_vexpand(handle, vertically ? 1 : 0)
        return self
    }

    /// Where it lies.
    @discardableResult
    package func align(_ horizontal: Alignment, _ vertical: Alignment = .fill) -> Self {
        unsafe gtk_widget_set_halign(handle, GtkAlign(rawValue: horizontal.rawValue))
        unsafe gtk_widget_set_valign(handle, GtkAlign(rawValue: vertical.rawValue))
        return self
    }

    /// Whether it is there.
    package var isVisible: Bool {
        get { unsafe gtk_widget_get_visible(handle) != 0 }
        set { unsafe gtk_widget_set_visible(handle, newValue ? 1 : 0) }
    }

    /// Whether it can be used.
    package var isEnabled: Bool {
        get { unsafe gtk_widget_get_sensitive(handle) != 0 }
        set { unsafe gtk_widget_set_sensitive(handle, newValue ? 1 : 0) }
    }

    /// Gives it the focus.
    package func focus() { _ = unsafe gtk_widget_grab_focus(handle) }

    /// It, or something in it, has the focus.
    package var hasFocus: Bool { unsafe gtk_widget_get_focus_child(handle) != nil || gtk_widget_has_focus(handle) != 0 }

    /// Calls `run` at each signal of this name.
    package func on(_ signal: String, _ run: @escaping () -> Void) { unsafe connect(handle, signal, run) }

    /// Calls `take` for each key before the widgets in it have it: the key's number, whether Control is pressed, and the
    /// character that it types. It says whether it took the key.
    package func onKey(_ take: @escaping (UInt32, Bool, Unicode.Scalar?) -> Bool) {
        let calls = UnsafeMutablePointer<fob_key_calls>.allocate(capacity: 1)
        let data = unsafe Unmanaged.passRetained(KeyCall(take)).toOpaque()
        unsafe calls.initialize(
            to: fob_key_calls(
                call: { data, key, control, character in
                    guard let data = unsafe data else { return 0 }
                    let call = unsafe Unmanaged<KeyCall>.fromOpaque(data).takeUnretainedValue()
                    let scalar = character == 0 ? nil : Unicode.Scalar(character)
                    return call.take(key, control != 0, scalar) ? 1 : 0
                }, data: data))
        unsafe fob_keys(handle, calls)
    }

    /// Calls `take` with the paths of files that are dropped on it.
    package func onDrop(_ take: @escaping ([String]) -> Void) {
        let calls = UnsafeMutablePointer<fob_drop_calls>.allocate(capacity: 1)
        let data = unsafe Unmanaged.passRetained(DropCall(take)).toOpaque()
        unsafe calls.initialize(
            to: fob_drop_calls(
                call: { data, path in
                    guard let data = unsafe data else { return }
                    let call = unsafe Unmanaged<DropCall>.fromOpaque(data).takeUnretainedValue()
                    if let path = unsafe path { unsafe call.paths.append(String(cString: path)) } else { call.end() }
                }, data: data))
        unsafe fob_drop(handle, calls)
    }
}

private final class KeyCall {
    let take: (UInt32, Bool, Unicode.Scalar?) -> Bool

    init(_ take: @escaping (UInt32, Bool, Unicode.Scalar?) -> Bool) { self.take = take }
}

private final class DropCall {
    var paths: [String] = []
    private let take: ([String]) -> Void

    init(_ take: @escaping ([String]) -> Void) { self.take = take }

    func end() {
        let dropped = paths
        paths = []
        take(dropped)
    }
}
