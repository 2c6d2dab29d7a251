// How desktops search in this program, over the session's bus.
#pragma once
#include "shim.h"

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
// The same for KDE's search (org.kde.krunner1), which asks for results and their names at once.
static inline void fob_runner(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
    const char *method, GVariant *arguments, GDBusMethodInvocation *call, gpointer data) {
    (void)bus, (void)sender, (void)path, (void)interface;
    fob_search_calls *calls = data;
    if (g_str_equal(method, "Actions")) {
        g_dbus_method_invocation_return_value(call, g_variant_new("(a(sss))", NULL));
        return;
    }
    const char *text = "";
    if (g_variant_n_children(arguments) > 0) g_variant_get_child(arguments, 0, "&s", &text);
    char *answer = g_str_equal(method, "Teardown") ? NULL : calls->ask(calls->data, method, text);
    if (!g_str_equal(method, "Match")) {
        g_dbus_method_invocation_return_value(call, NULL);
        free(answer);
        return;
    }
    char **lines = g_strsplit(answer, "\n", -1);
    GVariantBuilder found;
    g_variant_builder_init(&found, G_VARIANT_TYPE("a(sssida{sv})"));
    for (char **line = lines; *line; line++) {
        char **parts = g_strsplit(*line, "\t", 3);
        if (g_strv_length(parts) == 3) {
            GVariantBuilder more;
            g_variant_builder_init(&more, G_VARIANT_TYPE("a{sv}"));
            g_variant_builder_add(&more, "{sv}", "subtext", g_variant_new_string(parts[2]));
            // A possible match, neither the best nor the last.
            g_variant_builder_add(&found, "(sssida{sv})", parts[0], parts[1], "io.github.fob.Desktop", 30, 0.7, &more);
        }
        g_strfreev(parts);
    }
    g_dbus_method_invocation_return_value(call, g_variant_new("(a(sssida{sv}))", &found));
    g_strfreev(lines);
    free(answer);
}
static inline gboolean fob_serve(GtkApplication *application, const char *path, const char *interface, const GDBusInterfaceVTable *table,
    fob_search_calls *calls) {
    GDBusConnection *bus = g_application_get_dbus_connection(G_APPLICATION(application));
    GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(interface, NULL);
    if (!bus || !node) return FALSE;
    guint id = g_dbus_connection_register_object(bus, path, node->interfaces[0], table, calls, NULL, NULL);
    g_dbus_node_info_unref(node);
    return id != 0;
}
static inline gboolean fob_serve_search(GtkApplication *application, const char *path, fob_search_calls *calls) {
    static const GDBusInterfaceVTable table = {.method_call = fob_searched};
    return fob_serve(application, path,
        "<node><interface name='org.gnome.Shell.SearchProvider2'>"
        "<method name='GetInitialResultSet'><arg type='as' direction='in'/><arg type='as' direction='out'/></method>"
        "<method name='GetSubsearchResultSet'><arg type='as' direction='in'/><arg type='as' direction='in'/>"
        "<arg type='as' direction='out'/></method>"
        "<method name='GetResultMetas'><arg type='as' direction='in'/><arg type='aa{sv}' direction='out'/></method>"
        "<method name='ActivateResult'><arg type='s' direction='in'/><arg type='as' direction='in'/>"
        "<arg type='u' direction='in'/></method>"
        "<method name='LaunchSearch'><arg type='as' direction='in'/><arg type='u' direction='in'/></method>"
        "</interface></node>", &table, calls);
}
static inline gboolean fob_serve_runner(GtkApplication *application, const char *path, fob_search_calls *calls) {
    static const GDBusInterfaceVTable table = {.method_call = fob_runner};
    return fob_serve(application, path,
        "<node><interface name='org.kde.krunner1'>"
        "<method name='Actions'><arg type='a(sss)' direction='out'/></method>"
        "<method name='Match'><arg type='s' direction='in'/><arg type='a(sssida{sv})' direction='out'/></method>"
        "<method name='Run'><arg type='s' direction='in'/><arg type='s' direction='in'/></method>"
        "<method name='Teardown'/>"
        "</interface></node>", &table, calls);
}
