// What Gtk calls of GTK 4.8 and libadwaita 1.2: one line for each, since Swift imports neither casts by macro nor functions with
// any number of arguments. Widgets are GtkWidget throughout. Nothing newer than Debian 12 has.
#pragma once
#define GDK_VERSION_MIN_REQUIRED GDK_VERSION_4_8
#define GDK_VERSION_MAX_ALLOWED GDK_VERSION_4_8
#define ADW_VERSION_MAX_ALLOWED ADW_VERSION_1_2
#include "lines.h"
#include <glib-unix.h>
#include <libintl.h>
#include <locale.h>
#include <unistd.h>

typedef void (*fob_call)(gpointer data);
typedef gboolean (*fob_ask)(gpointer data);
// What is called with arguments beside its data, which ends with it.
typedef struct {
    GCallback call;
    gpointer data;
    GDestroyNotify end;
} fob_calls;
static inline void fob_calls_end(gpointer data) {
    fob_calls *calls = data;
    calls->end(calls->data);
    g_free(calls);
}
static inline fob_calls *fob_calls_new(GCallback call, gpointer data, GDestroyNotify end) {
    fob_calls *calls = g_new0(fob_calls, 1);
    *calls = (fob_calls){call, data, end};
    return calls;
}

// MARK: Objects and signals

static inline GtkWidget *fob_hold(gpointer widget) { return GTK_WIDGET(g_object_ref_sink(G_OBJECT(widget))); }
static inline void fob_release(gpointer object) { g_object_unref(object); }
// Whatever a signal's arguments are, `call` gets `data` alone.
static inline void fob_on(gpointer object, const char *signal, fob_call call, gpointer data, GClosureNotify end) {
    g_signal_connect_data(object, signal, G_CALLBACK(call), data, end, G_CONNECT_SWAPPED);
}
static inline void fob_set_bool(gpointer object, const char *name, gboolean value) { g_object_set(object, name, value, NULL); }
static inline void fob_set_int(gpointer object, const char *name, int value) { g_object_set(object, name, value, NULL); }
static inline void fob_set_text(gpointer object, const char *name, const char *value) { g_object_set(object, name, value, NULL); }
static inline gboolean fob_get_bool(gpointer object, const char *name) {
    gboolean value = FALSE;
    g_object_get(object, name, &value, NULL);
    return value;
}

// MARK: What every widget has

