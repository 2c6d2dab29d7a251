import CGtk

/// Text.
package final class TextLabel: Widget {
    /// How it is laid out.
    package enum Layout {
        /// On several lines.
        case wrapped
        /// On one line that ends in dots when there is no room.
        case line
        /// On one line, always whole.
        case plain
        /// On several lines, in the middle.
        case centred
        /// On several lines, to be marked and copied.
        case selectable
    }

    /// - Parameter isLive: what changes in it is read aloud.
    package init(_ text: String = "", _ layout: Layout = .wrapped, isLive: Bool = false) {
        unsafe super.init(isLive ? fob_status_text() : fob_plain_text())
        self.text = text
        let x: Float = if case .centred = layout { 0.5 } else { 0 }
        let isLine = if case .line = layout { true } else { false }
        let isSelectable = if case .selectable = layout { true } else { false }
        let isPlain = if case .plain = layout { true } else { false }
        unsafe fob_label_style(handle, isLine || isPlain ? 0 : 1, isLine ? 1 : 0, isSelectable ? 1 : 0, x)
        if case .centred = layout { unsafe fob_set_int(handle, "justify", 2) }
        unsafe fob_label(handle, text)
    }

    package var text: String = "" {
        didSet { if text != oldValue { unsafe fob_label(handle, text) } }
    }
}

/// A button.
package final class Button: Widget {
    /// - Parameter label: with an underscore before the letter of its key.
    package init(_ label: String, _ run: @escaping () -> Void) {
        unsafe super.init(fob_button(label))
        // GTK 4.8 reads the underscore aloud.
        called(label.filter { $0 != "_" })
        on("clicked", run)
    }

    /// Its words stay on one line, however narrow the window is.
    @discardableResult
    package func whole() -> Self {
        unsafe fob_button_wraps(handle, 0)
        return self
    }

    /// One with a picture, and the words for who does not see it.
    package init(icon: String, _ words: String, _ run: @escaping () -> Void) {
        unsafe super.init(fob_icon_button(icon))
        tooltip(words)
        on("clicked", run)
    }
}

/// A picture of the icon theme, which says nothing that the text beside it does not.
package final class Icon: Widget {
    package init(_ name: String) { unsafe super.init(fob_icon(name)) }
}

/// Where the user searches. Nothing secret is typed here, nor anywhere else in the window: what is typed into a widget of
/// GTK goes over the accessibility bus letter by letter.
package final class SearchField: Widget {
    package init(_ hint: String) {
        unsafe super.init(fob_search())
        unsafe fob_set_text(handle, "placeholder-text", hint)
        called(hint)
    }

    package var text: String {
        get { unsafe fob_text(handle).map { unsafe String(cString: $0) } ?? "" }
        set { unsafe fob_type(handle, newValue) }
    }

    /// Marks all, so that the next letter begins anew.
    package func selectAll() { unsafe fob_select_all(handle) }
}

/// A line to type into, in a group. Never for a secret.
package final class Entry: Widget {
    package init(_ title: String, _ text: String = "") {
        unsafe super.init(fob_entry(title))
        unsafe fob_type(handle, text)
    }

    package var text: String { unsafe fob_text(handle).map { unsafe String(cString: $0) } ?? "" }
}

/// On or off.
package final class Switch: Widget {
    package init(_ isOn: Bool, _ run: @escaping (Bool) -> Void) {
        unsafe super.init(fob_switch())
        unsafe fob_set_bool(handle, "active", isOn ? 1 : 0)
        on("notify::active") { [unowned self] in run(self.isOn) }
    }

    package var isOn: Bool { unsafe fob_get_bool(handle, "active") != 0 }
}

/// How much is left of something.
package final class Level: Widget {
    package init(_ part: Double) {
        unsafe super.init(fob_progress())
        unsafe fob_progress_set(handle, part)
    }
}

/// Something is under way.
package final class Spinner: Widget {
    package init() { unsafe super.init(fob_spinner()) }
}

/// Entries of a menu, each with the name of its action.
@safe
package final class Menu {
    let menu: OpaquePointer

    package init(_ sections: [[(label: String, action: String)]]) {
        unsafe menu = g_menu_new()
        for section in sections {
            let part = unsafe g_menu_new()
            for entry in section { unsafe g_menu_append(part, entry.label, entry.action) }
            unsafe g_menu_append_section(
                menu, nil, UnsafeMutableRawPointer(part)?.assumingMemoryBound(to: GMenuModel.self))
            if let part = unsafe part { unsafe fob_release(UnsafeMutableRawPointer(part)) }
        }
    }

    deinit { unsafe fob_release(UnsafeMutableRawPointer(menu)) }
}

/// A button that opens a menu.
package final class MenuButton: Widget {
    /// - Parameter isPrimary: F10 opens it.
    package init(icon: String, _ words: String, _ menu: Menu, isPrimary: Bool = false) {
        unsafe super.init(fob_menu_button(icon, menu.menu))
        tooltip(words)
        if isPrimary { unsafe fob_menu_primary(handle) }
    }
}

extension SearchField {
    /// What is typed anywhere in this widget is searched for, and Enter is for what was found.
    package func takesKeys(of widget: Widget) {
        unsafe fob_search_captures(handle, widget.handle)
        on("search-started") { [unowned self] in unsafe fob_search_focus(handle) }
    }
}

/// Several of which one is chosen.
package final class Choice: Widget {
    package init(_ words: [String], _ name: String, chosen: Int = 0, _ run: @escaping (Int) -> Void) {
        unsafe super.init(withList(words) { unsafe fob_choice($0) })
        unsafe fob_set_int(handle, "selected", Int32(chosen))
        called(name)
        // What takes the focus is the button in it.
        if let button = unsafe gtk_widget_get_first_child(handle) { unsafe fob_name(button, name) }
        on("notify::selected") { [unowned self] in unsafe run(Int(fob_chosen_number(handle))) }
    }
}
