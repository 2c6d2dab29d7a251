import CGtk

/// Widgets in a row or below each other.
package final class Box: Widget {
    private var children: [Widget] = []

    /// - Parameter spacing: pixels between them.
    package init(vertical: Bool = true, spacing: Int32 = 12, _ children: [Widget] = []) {
        unsafe super.init(fob_box(vertical ? 1 : 0, spacing))
        for child in children { add(child) }
    }

    /// Adds one at the end.
    package func add(_ child: Widget) {
        children.append(child)
        unsafe fob_box_append(handle, child.handle)
    }

    /// Takes all away, and adds these. The keyboard stays at the place where it was among them.
    package func fill(_ new: [Widget]) {
        let place = unsafe fob_focus_number(handle, 0)
        for child in children { unsafe fob_box_remove(handle, child.handle) }
        children = []
        for child in new { add(child) }
        if place > 0 { unsafe _ = fob_focus_number(handle, place) }
    }
}

/// Scrolls what is higher than the window.
package final class Scroll: Widget {
    package init(_ child: Widget) { unsafe super.init(fob_scroll(child.handle)) }
}

/// Keeps what is in it from becoming wider than can be read.
package final class Clamp: Widget {
    package init(_ child: Widget, width: Int32 = 640) { unsafe super.init(fob_clamp(child.handle, width)) }
}

/// Several widgets of which one is shown. The others are hidden from who reads the window aloud, too: GTK 4.8 tells of all
/// children of a stack.
package final class Stack: Widget {
    private var children: [String: Widget] = [:]

    /// - Parameter isFitted: it is as wide as what is shown, and not as the widest.
    package init(isFitted: Bool = false) {
        unsafe super.init(fob_stack())
        if isFitted { unsafe fob_set_bool(handle, "hhomogeneous", 0) }
    }

    /// Adds one under a name.
    package func add(_ child: Widget, _ name: String) {
        guard children[name] == nil else { return }
        children[name] = child
        unsafe fob_stack_add(handle, child.handle, name)
        child.isVisible = children.count == 1
    }

    /// Shows the one of this name.
    package func show(_ name: String) {
        children[name]?.isVisible = true
        unsafe fob_stack_show(handle, name)
        for (other, child) in children where other != name { child.isVisible = false }
    }
}

/// Shows short messages above what is in it.
package final class Toasts: Widget {
    package init(_ child: Widget) { unsafe super.init(fob_toasts(child.handle)) }

    /// Shows a message, with a button that does something where one is named.
    package func show(_ text: String, button: String? = nil, _ run: @escaping () -> Void = {}) {
        guard let toast = unsafe fob_toast(handle, text, button) else { return }
        if button != nil { unsafe connect(UnsafeMutableRawPointer(toast), "button-clicked", run) }
        unsafe fob_release(UnsafeMutableRawPointer(toast))
    }

    /// Takes away what is shown.
    package func end() { unsafe fob_toasts_end(handle) }
}

/// A page of several, with its tab.
@safe
package struct PageTab {
    fileprivate let page: UnsafeMutableRawPointer

    /// Shows or hides the dot that says that it needs somebody.
    package func dot(_ isShown: Bool) { unsafe fob_page_dot(page, isShown ? 1 : 0) }
}

/// Pages with tabs, above in a wide window and below in a narrow one.
package final class Pages: Widget {
    private var contents: [(name: String, holder: Widget, widget: Widget)] = []

    package init() {
        unsafe super.init(fob_pages())
        on("notify::visible-child") { [unowned self] in hideOthers() }
    }

    /// What is on another page is hidden from who reads the window aloud, too.
    private func hideOthers() { for content in contents { content.widget.isVisible = content.name == shown } }

    /// Adds a page under a name; `title` has the letter of its key marked.
    package func add(_ child: Widget, _ name: String, title: String, icon: String) -> PageTab {
        let holder = Box(spacing: 0, [child.expand(vertically: true)])
        contents.append((name, holder, child))
        guard let page = unsafe fob_pages_add(handle, holder.handle, name, title, icon) else {
            fatalError("libadwaita has made no page")
        }
        hideOthers()
        return unsafe PageTab(page: page)
    }

    /// The name of the page that is shown.
    package var shown: String {
        get { unsafe fob_pages_shown(handle).map { unsafe String(cString: $0) } ?? "" }
        set { unsafe fob_pages_show(handle, newValue) }
    }

    /// Gives the first on the page that takes the keyboard the focus.
    package func focusShown() { contents.first { $0.name == shown }?.widget.focusFirst() }

    /// The tabs for the header bar, and those for below.
    package func tabs(title: String) -> (header: Widget, below: Widget) {
        let header = unsafe Widget(fob_switcher(handle, title))
        return (header, unsafe Widget(fob_switcher_bar(handle, header.handle)))
    }
}

/// Rows under a title.
package final class Group: Widget {
    /// - Parameter isTitled: the title is not only read aloud; it is where the window does not have it already.
    package init(_ title: String, _ text: String? = nil, _ rows: [Widget] = [], isTitled: Bool = true) {
        unsafe super.init(fob_group(isTitled ? title : "", text))
        for row in rows { add(row) }
        if !isTitled, let row = rows.first, let list = unsafe gtk_widget_get_parent(row.handle) {
            unsafe fob_name(list, title)
        }
    }

    /// Adds a row.
    package func add(_ row: Widget) { unsafe fob_group_add(handle, row.handle) }
}

/// A row of a title, a smaller text below it, and widgets before and after.
package final class Row: Widget {
    package init(_ title: String, _ text: String = "", after: [Widget] = [], before: Widget? = nil) {
        unsafe super.init(fob_row())
        (self.title, self.text) = (title, text)
        // Observers are not called here.
        unsafe fob_set_text(handle, "title", title)
        unsafe fob_set_text(handle, "subtitle", text)
        if let before { unsafe fob_row_prefix(handle, before.handle) }
        for widget in after {
            // A row gives what stands behind its title no more than it must have.
            (widget as? Button)?.whole()
            unsafe fob_row_suffix(handle, widget.align(.center, .center).handle)
        }
        unsafe fob_set_int(handle, "subtitle-lines", 0)
        unsafe fob_set_int(handle, "title-lines", 0)
    }

    package var title = "" {
        didSet { unsafe fob_set_text(handle, "title", title) }
    }

    package var text = "" {
        didSet { unsafe fob_set_text(handle, "subtitle", text) }
    }

    /// The row stands for this widget: a click on it is one on that.
    @discardableResult
    package func stands(for widget: Widget) -> Self {
        unsafe fob_row_target(handle, widget.handle)
        return self
    }
}

/// A whole page about one thing, with a large picture.
package final class StatusPage: Widget {
    package init(icon: String, title: String, text: String, _ child: Widget? = nil) {
        unsafe super.init(fob_status_page(icon, title, text, child?.handle))
        // In less room its text would be below what is in sight.
        expand(vertically: true)
    }
}