static inline void fob_name(GtkWidget *w, const char *label) {
    // GTK 4.8 would read both aloud.
    gtk_accessible_reset_relation(GTK_ACCESSIBLE(w), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
    gtk_accessible_update_property(GTK_ACCESSIBLE(w), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}
static inline void fob_describe(GtkWidget *w, const char *text) {
    gtk_accessible_update_property(GTK_ACCESSIBLE(w), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}
// A controller of a widget, with what it calls, which ends with it.
static inline void fob_own(GtkWidget *w, GtkEventController *controller, fob_calls *calls) {
    g_object_set_data_full(G_OBJECT(controller), "fob", calls, fob_calls_end);
    gtk_widget_add_controller(w, controller);
}
static inline void fob_margins(GtkWidget *w, int all) {
    gtk_widget_set_margin_top(w, all);
    gtk_widget_set_margin_bottom(w, all);
    gtk_widget_set_margin_start(w, all);
    gtk_widget_set_margin_end(w, all);
}
static inline GtkWidget *fob_with_role(GType type, GtkAccessibleRole role) {
    return GTK_WIDGET(g_object_new(type, "accessible-role", role, NULL));
}
static inline GtkWidget *fob_text_label(gboolean isLive) {
    return isLive ? fob_with_role(GTK_TYPE_LABEL, GTK_ACCESSIBLE_ROLE_STATUS) : gtk_label_new(NULL);
}

// MARK: Containers

static inline GtkWidget *fob_box(gboolean vertical, int spacing) {
    return gtk_box_new(vertical ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL, spacing);
}
static inline void fob_box_append(GtkWidget *box, GtkWidget *child) { gtk_box_append(GTK_BOX(box), child); }
static inline void fob_box_remove(GtkWidget *box, GtkWidget *child) { gtk_box_remove(GTK_BOX(box), child); }
// Which of the widgets below one that can take the keyboard has it, 1 the first, 0 none: what is made anew in the place of others
// is asked for its own of that number. With a number, it is given the keyboard.
static inline int fob_focus_number(GtkWidget *w, int wanted) {
    GtkWidget *holder = GTK_WIDGET(gtk_widget_get_root(w)), *has = holder ? gtk_root_get_focus(GTK_ROOT(holder)) : NULL;
    int number = 0;
    for (GtkWidget *at = gtk_widget_get_first_child(w); at;) {
        if (gtk_widget_get_focusable(at) && ++number == wanted) return gtk_widget_grab_focus(at);
        if (!wanted && at == has) return number;
        GtkWidget *next = gtk_widget_get_first_child(at);
        while (!next && at != w) {
            next = gtk_widget_get_next_sibling(at);
            if (!next) at = gtk_widget_get_parent(at);
        }
        at = next;
    }
    return 0;
}
static inline GtkWidget *fob_scroll(GtkWidget *child) {
    GtkWidget *w = gtk_scrolled_window_new();
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(w), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(w), child);
    gtk_widget_set_vexpand(w, TRUE);
    return w;
}
static inline GtkWidget *fob_clamp(GtkWidget *child, int width) {
    GtkWidget *w = adw_clamp_new();
    adw_clamp_set_maximum_size(ADW_CLAMP(w), width);
    adw_clamp_set_child(ADW_CLAMP(w), child);
    return w;
}
static inline GtkWidget *fob_stack(void) { return gtk_stack_new(); }
static inline void fob_stack_add(GtkWidget *stack, GtkWidget *child, const char *name) {
    gtk_stack_add_named(GTK_STACK(stack), child, name);
}
static inline void fob_stack_show(GtkWidget *stack, const char *name) {
    gtk_stack_set_visible_child_name(GTK_STACK(stack), name);
}
static inline GtkWidget *fob_toasts(GtkWidget *child) {
    GtkWidget *w = adw_toast_overlay_new();
    adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(w), child);
    return w;
}
// How many bold letters find room beside so many pixels of a widget.
static inline int fob_letters(GtkWidget *w, int pixels) {
    PangoFontMetrics *font = pango_context_get_metrics(gtk_widget_get_pango_context(w), NULL, NULL);
    int letter = MAX(pango_font_metrics_get_approximate_char_width(font), pango_font_metrics_get_approximate_digit_width(font));
    pango_font_metrics_unref(font);
    int room = MAX(gtk_widget_get_width(w), 360) - pixels;
    return CLAMP(room * PANGO_SCALE * 7 / MAX(letter * 8, 1), 8, 40);
}
// A message takes the place of the one before, unless that has a button: of many, the last is of now.
static inline AdwToast *fob_toast(GtkWidget *overlay, const char *text, const char *button) {
    AdwToast *before = g_object_get_data(G_OBJECT(overlay), "toast");
    if (before) adw_toast_dismiss(before);
    // A title of its own is cut off where the window is narrow.
    GtkWidget *label = gtk_label_new(text);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    // What GTK asks for is what fits on one line, however narrow the window is: a line is as long as there is room for.
    gtk_label_set_max_width_chars(GTK_LABEL(label), fob_letters(overlay, button ? 210 : 130));
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    fob_no_hyphens(label);
    gtk_widget_set_margin_top(label, 6);
    gtk_widget_set_margin_bottom(label, 6);
    gtk_widget_add_css_class(label, "heading");
    AdwToast *toast = adw_toast_new("");
    adw_toast_set_custom_title(toast, label);
    if (button) adw_toast_set_button_label(toast, button);
    // Time to read it, some 15 letters a second, and to get to its button.
    adw_toast_set_timeout(toast, (button ? 10 : 3) + (guint)g_utf8_strlen(text, -1) / 15);
    g_object_set_data_full(G_OBJECT(overlay), "toast", button ? NULL : g_object_ref(toast), g_object_unref);
    if (button) g_object_set_data_full(G_OBJECT(overlay), "offer", g_object_ref(toast), g_object_unref);
    adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(overlay), g_object_ref(toast));
    return toast;
}
static inline void fob_toasts_end(GtkWidget *overlay) {
    AdwToast *toast = g_object_get_data(G_OBJECT(overlay), "toast"), *offer = g_object_get_data(G_OBJECT(overlay), "offer");
    if (toast) adw_toast_dismiss(toast);
    if (offer) adw_toast_dismiss(offer);
}

// MARK: Pages

