// What Gtk calls of GLib and GTK besides widgets: other programs, the clipboard, the desktop's search, files, the language.
#pragma once
#include "shim.h"

// MARK: Other programs

static inline void fob_apart(gpointer data) { (void)data; setsid(); }
// Its own session: what it asks, it asks in a window, and not in the terminal that this program may have been started from.
static inline GSubprocess *fob_start(char **words, gboolean feeds, GError **error) {
    GSubprocessLauncher *launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE
        | (feeds ? G_SUBPROCESS_FLAGS_STDIN_PIPE : 0));
    g_subprocess_launcher_set_child_setup(launcher, fob_apart, NULL, NULL);
    GSubprocess *child = g_subprocess_launcher_spawnv(launcher, (const char *const *)words, error);
    g_object_unref(launcher);
    return child;
}

// MARK: The clipboard

// Programs that keep a history leave out what has this hint (KDE's, and others').
static inline void fob_copy(const char *text) {
    GdkContentProvider *parts[] = {
        gdk_content_provider_new_typed(G_TYPE_STRING, text),
        gdk_content_provider_new_for_bytes("x-kde-passwordManagerHint", g_bytes_new_static("secret", 6)),
    };
    GdkContentProvider *both = gdk_content_provider_new_union(parts, 2);
    gdk_clipboard_set_content(gdk_display_get_clipboard(gdk_display_get_default()), both);
    g_object_unref(both);
}
static inline gboolean fob_copied_here(void) {
    return gdk_clipboard_is_local(gdk_display_get_clipboard(gdk_display_get_default()));
}
static inline void fob_clear_clipboard(void) {
    gdk_clipboard_set_content(gdk_display_get_clipboard(gdk_display_get_default()), NULL);
}

// MARK: The desktop's search

// `ask` is called with the method and its texts, a line each; what it returns, from malloc, has a line for each result: its id,
// or id, name and description with tabs between them.
typedef struct {
    char *(*ask)(gpointer data, const char *method, const char *texts);
    gpointer data;
} fob_search_calls;
static inline void fob_searched(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
    const char *method, GVariant *arguments, GDBusMethodInvocation *call, gpointer data) {
    (void)bus, (void)sender, (void)path, (void)interface;
    fob_search_calls *calls = data;
    // The last list of texts is what was typed, or what ids are meant; of a chosen result it is the id.
    GVariant *first = g_variant_get_child_value(arguments, g_str_equal(method, "GetSubsearchResultSet") ? 1 : 0);
    const char *one[] = {NULL, NULL}, **list = one;
    if (g_variant_is_of_type(first, G_VARIANT_TYPE_STRING)) one[0] = g_variant_get_string(first, NULL);
    else list = g_variant_get_strv(first, NULL);
    char *texts = g_strjoinv("\n", (char **)list), *answer = calls->ask(calls->data, method, texts);
    if (list != one) g_free(list);
    char **lines = g_strsplit(answer, "\n", -1);
    if (g_str_has_suffix(method, "ResultSet")) {
        GVariantBuilder ids;
        g_variant_builder_init(&ids, G_VARIANT_TYPE("as"));
        for (char **line = lines; *line; line++) if (**line) g_variant_builder_add(&ids, "s", *line);
        g_dbus_method_invocation_return_value(call, g_variant_new("(as)", &ids));
    } else if (g_str_equal(method, "GetResultMetas")) {
        GVariantBuilder metas;
        g_variant_builder_init(&metas, G_VARIANT_TYPE("aa{sv}"));
        for (char **line = lines; *line; line++) {
            char **parts = g_strsplit(*line, "\t", 3);
            if (g_strv_length(parts) == 3) {
                g_variant_builder_open(&metas, G_VARIANT_TYPE("a{sv}"));
                g_variant_builder_add(&metas, "{sv}", "id", g_variant_new_string(parts[0]));
                g_variant_builder_add(&metas, "{sv}", "name", g_variant_new_string(parts[1]));
                g_variant_builder_add(&metas, "{sv}", "description", g_variant_new_string(parts[2]));
                g_variant_builder_close(&metas);
            }
            g_strfreev(parts);
        }
        g_dbus_method_invocation_return_value(call, g_variant_new("(aa{sv})", &metas));
    } else g_dbus_method_invocation_return_value(call, NULL);
    g_strfreev(lines);
    free(answer);
    g_free(texts);
    g_variant_unref(first);
}
static inline gboolean fob_serve_search(GtkApplication *application, const char *path, fob_search_calls *calls) {
    GDBusConnection *bus = g_application_get_dbus_connection(G_APPLICATION(application));
    GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(
        "<node><interface name='org.gnome.Shell.SearchProvider2'>"
        "<method name='GetInitialResultSet'><arg type='as' direction='in'/><arg type='as' direction='out'/></method>"
        "<method name='GetSubsearchResultSet'><arg type='as' direction='in'/><arg type='as' direction='in'/>"
        "<arg type='as' direction='out'/></method>"
        "<method name='GetResultMetas'><arg type='as' direction='in'/><arg type='aa{sv}' direction='out'/></method>"
        "<method name='ActivateResult'><arg type='s' direction='in'/><arg type='as' direction='in'/>"
        "<arg type='u' direction='in'/></method>"
        "<method name='LaunchSearch'><arg type='as' direction='in'/><arg type='u' direction='in'/></method>"
        "</interface></node>", NULL);
    if (!bus || !node) return FALSE;
    static const GDBusInterfaceVTable table = {.method_call = fob_searched};
    guint id = g_dbus_connection_register_object(bus, path, node->interfaces[0], &table, calls, NULL, NULL);
    g_dbus_node_info_unref(node);
    return id != 0;
}

