import CGtk

/// A long list, of which only the rows in sight have widgets.
@safe
package final class List<Cell: AnyObject> {
    package let widget: Widget
    private var cells: [UnsafeMutablePointer<GtkWidget>: Cell] = unsafe [:]
    /// Entries that are shown.
    private var count = 0

    /// - Parameters:
    ///   - make: makes a row's widgets, of which the first is put into the row, and what knows them.
    ///   - fill: shows the entry of this number in a row; returns what is read aloud, nil where all is as it was.
    ///   - choose: an entry was chosen, by Enter or a click.
    ///   - grab: an entry begins to be dragged.
    ///   - drop: what is dragged was dropped on an entry, whose number may be another's by then.
    package init(
        make: @escaping () -> (Widget, Cell), fill: @escaping (Cell, Int) -> String?,
        choose: @escaping (Int) -> Void, grab: @escaping (Int) -> Void, drop: @escaping (Int) -> Void
    ) {
        let rows = Rows()
        let calls = unsafe fob_list_calls(
            setup: { row, _, data in unsafe Rows.of(data)?.setup(row) },
            bind: { row, number, data in unsafe Rows.of(data)?.bind(row, number) },
            activate: { _, number, data in unsafe Rows.of(data)?.activate(Int(number)) },
            teardown: { row, _, data in unsafe Rows.of(data)?.teardown(row) },
            grab: { _, number, data in unsafe Rows.of(data)?.grab(Int(number)) },
            drop: { _, number, data in unsafe Rows.of(data)?.drop(Int(number)) },
            data: Unmanaged.passRetained(rows).toOpaque(), end: { data in unsafe release(Rows.self, data) })
        unsafe widget = Widget(fob_list(calls))
        self.fill = fill
        unsafe rows.setup = { [weak self] row in
            guard let self, let row = unsafe row else { return }
            let (content, cell) = make()
            unsafe fob_box_append(row, content.expand().handle)
            unsafe cells[row] = cell
        }
        unsafe rows.bind = { [weak self] row, number in
            if let self, let row = unsafe row { unsafe show(row, Int(number)) }
        }
        unsafe rows.teardown = { [weak self] row in
            if let self, let row = unsafe row { unsafe cells[row] = nil }
        }
        rows.activate = choose
        (rows.grab, rows.drop) = (grab, drop)
    }

    private let fill: (Cell, Int) -> String?

    @unsafe
    private func show(_ row: UnsafeMutablePointer<GtkWidget>, _ number: Int) {
        guard let cell = unsafe cells[row], number < count else { return }
        guard let words = fill(cell, number) else { return }
        if let focusable = unsafe fob_list_focusable(row) { unsafe fob_name(focusable, words) }
    }

    /// Shows so many entries, which may be others than before.
    package func show(_ count: Int) {
        self.count = count
        unsafe fob_list_fill(widget.handle, UInt32(count))
        refresh()
    }

    /// Fills the rows in sight anew.
    package func refresh() {
        unsafe cells.keys.forEach { row in
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
    var setup: (UnsafeMutablePointer<GtkWidget>?) -> Void = { _ in }
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
