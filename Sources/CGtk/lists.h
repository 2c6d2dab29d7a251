// What Gtk calls of GTK for long lists.
#pragma once
#include "rows.h"

// A list of `count` rows, of which only those in sight have widgets. `bind` fills a row: (the row, its number, data).
typedef void (*fob_bind)(GtkWidget *row, guint number, gpointer data);
typedef struct {
    // At last: a row begins to be dragged; it was dropped on another one.
    fob_bind bind, activate, teardown, grab, drop;
    gpointer data;
    GDestroyNotify end;
} fob_list_calls;
static inline GtkWidget *fob_list_row(GtkListItem *item) { return gtk_list_item_get_child(item); }
static inline void fob_list_torn(GtkWidget *row, fob_list_calls *calls) { calls->teardown(row, 0, calls->data); }
// Which row it is, 0 when it is none now.
static inline guint fob_list_number(GtkWidget *row) { return GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(row), "number")); }
// The row at a place of the list; NULL where there is none.
static inline GtkWidget *fob_list_row_at(GtkEventController *controller, double x, double y) {
    GtkWidget *list = gtk_event_controller_get_widget(controller), *row = gtk_widget_pick(list, x, y, GTK_PICK_DEFAULT);
    while (row && row != list && !fob_list_number(row)) {
        // Of what lies around a row, the row.
        GtkWidget *child = gtk_widget_get_first_child(row);
        row = child && fob_list_number(child) ? child : gtk_widget_get_parent(row);
    }
    return row == list ? NULL : row;
}
// What is dragged is a number, which no other program can give or take; which entry that is may change meanwhile.
static inline GdkContentProvider *fob_list_drag(GtkDragSource *source, double x, double y, fob_list_calls *calls) {
    GtkWidget *row = fob_list_row_at(GTK_EVENT_CONTROLLER(source), x, y);
    if (!row) return NULL;
    GdkPaintable *picture = gtk_widget_paintable_new(row);
    gtk_drag_source_set_icon(source, picture, 0, 0);
    g_object_unref(picture);
    calls->grab(row, fob_list_number(row) - 1, calls->data);
    return gdk_content_provider_new_typed(G_TYPE_UINT, fob_list_number(row));
}
static inline gboolean fob_list_drop(GtkDropTarget *target, const GValue *value, double x, double y, fob_list_calls *calls) {
    (void)value;
    GtkWidget *row = fob_list_row_at(GTK_EVENT_CONTROLLER(target), x, y);
    if (row) calls->drop(row, fob_list_number(row) - 1, calls->data);
    return row != NULL;
}
static inline void fob_list_setup(GtkSignalListItemFactory *factory, GtkListItem *item, fob_list_calls *calls) {
    (void)factory;
    GtkWidget *row = fob_face_new();
    gtk_list_item_set_child(item, row);
    g_signal_connect(row, "destroy", G_CALLBACK(fob_list_torn), calls);
}
static inline void fob_list_bound(GtkSignalListItemFactory *factory, GtkListItem *item, fob_list_calls *calls) {
    (void)factory;
    g_object_set_data(G_OBJECT(fob_list_row(item)), "number", GUINT_TO_POINTER(gtk_list_item_get_position(item) + 1));
    calls->bind(fob_list_row(item), gtk_list_item_get_position(item), calls->data);
}
static inline void fob_list_unbound(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data) {
    (void)factory;
    (void)data;
    g_object_set_data(G_OBJECT(fob_list_row(item)), "number", NULL);
}
static inline void fob_list_activated(GtkListView *list, guint number, fob_list_calls *calls) {
    calls->activate(GTK_WIDGET(list), number, calls->data);
}
static inline void fob_list_end(gpointer data) {
    fob_list_calls *calls = data;
    calls->end(calls->data);
    g_free(calls);
}
static inline GtkWidget *fob_list(fob_list_calls given) {
    fob_list_calls *calls = g_new0(fob_list_calls, 1);
    *calls = given;
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    g_signal_connect(factory, "setup", G_CALLBACK(fob_list_setup), calls);
    g_signal_connect(factory, "bind", G_CALLBACK(fob_list_bound), calls);
    g_signal_connect(factory, "unbind", G_CALLBACK(fob_list_unbound), calls);
    GtkSingleSelection *selection = gtk_single_selection_new(G_LIST_MODEL(gtk_string_list_new(NULL)));
    gtk_single_selection_set_autoselect(selection, FALSE);
    gtk_single_selection_set_can_unselect(selection, TRUE);
    GtkWidget *list = gtk_list_view_new(GTK_SELECTION_MODEL(selection), factory);
    g_signal_connect(list, "activate", G_CALLBACK(fob_list_activated), calls);
    GtkDragSource *source = gtk_drag_source_new();
    gtk_drag_source_set_actions(source, GDK_ACTION_MOVE);
    g_signal_connect(source, "prepare", G_CALLBACK(fob_list_drag), calls);
    gtk_widget_add_controller(list, GTK_EVENT_CONTROLLER(source));
    GtkDropTarget *target = gtk_drop_target_new(G_TYPE_UINT, GDK_ACTION_MOVE);
    g_signal_connect(target, "drop", G_CALLBACK(fob_list_drop), calls);
    gtk_widget_add_controller(list, GTK_EVENT_CONTROLLER(target));
    // With the factory, which rows call at their end.
    g_object_set_data_full(G_OBJECT(factory), "calls", calls, fob_list_end);
    return list;
}
static inline GtkSingleSelection *fob_list_selection(GtkWidget *list) {
    return GTK_SINGLE_SELECTION(gtk_list_view_get_model(GTK_LIST_VIEW(list)));
}
static inline GtkWidget *fob_list_focusable(GtkWidget *row) { return gtk_widget_get_parent(row); }
// Entries come and go at the end only: rows that stay are filled anew, which costs a tenth of making them anew.
static inline void fob_list_fill(GtkWidget *list, guint count) {
    GtkStringList *model = GTK_STRING_LIST(gtk_single_selection_get_model(fob_list_selection(list)));
    guint before = g_list_model_get_n_items(G_LIST_MODEL(model));
    const char **names = g_new0(const char *, count + 1);
    for (guint number = before; number < count; number++) names[number - before] = "";
    gtk_string_list_splice(model, MIN(before, count), before > count ? before - count : 0, names);
    g_free(names);
}
static inline guint fob_list_selected(GtkWidget *list) { return gtk_single_selection_get_selected(fob_list_selection(list)); }
static inline void fob_list_select(GtkWidget *list, guint number) {
    gtk_single_selection_set_selected(fob_list_selection(list), number);
}
static inline void fob_list_scroll(GtkWidget *list, guint number) {
    gtk_widget_activate_action(list, "list.scroll-to-item", "u", number);
}