// MARK: Files

static inline GtkNativeDialog *fob_chooser(GtkWidget *parent, const char *title, int what, const char *accept, const char *cancel) {
    GtkFileChooserAction actions[] = {
        GTK_FILE_CHOOSER_ACTION_OPEN, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, GTK_FILE_CHOOSER_ACTION_SAVE};
    return GTK_NATIVE_DIALOG(gtk_file_chooser_native_new(title, GTK_WINDOW(parent), actions[what], accept, cancel));
}
static inline void fob_chooser_several(GtkNativeDialog *w) { gtk_file_chooser_set_select_multiple(GTK_FILE_CHOOSER(w), TRUE); }
static inline void fob_chooser_name(GtkNativeDialog *w, const char *name) { gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(w), name); }
static inline GListModel *fob_chosen(GtkNativeDialog *w) { return gtk_file_chooser_get_files(GTK_FILE_CHOOSER(w)); }
static inline char *fob_file_path(GListModel *files, guint index) {
    GFile *file = G_FILE(g_list_model_get_item(files, index));
    char *path = g_file_get_path(file);
    g_object_unref(file);
    return path;
}
// Files that are dropped: `call` is called for each path, and for NULL at the end.
typedef void (*fob_path)(gpointer data, const char *path);
typedef struct {
    fob_path call;
    gpointer data;
} fob_drop_calls;
static inline gboolean fob_dropped(GtkDropTarget *target, const GValue *value, double x, double y, fob_drop_calls *calls) {
    (void)target;
    (void)x;
    (void)y;
    if (!G_VALUE_HOLDS(value, GDK_TYPE_FILE_LIST)) return FALSE;
    GSList *files = gdk_file_list_get_files(g_value_get_boxed(value));
    for (GSList *file = files; file; file = file->next) {
        char *path = g_file_get_path(G_FILE(file->data));
        if (path) calls->call(calls->data, path);
        g_free(path);
    }
    g_slist_free(files);
    calls->call(calls->data, NULL);
    return TRUE;
}
static inline void fob_drop(GtkWidget *w, fob_drop_calls *calls) {
    GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
    g_signal_connect(target, "drop", G_CALLBACK(fob_dropped), calls);
    gtk_widget_add_controller(w, GTK_EVENT_CONTROLLER(target));
}

// MARK: Language

static inline void fob_language(const char *domain, const char *directory) {
    setlocale(LC_ALL, "");
    bindtextdomain(domain, directory);
    bind_textdomain_codeset(domain, "UTF-8");
    textdomain(domain);
}
static inline const char *fob_translated(const char *text) { return gettext(text); }
static inline const char *fob_translated_number(const char *one, const char *many, unsigned long number) {
    return ngettext(one, many, number);
}