static inline GtkWidget *fob_pages(void) { return adw_view_stack_new(); }
static inline gpointer fob_pages_add(GtkWidget *pages, GtkWidget *child, const char *name, const char *title, const char *icon) {
    return adw_view_stack_add_titled_with_icon(ADW_VIEW_STACK(pages), child, name, title, icon);
}
static inline void fob_page_dot(gpointer page, gboolean shows) {
    adw_view_stack_page_set_needs_attention(ADW_VIEW_STACK_PAGE(page), shows);
}
static inline void fob_pages_show(GtkWidget *pages, const char *name) {
    adw_view_stack_set_visible_child_name(ADW_VIEW_STACK(pages), name);
}
static inline const char *fob_pages_shown(GtkWidget *pages) {
    return adw_view_stack_get_visible_child_name(ADW_VIEW_STACK(pages));
}
static inline GtkWidget *fob_switcher(GtkWidget *pages, const char *title) {
    GtkWidget *w = adw_view_switcher_title_new();
    adw_view_switcher_title_set_stack(ADW_VIEW_SWITCHER_TITLE(w), ADW_VIEW_STACK(pages));
    adw_view_switcher_title_set_title(ADW_VIEW_SWITCHER_TITLE(w), title);
    return w;
}
static inline GtkWidget *fob_switcher_bar(GtkWidget *pages, GtkWidget *title) {
    GtkWidget *w = adw_view_switcher_bar_new();
    adw_view_switcher_bar_set_stack(ADW_VIEW_SWITCHER_BAR(w), ADW_VIEW_STACK(pages));
    g_object_bind_property(title, "title-visible", w, "reveal", G_BINDING_SYNC_CREATE);
    return w;
}

// MARK: Controls

static inline void fob_button_wraps(GtkWidget *w, gboolean wraps) {
    GtkWidget *words = gtk_button_get_child(GTK_BUTTON(w));
    if (GTK_IS_LABEL(words)) gtk_label_set_wrap(GTK_LABEL(words), wraps);
}
static inline GtkWidget *fob_button(const char *label) {
    GtkWidget *w = gtk_button_new_with_mnemonic(label);
    // On several lines where the window is narrow and its text large.
    fob_button_wraps(w, TRUE);
    gtk_label_set_justify(GTK_LABEL(gtk_button_get_child(GTK_BUTTON(w))), GTK_JUSTIFY_CENTER);
    return w;
}
static inline GtkWidget *fob_icon_button(const char *icon) { return gtk_button_new_from_icon_name(icon); }
static inline GtkWidget *fob_icon(const char *name) { return gtk_image_new_from_icon_name(name); }
static inline void fob_label(GtkWidget *w, const char *text) { gtk_label_set_text(GTK_LABEL(w), text); }
static inline void fob_label_style(GtkWidget *w, gboolean wraps, gboolean centred) {
    gtk_label_set_wrap(GTK_LABEL(w), wraps);
    gtk_label_set_wrap_mode(GTK_LABEL(w), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_xalign(GTK_LABEL(w), centred ? 0.5 : 0);
    if (centred) gtk_label_set_justify(GTK_LABEL(w), GTK_JUSTIFY_CENTER);
    fob_no_hyphens(w);
}
static inline GtkWidget *fob_search(void) { return gtk_search_entry_new(); }
static inline void fob_search_captures(GtkWidget *w, GtkWidget *from) {
    gtk_search_entry_set_key_capture_widget(GTK_SEARCH_ENTRY(w), from);
}
// Behind what is typed already, which the next letter would replace if it were marked.
static inline void fob_search_focus(GtkWidget *w) {
    GtkEditable *text = gtk_editable_get_delegate(GTK_EDITABLE(w));
    gtk_text_grab_focus_without_selecting(GTK_TEXT(text));
    gtk_editable_set_position(text, -1);
}
static inline GtkWidget *fob_choice(char **words) { return gtk_drop_down_new_from_strings((const char *const *)words); }
static inline guint fob_chosen_number(GtkWidget *w) { return gtk_drop_down_get_selected(GTK_DROP_DOWN(w)); }
static inline GtkWidget *fob_entry(const char *title) {
    GtkWidget *w = adw_entry_row_new();
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(w), title);
    return w;
}
static inline const char *fob_text(GtkWidget *w) { return gtk_editable_get_text(GTK_EDITABLE(w)); }
static inline void fob_type(GtkWidget *w, const char *text) { gtk_editable_set_text(GTK_EDITABLE(w), text); }
static inline GtkWidget *fob_switch(void) {
    GtkWidget *w = gtk_switch_new();
    gtk_widget_set_valign(w, GTK_ALIGN_CENTER);
    return w;
}
static inline GtkWidget *fob_group(const char *title, const char *text) {
    GtkWidget *w = adw_preferences_group_new();
    char *plain = g_markup_escape_text(title, -1), *more = text ? g_markup_escape_text(text, -1) : NULL;
    adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(w), plain);
    adw_preferences_group_set_description(ADW_PREFERENCES_GROUP(w), more);
    fob_no_hyphens(w);
    g_free(plain);
    g_free(more);
    return w;
}
static inline void fob_group_add(GtkWidget *w, GtkWidget *child) { adw_preferences_group_add(ADW_PREFERENCES_GROUP(w), child); }
static inline GtkWidget *fob_row(void) {
    GtkWidget *w = adw_action_row_new();
    adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(w), FALSE);
    fob_lay_lines(w);
    fob_no_hyphens(w);
    return w;
}
static inline void fob_row_suffix(GtkWidget *w, GtkWidget *child) { adw_action_row_add_suffix(ADW_ACTION_ROW(w), child); }
static inline void fob_row_prefix(GtkWidget *w, GtkWidget *child) { adw_action_row_add_prefix(ADW_ACTION_ROW(w), child); }
// The row's title is the child's name.
static inline void fob_row_target(GtkWidget *w, GtkWidget *child) { adw_action_row_set_activatable_widget(ADW_ACTION_ROW(w), child); }
static inline GtkWidget *fob_status_page(const char *icon, const char *title, const char *text, GtkWidget *child) {
    GtkWidget *w = adw_status_page_new();
    adw_status_page_set_icon_name(ADW_STATUS_PAGE(w), icon);
    adw_status_page_set_title(ADW_STATUS_PAGE(w), title);
    char *plain = g_markup_escape_text(text, -1);
    adw_status_page_set_description(ADW_STATUS_PAGE(w), plain);
    fob_no_hyphens(w);
    g_free(plain);
    if (child) adw_status_page_set_child(ADW_STATUS_PAGE(w), child);
    return w;
}
static inline GtkWidget *fob_progress(void) {
    GtkWidget *w = gtk_level_bar_new();
    // Of itself it has no width.
    gtk_widget_set_size_request(w, 96, -1);
    return w;
}
static inline void fob_progress_set(GtkWidget *w, double part) { gtk_level_bar_set_value(GTK_LEVEL_BAR(w), part); }
static inline GtkWidget *fob_spinner(void) {
    GtkWidget *w = gtk_spinner_new();
    gtk_spinner_start(GTK_SPINNER(w));
    return w;
}

