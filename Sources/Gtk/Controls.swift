import CGtk

/// Text.
package final class TextLabel: Widget {
    /// How it is laid out.
    package enum Layout {
        /// On several lines.
        case wrapped
        /// On one line.
        case plain
        /// On several lines, in the middle.
        case centred
    }

    /// - Parameter isLive: what changes in it is read aloud.
    package init(_ text: String = "", _ layout: Layout = .wrapped, isLive: Bool = false) {
        unsafe super.init(fob_text_label(isLive ? 1 : 0))
        self.text = text
        unsafe fob_label_style(handle, layout == .plain ? 0 : 1, layout == .centred ? 1 : 0)
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
        // GTK 4.8 reads the underscore aloud, and the letter in brackets that Japanese has for it.
        let words = label.dropLast(2).hasSuffix("(_") ? label.dropLast(4) : label[...]
        called(words.filter { $0 != "_" })
        on("clicked", run)
    }

    /// One of the large ones in the middle of a page.
    package func pill(isSuggested: Bool = false) -> Self {
        if isSuggested { style("suggested-action") }
        return style("pill").align(.center)
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
        // This object may have gone by then; the widget has not.
        let handle = unsafe handle
        on("notify::active") { unsafe run(fob_get_bool(handle, "active") != 0) }
    }
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
    /// What is typed anywhere in this widget is searched for; nil: nothing is.
    package func takesKeys(of widget: Widget?) { unsafe fob_search_captures(handle, widget?.handle) }

    /// Gives it the keyboard, behind what is typed.
    package func focusBehind() { unsafe fob_search_focus(handle) }
}

/// Several of which one is chosen.
package final class Choice: Widget {
    package init(_ words: [String], _ name: String, chosen: Int = 0, _ run: @escaping (Int) -> Void) {
        unsafe super.init(withList(words) { unsafe fob_choice($0) })
        unsafe fob_set_int(handle, "selected", Int32(chosen))
        called(name)
        // What takes the focus is the button in it.
        if let button = unsafe gtk_widget_get_first_child(handle) { unsafe fob_name(button, name) }
        // As of a switch.
        let handle = unsafe handle
        on("notify::selected") { unsafe run(Int(fob_chosen_number(handle))) }
    }
}
