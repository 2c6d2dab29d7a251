import CGtk

/// A closure that GTK calls.
final class Call<Run> {
    private let run: Run

    private init(_ run: Run) { self.run = run }

    /// One that lives until ``endCall(_:)``.
    @unsafe
    static func new(_ run: Run) -> UnsafeMutableRawPointer { unsafe Unmanaged.passRetained(Call(run)).toOpaque() }

    @unsafe
    static func of(_ data: UnsafeMutableRawPointer?) -> Run? {
        unsafe data.map { unsafe Unmanaged<Call>.fromOpaque($0).takeUnretainedValue().run }
    }
}

/// Lets go of an object that C has held.
@unsafe
func endCall(_ data: UnsafeMutableRawPointer?) {
    if let data = unsafe data { unsafe Unmanaged<AnyObject>.fromOpaque(data).release() }
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
    unsafe fob_on(object, signal, signalled, Call.new(run), { data, _ in unsafe endCall(data) })
}

/// What GTK calls at each signal; also by which what is connected is found again.
@unsafe
let signalled: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void = { data in
    unsafe Call<() -> Void>.of(data)?()
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
        #if FOB_TESTING
        unsafe Counts.began(widget)
        #endif
    }

    deinit {
        #if FOB_TESTING
        Counts.ended()
        #endif
        unsafe fob_release(handle)
    }

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

    /// Gives the first in it that takes the keyboard the focus.
    package func focusFirst() { unsafe fob_focus_first(handle) }

    /// Calls `take` for each key before the widgets in it have it. It says whether it took the key.
    package func onKey(_ take: @escaping (Key) -> Bool) {
        unsafe fob_keys(
            handle,
            { data, key, modifiers, character in
                let key = Key(number: key, modifiers: modifiers, character: character)
                return unsafe Call<(Key) -> Bool>.of(data)?(key) == true ? 1 : 0
            }, Call.new(take), { data in unsafe endCall(data) })
    }

    /// Calls `take` with the paths of files that are dropped on it, or their addresses where they are not on this machine.
    package func onDrop(_ take: @escaping ([String]) -> Void) {
        unsafe fob_drop(handle, pathCalls(take))
    }
}

/// Has `take` called with paths.
@unsafe
func pathCalls(_ take: @escaping ([String]) -> Void) -> UnsafeMutablePointer<fob_calls>? {
    unsafe fob_paths_calls(
        { data, paths in
            var (all, next): ([String], _) = unsafe ([], paths)
            while let path = unsafe next?.pointee {
                unsafe all.append(String(cString: path))
                unsafe next = next?.successor()
            }
            unsafe Call<([String]) -> Void>.of(data)?(all)
        }, Call.new(take), { data in unsafe endCall(data) })
}

/// A key that was pressed.
package struct Key: Sendable {
    /// What X calls it.
    package let number: UInt32
    package let hasControl: Bool
    package let hasAlt: Bool
    /// What it types.
    package let character: Unicode.Scalar?

    fileprivate init(number: UInt32, modifiers: UInt32, character: UInt32) {
        self.number = number
        hasControl = modifiers & UInt32(FOB_CONTROL) != 0
        hasAlt = modifiers & UInt32(FOB_ALT) != 0
        self.character = character == 0 ? nil : Unicode.Scalar(character)
    }

    package static let escape: UInt32 = 0xff1b
    package static let up: UInt32 = 0xff52
    package static let down: UInt32 = 0xff54
    /// Both, of which one is among the digits.
    package static let enter: Set<UInt32> = [0xff0d, 0xff8d]
}