// MARK: Windows

static inline GtkWidget *fob_window(GtkApplication *application, GtkWidget *content, int width, int height) {
    GtkWidget *w = GTK_WIDGET(g_object_new(ADW_TYPE_APPLICATION_WINDOW, "application", application, NULL));
    adw_application_window_set_content(ADW_APPLICATION_WINDOW(w), content);
    gtk_window_set_default_size(GTK_WINDOW(w), width, height);
    return w;
}
static inline void fob_window_title(GtkWidget *w, const char *title) { gtk_window_set_title(GTK_WINDOW(w), title); }
static inline void fob_window_over(GtkWidget *w, GtkWidget *parent, gboolean modal) {
    gtk_window_set_transient_for(GTK_WINDOW(w), GTK_WINDOW(parent));
    gtk_window_set_modal(GTK_WINDOW(w), modal);
}
// Windows over others, which keep their keys and clicks to themselves, leave this one its own.
static inline void fob_window_apart(GtkWidget *w) {
    GtkWindowGroup *group = gtk_window_group_new();
    gtk_window_group_add_window(group, GTK_WINDOW(w));
    g_object_unref(group);
}
static inline void fob_present(GtkWidget *w) { gtk_window_present(GTK_WINDOW(w)); }
// The first that takes the keyboard in a widget has it.
static inline void fob_focus_first(GtkWidget *w) { gtk_widget_child_focus(w, GTK_DIR_TAB_FORWARD); }
static inline void fob_minimize(GtkWidget *w) { gtk_window_minimize(GTK_WINDOW(w)); }
static inline void fob_close(GtkWidget *w) { gtk_window_destroy(GTK_WINDOW(w)); }
// Takes from a window that was closed, and from all in it, what was connected: the closures may hold the widgets.
static inline void fob_disconnect(GtkWidget *w, fob_call call) {
    for (GtkWidget *child = gtk_widget_get_first_child(w); child; child = gtk_widget_get_next_sibling(child))
        fob_disconnect(child, call);
    g_signal_handlers_disconnect_matched(w, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, (gpointer)call, NULL);
    GListModel *all = gtk_widget_observe_controllers(w);
    for (guint number = g_list_model_get_n_items(all); number > 0; number--) {
        GtkEventController *controller = g_list_model_get_item(all, number - 1);
        if (g_object_get_data(G_OBJECT(controller), "fob")) gtk_widget_remove_controller(w, controller);
        g_object_unref(controller);
    }
    g_object_unref(all);
}
static inline void fob_let_go(GtkWidget *w, fob_call call) {
    fob_disconnect(w, call);
    // Else it lives on with those that hold it.
    g_object_run_dispose(G_OBJECT(w));
}
static inline void fob_on_close(GtkWidget *w, fob_ask call, gpointer data, GClosureNotify end) {
    g_signal_connect_data(w, "close-request", G_CALLBACK(call), data, end, G_CONNECT_SWAPPED);
}
static inline GtkWidget *fob_header(void) { return adw_header_bar_new(); }
static inline void fob_header_title(GtkWidget *w, GtkWidget *title) { adw_header_bar_set_title_widget(ADW_HEADER_BAR(w), title); }
static inline void fob_header_start(GtkWidget *w, GtkWidget *child) { adw_header_bar_pack_start(ADW_HEADER_BAR(w), child); }
static inline void fob_header_end(GtkWidget *w, GtkWidget *child) { adw_header_bar_pack_end(ADW_HEADER_BAR(w), child); }

