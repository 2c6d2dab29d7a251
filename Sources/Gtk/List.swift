import CGtk

/// A long list, of which only the rows in sight have widgets.
@safe
package final class List<Cell: AnyObject> {
    package let widget: Widget
    private var cells: [UnsafeMutablePointer<GtkWidget>: Cell] = unsafe [:]
    private var keys: [String] = []
    /// The key of the entry that is dragged.
    private var dragged: String?

    /// - Parameters:
    ///   - make: makes a row's widgets, of which the first is put into the row, and what knows them.
    ///   - fill: shows the entry of this number in a row; returns what is read aloud.
    ///   - choose: an entry was chosen, by Enter or a click.
    ///   - move: the entry of a key was dropped on one of a number.
    package init(
        make: @escaping () -> (Widget, Cell), fill: @escaping (Cell, Int) -> String,
        choose: @escaping (Int) -> Void, move: @escaping (String, Int) -> Void
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
        rows.grab = { [weak self] number in
            if let self { dragged = keys.indices.contains(number) ? keys[number] : nil }
        }
        rows.drop = { [weak self] number in
            if let self, let dragged { move(dragged, number) }
        }
    }

    private let fill: (Cell, Int) -> String

    @unsafe
    private func show(_ row: UnsafeMutablePointer<GtkWidget>, _ number: Int) {
        guard let cell = unsafe cells[row], keys.indices.contains(number) else { return }
        let words = fill(cell, number)
        if let focusable = unsafe fob_list_focusable(row) { unsafe fob_name(focusable, words) }
    }

    /// Shows these entries. Rows whose entry is another are filled anew.
    ///
    /// - Parameter keys: what tells entries apart; where they are the same, ``refresh()`` is enough.
    package func show(_ keys: [String]) {
        guard keys != self.keys else { return refresh() }
        self.keys = keys
        unsafe withList(keys) { unsafe fob_list_fill(widget.handle, $0) }
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
            return keys.indices.contains(number) ? number : nil
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
