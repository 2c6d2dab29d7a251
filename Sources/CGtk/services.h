// What Gtk calls of GLib and GTK besides widgets: other programs, what comes later, the clipboard, the desktop's search, files, the language.
#pragma once
#include "shim.h"
#include <sys/resource.h>

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

// Whether the application is to stay although no window is open; as often as it was asked to, it has to be let go.
static inline void fob_stay(gboolean stays) {
    if (stays) g_application_hold(g_application_get_default());
    else g_application_release(g_application_get_default());
}

// An argument with a secret in it: other users read arguments in /proc.
static inline void fob_wipe_argument(char **words, int count, const char *text) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (int number = 0; number < count; number++)
        if (words[number] && g_str_equal(words[number], text)) explicit_bzero(words[number], strlen(words[number]));
}

// MARK: Later

static inline guint fob_after(guint milliseconds, fob_ask call, gpointer data, GDestroyNotify end) {
    return g_timeout_add_full(G_PRIORITY_DEFAULT, milliseconds, call, data, end);
}
static inline gboolean fob_watch_ready(gint number, GIOCondition condition, gpointer data) {
    (void)number;
    (void)condition;
    fob_calls *calls = data;
    return ((fob_ask)calls->call)(calls->data);
}
static inline guint fob_watch(int number, fob_ask call, gpointer data, GDestroyNotify end) {
    return g_unix_fd_add_full(G_PRIORITY_DEFAULT, number, G_IO_IN | G_IO_HUP | G_IO_ERR, fob_watch_ready,
        fob_calls_new(G_CALLBACK(call), data, end), fob_calls_end);
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

// Into the line that has the keyboard, unless that is a search; whether there is one.
static inline gboolean fob_paste_text(GtkApplication *application) {
    GtkWindow *w = gtk_application_get_active_window(application);
    GtkWidget *focus = w ? gtk_window_get_focus(w) : NULL;
    return GTK_IS_TEXT(focus) && !GTK_IS_SEARCH_ENTRY(gtk_widget_get_parent(focus))
        && gtk_widget_activate_action(focus, "clipboard.paste", NULL);
}

// MARK: Files

// Calls with the paths of files, and NULL behind the last; not without any.
typedef void (*fob_paths)(gpointer data, char **paths);
static inline fob_calls *fob_paths_calls(fob_paths call, gpointer data, GDestroyNotify end) {
    return fob_calls_new(G_CALLBACK(call), data, end);
}
static inline GPtrArray *fob_paths_new(void) { return g_ptr_array_new_with_free_func(g_free); }
// Of a file that is elsewhere, as on a telephone, its address.
static inline void fob_paths_add(GPtrArray *paths, GFile *file) {
    char *path = g_file_get_path(file);
    g_ptr_array_add(paths, path ? path : g_file_get_uri(file));
}
static inline void fob_paths_tell(GPtrArray *paths, fob_calls *calls) {
    g_ptr_array_add(paths, NULL);
    if (paths->len > 1) ((fob_paths)calls->call)(calls->data, (char **)paths->pdata);
    g_ptr_array_unref(paths);
}
// Files that somebody is asked for.
static inline void fob_chosen(GtkNativeDialog *w, int response, fob_calls *calls) {
    GPtrArray *paths = fob_paths_new();
    // They are there after Cancel, too.
    GListModel *all = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_files(GTK_FILE_CHOOSER(w)) : NULL;
    for (guint number = 0; all && number < g_list_model_get_n_items(all); number++) {
        GFile *file = g_list_model_get_item(all, number);
        fob_paths_add(paths, file);
        g_object_unref(file);
    }
    if (all) g_object_unref(all);
    gtk_native_dialog_hide(w);
    fob_paths_tell(paths, calls);
    g_object_unref(w);
}
static inline void fob_choose(GtkWidget *parent, const char *title, int action, const char *accept, const char *cancel,
    const char *name, fob_calls *calls) {
    GtkFileChooserNative *w = gtk_file_chooser_native_new(title, GTK_WINDOW(parent), action, accept, cancel);
    if (action == GTK_FILE_CHOOSER_ACTION_OPEN) gtk_file_chooser_set_select_multiple(GTK_FILE_CHOOSER(w), TRUE);
    if (action == GTK_FILE_CHOOSER_ACTION_SAVE) gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(w), name);
    g_object_set_data_full(G_OBJECT(w), "fob", calls, fob_calls_end);
    g_signal_connect(w, "response", G_CALLBACK(fob_chosen), calls);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(w));
}
// Files that the program is to open.
static inline void fob_opened(GApplication *application, GFile **files, int count, const char *hint, fob_calls *calls) {
    (void)application;
    (void)hint;
    GPtrArray *paths = fob_paths_new();
    for (int number = 0; number < count; number++) fob_paths_add(paths, files[number]);
    fob_paths_tell(paths, calls);
}
static inline void fob_on_open(GtkApplication *application, fob_calls *calls) {
    g_object_set_data_full(G_OBJECT(application), "fob", calls, fob_calls_end);
    g_signal_connect(application, "open", G_CALLBACK(fob_opened), calls);
}
// Files that are dropped.
static inline gboolean fob_dropped(GtkDropTarget *target, const GValue *value, double x, double y, fob_calls *calls) {
    (void)target;
    (void)x;
    (void)y;
    if (!G_VALUE_HOLDS(value, GDK_TYPE_FILE_LIST)) return FALSE;
    GPtrArray *paths = fob_paths_new();
    GSList *files = gdk_file_list_get_files(g_value_get_boxed(value));
    for (GSList *file = files; file; file = file->next) fob_paths_add(paths, file->data);
    g_slist_free(files);
    fob_paths_tell(paths, calls);
    return TRUE;
}
static inline void fob_drop(GtkWidget *w, fob_calls *calls) {
    GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
    g_signal_connect(target, "drop", G_CALLBACK(fob_dropped), calls);
    fob_own(w, GTK_EVENT_CONTROLLER(target), calls);
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
// A text as it is searched: without case, composed letters as those that they are composed of, wide ones as others.
static inline char *fob_folded(const char *text) {
    char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_ALL), *folded = plain ? g_utf8_casefold(plain, -1) : g_strdup(text);
    g_free(plain);
    return folded;
}
// A moment of RFC 3339 in local time, laid out as g_date_time_format(3) says; NULL when it is none.
static inline char *fob_local_time(const char *moment, const char *layout) {
    GDateTime *utc = g_date_time_new_from_iso8601(moment, NULL), *local = utc ? g_date_time_to_local(utc) : NULL;
    char *text = local ? g_date_time_format(local, layout) : NULL;
    if (utc) g_date_time_unref(utc);
    if (local) g_date_time_unref(local);
    return text;
}
