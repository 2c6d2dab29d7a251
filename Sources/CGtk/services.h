// What Gtk calls of GLib and GTK besides widgets: other programs, the clipboard, the desktop's search, files, the language.
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

// An argument with a secret in it: other users read arguments in /proc.
static inline void fob_wipe_argument(char **words, int count, const char *text) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (int number = 0; number < count; number++)
        if (words[number] && g_str_equal(words[number], text)) explicit_bzero(words[number], strlen(words[number]));
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

// MARK: Files

static inline void fob_chooser_answered(GtkNativeDialog *w, int response, gpointer data) {
    (void)data;
    g_object_set_data(G_OBJECT(w), "accepted", GINT_TO_POINTER(response == GTK_RESPONSE_ACCEPT));
}
static inline GtkNativeDialog *fob_chooser(GtkWidget *parent, const char *title, int what, const char *accept, const char *cancel) {
    GtkFileChooserAction actions[] = {
        GTK_FILE_CHOOSER_ACTION_OPEN, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, GTK_FILE_CHOOSER_ACTION_SAVE};
    GtkNativeDialog *w = GTK_NATIVE_DIALOG(gtk_file_chooser_native_new(title, GTK_WINDOW(parent), actions[what], accept, cancel));
    // Before whoever connects later: the files are there after Cancel, too.
    g_signal_connect(w, "response", G_CALLBACK(fob_chooser_answered), NULL);
    return w;
}
static inline gboolean fob_chooser_accepted(GtkNativeDialog *w) { return g_object_get_data(G_OBJECT(w), "accepted") != NULL; }
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
// Files that the program is to open, in the same way.
static inline void fob_opened(GApplication *application, GFile **files, int count, const char *hint, fob_drop_calls *calls) {
    (void)application;
    (void)hint;
    for (int number = 0; number < count; number++) {
        char *path = g_file_get_path(files[number]);
        if (path) calls->call(calls->data, path);
        g_free(path);
    }
    calls->call(calls->data, NULL);
}
// For as long as the program runs.
static inline void fob_on_open(GtkApplication *application, fob_path call, gpointer data) {
    fob_drop_calls *calls = g_new0(fob_drop_calls, 1);
    *calls = (fob_drop_calls){call, data};
    g_signal_connect(application, "open", G_CALLBACK(fob_opened), calls);
}
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
static inline void fob_drop(GtkWidget *w, fob_path call, gpointer data, GDestroyNotify end) {
    GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
    fob_drop_calls *calls = g_new0(fob_drop_calls, 1);
    *calls = (fob_drop_calls){call, data};
    g_signal_connect(target, "drop", G_CALLBACK(fob_dropped), calls);
    fob_own(w, GTK_EVENT_CONTROLLER(target), data, end, calls);
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
// A moment of RFC 3339 in local time, laid out as g_date_time_format(3) says; NULL when it is none.
static inline char *fob_local_time(const char *moment, const char *layout) {
    GDateTime *utc = g_date_time_new_from_iso8601(moment, NULL), *local = utc ? g_date_time_to_local(utc) : NULL;
    char *text = local ? g_date_time_format(local, layout) : NULL;
    if (utc) g_date_time_unref(utc);
    if (local) g_date_time_unref(local);
    return text;
}