// MARK: Menus, actions, keys

static inline GtkWidget *fob_menu_button(const char *icon, GMenu *menu) {
    GtkWidget *w = gtk_menu_button_new();
    gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(w), icon);
    gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(w), G_MENU_MODEL(menu));
    return w;
}
static inline void fob_menu_primary(GtkWidget *w) { gtk_menu_button_set_primary(GTK_MENU_BUTTON(w), TRUE); }
static inline GSimpleAction *fob_action(gpointer map, const char *name) {
    GSimpleAction *action = g_simple_action_new(name, NULL);
    g_action_map_add_action(G_ACTION_MAP(map), G_ACTION(action));
    g_object_unref(action);
    return action;
}
// Actions of a widget: unlike those of the application, no other program of the session can have them done over the bus.
static inline gpointer fob_action_group(GtkWidget *w, const char *prefix) {
    GSimpleActionGroup *group = g_simple_action_group_new();
    gtk_widget_insert_action_group(w, prefix, G_ACTION_GROUP(group));
    g_object_unref(group);
    return group;
}
static inline void fob_accelerator(GtkApplication *application, const char *action, const char *keys) {
    const char *all[] = {keys, NULL};
    gtk_application_set_accels_for_action(application, action, all);
}
// Keys that reach a widget, before its children have them; `call` says whether it took one.
enum { FOB_CONTROL = 1, FOB_ALT = 2 };
typedef gboolean (*fob_key)(gpointer data, guint key, guint modifiers, gunichar character);
static inline gboolean fob_key_pressed(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, fob_calls *calls) {
    (void)keys;
    (void)code;
    guint modifiers = (state & GDK_CONTROL_MASK ? FOB_CONTROL : 0) | (state & GDK_ALT_MASK ? FOB_ALT : 0);
    if (state & GDK_SUPER_MASK) return FALSE;
    return ((fob_key)calls->call)(calls->data, key, modifiers, gdk_keyval_to_unicode(key));
}
static inline void fob_keys(GtkWidget *w, fob_key call, gpointer data, GDestroyNotify end) {
    GtkEventController *keys = gtk_event_controller_key_new();
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    fob_calls *calls = fob_calls_new(G_CALLBACK(call), data, end);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(fob_key_pressed), calls);
    fob_own(w, keys, calls);
}

// MARK: The program

static inline GtkApplication *fob_application(const char *id, gboolean alone) {
    return GTK_APPLICATION(adw_application_new(id, alone ? G_APPLICATION_NON_UNIQUE : G_APPLICATION_HANDLES_OPEN));
}
static inline int fob_run(GtkApplication *application, int count, char **words) {
    return g_application_run(G_APPLICATION(application), count, words);
}
// When the session's bus ends, GLib would end the program with it, in the middle of what it does.
static inline void fob_outlive_bus(GtkApplication *application) {
    GDBusConnection *bus = g_application_get_dbus_connection(G_APPLICATION(application));
    if (bus) g_dbus_connection_set_exit_on_close(bus, FALSE);
}
static inline void fob_application_hold(GtkApplication *application) { g_application_hold(G_APPLICATION(application)); }
static inline void fob_application_release(GtkApplication *application) { g_application_release(G_APPLICATION(application)); }
static inline void fob_quit(GtkApplication *application) { g_application_quit(G_APPLICATION(application)); }
static inline void fob_style(const char *text) {
    GtkCssProvider *css = gtk_css_provider_new();
    gtk_css_provider_load_from_data(css, text, -1);
    gtk_style_context_add_provider_for_display(
        gdk_display_get_default(), GTK_STYLE_PROVIDER(css), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    g_object_unref(css);
}
