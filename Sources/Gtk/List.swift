import CGtk

/// What a row of a list shows.
package struct RowFace: Equatable, Sendable {
    /// What stands at the other side.
    package enum Side: Equatable, Sendable {
        case dots
        case code(String)
        case words(String)
    }

    private let title: String
    private let subtitle: String
    private let side: Side
    private let ring: Double?
    fileprivate let spoken: String

    /// - Parameters:
    ///   - ring: the part of a ring, 0 to 1; nil for none.
    ///   - spoken: what is read aloud for the row.
    package init(_ title: String, _ subtitle: String, _ side: Side, ring: Double? = nil, spoken: String) {
        (self.title, self.subtitle, self.side, self.ring, self.spoken) = (title, subtitle, side, ring, spoken)
    }

    @unsafe
    fileprivate func show(in row: UnsafeMutablePointer<GtkWidget>, height: Int32) {
        let (text, kind) =
            switch side {
            case .dots: ("••••••", FOB_FACE_DOTS)
            case .code(let code): (code, FOB_FACE_CODE)
            case .words(let words): (words, FOB_FACE_WORDS)
            }
        unsafe fob_face_show(row, height, title, subtitle, text, Int32(kind), ring ?? -1)
    }
}

/// A long list, of which only the rows in sight and some around them have widgets.
@safe
package final class List<Row: Equatable> {
    package let widget: Widget
    /// The rows, and what they show now.
    private var shown: [UnsafeMutablePointer<GtkWidget>: Row?] = unsafe [:]
    /// Entries that are shown.
    private var count = 0
    /// Pixels of a row; nil before it is known for the font of now.
    private var height: Int32?

    /// - Parameters:
    ///   - row: what the entry of this number has to show.
    ///   - face: how that looks.
    ///   - choose: an entry was chosen, by Enter or a click.
    ///   - grab: an entry begins to be dragged.
    ///   - drop: what is dragged was dropped on an entry, whose number may be another's by then.
    package init(
        row: @escaping (Int) -> Row?, face: @escaping (Row) -> RowFace,
        choose: @escaping (Int) -> Void, grab: @escaping (Int) -> Void, drop: @escaping (Int) -> Void
    ) {
        let rows = Rows()
        let calls = unsafe fob_list_calls(
            bind: { row, number, data in unsafe Rows.of(data)?.bind(row, number) },
            activate: { _, number, data in unsafe Rows.of(data)?.activate(Int(number)) },
            teardown: { row, _, data in unsafe Rows.of(data)?.teardown(row) },
            grab: { _, number, data in unsafe Rows.of(data)?.grab(Int(number)) },
            drop: { _, number, data in unsafe Rows.of(data)?.drop(Int(number)) },
            data: Unmanaged.passRetained(rows).toOpaque(), end: { data in unsafe endCall(data) })
        unsafe widget = Widget(fob_list(calls))
        (self.row, self.face) = (row, face)
        unsafe rows.bind = { [weak self] row, number in
            guard let self, let row = unsafe row else { return }
            if unsafe shown[row] == nil { unsafe shown.updateValue(nil, forKey: row) }
            unsafe show(row, Int(number))
        }
        unsafe rows.teardown = { [weak self] row in
            if let self, let row = unsafe row { unsafe _ = shown.removeValue(forKey: row) }
        }
        rows.activate = choose
        (rows.grab, rows.drop) = (grab, drop)
        for setting in ["notify::gtk-xft-dpi", "notify::gtk-font-name"] {
            unsafe connect(UnsafeMutableRawPointer(gtk_settings_get_default()), setting) { [weak self] in
                self?.changeFont()
            }
        }
    }

    private let row: (Int) -> Row?
    private let face: (Row) -> RowFace

    @unsafe
    private func show(_ widget: UnsafeMutablePointer<GtkWidget>, _ number: Int) {
        guard number < count, let row = row(number), unsafe shown[widget] != .some(row) else { return }
        unsafe shown.updateValue(row, forKey: widget)
        let height = unsafe self.height ?? fob_face_height(self.widget.handle)
        self.height = height
        let face = face(row)
        unsafe face.show(in: widget, height: height)
        if let focusable = unsafe fob_list_focusable(widget) { unsafe fob_name(focusable, face.spoken) }
    }

    private func changeFont() {
        height = nil
        unsafe shown = shown.mapValues { _ in nil }
        refresh()
    }

    /// Shows so many entries, which may be others than before.
    package func show(_ count: Int) {
        self.count = count
        unsafe fob_list_fill(widget.handle, UInt32(count))
        refresh()
    }

    /// Fills the rows in sight anew.
    package func refresh() {
        unsafe shown.keys.forEach { row in
            let number = unsafe Int(fob_list_number(row))
            if number > 0 { unsafe show(row, number - 1) }
        }
    }

    /// The entry that is marked.
    package var selected: Int? {
        get {
            let number = unsafe Int(fob_list_selected(widget.handle))
            return number < count ? number : nil
        }
        set {
            unsafe fob_list_select(widget.handle, newValue.map { UInt32($0) } ?? UInt32.max)
            if let newValue { unsafe fob_list_scroll(widget.handle, UInt32(newValue)) }
        }
    }

    /// Calls `run` when another entry is marked.
    package func onSelection(_ run: @escaping () -> Void) {
        unsafe connect(UnsafeMutableRawPointer(fob_list_selection(widget.handle)), "notify::selected", run)
    }
}

/// What a list calls back, of any kind of rows.
@safe
private final class Rows {
    var bind: (UnsafeMutablePointer<GtkWidget>?, UInt32) -> Void = { _, _ in }
    var teardown: (UnsafeMutablePointer<GtkWidget>?) -> Void = { _ in }
    var activate: (Int) -> Void = { _ in }
    var grab: (Int) -> Void = { _ in }
    var drop: (Int) -> Void = { _ in }

    @unsafe
    static func of(_ data: UnsafeMutableRawPointer?) -> Rows? {
        unsafe data.map { unsafe Unmanaged<Rows>.fromOpaque($0).takeUnretainedValue() }
    }
}
