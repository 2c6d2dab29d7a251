// Lines of text: where they are broken, and how wide they are.
#pragma once
#include <adwaita.h>

// Words that find no room on a line are broken without a hyphen: in a domain or a path it would seem to belong to it.
static inline void fob_no_hyphens(GtkWidget *w) {
    if (GTK_IS_LABEL(w)) {
        PangoAttrList *all = pango_attr_list_new();
        pango_attr_list_insert(all, pango_attr_insert_hyphens_new(FALSE));
        gtk_label_set_attributes(GTK_LABEL(w), all);
        pango_attr_list_unref(all);
    }
    for (GtkWidget *child = gtk_widget_get_first_child(w); child; child = gtk_widget_get_next_sibling(child)) fob_no_hyphens(child);
}

// Lines of text below each other. A box asks how wide they must be for its height, in which GTK 4.8 has room for fewer lines than it
// has made room for, and where text is large the row is wider than its window.
static inline void fob_lines_measure(GtkWidget *w, GtkOrientation way, int other, int *least, int *most, int *a, int *b) {
    *least = *most = 0;
    *a = *b = -1;
    for (GtkWidget *child = gtk_widget_get_first_child(w); child; child = gtk_widget_get_next_sibling(child)) {
        if (!gtk_widget_get_visible(child)) continue;
        gboolean isWidth = way == GTK_ORIENTATION_HORIZONTAL;
        int low, high;
        gtk_widget_measure(child, way, isWidth ? -1 : other, &low, &high, NULL, NULL);
        *least = isWidth ? MAX(*least, low) : *least + low;
        *most = isWidth ? MAX(*most, high) : *most + high;
    }
}
static inline void fob_lines_allocate(GtkWidget *w, int width, int height, int baseline) {
    (void)height;
    (void)baseline;
    int y = 0;
    for (GtkWidget *child = gtk_widget_get_first_child(w); child; child = gtk_widget_get_next_sibling(child)) {
        if (!gtk_widget_get_visible(child)) continue;
        int needed;
        gtk_widget_measure(child, GTK_ORIENTATION_VERTICAL, width, &needed, NULL, NULL, NULL);
        gtk_widget_size_allocate(child, &(GtkAllocation){0, y, width, needed}, -1);
        y += needed;
    }
}
static inline GtkSizeRequestMode fob_lines_mode(GtkWidget *w) {
    (void)w;
    return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}
static inline void fob_lay_lines(GtkWidget *w) {
    for (GtkWidget *child = gtk_widget_get_first_child(w); child; child = gtk_widget_get_next_sibling(child)) {
        if (GTK_IS_BOX(child) && gtk_widget_has_css_class(child, "title"))
            gtk_widget_set_layout_manager(child, gtk_custom_layout_new(fob_lines_mode, fob_lines_measure, fob_lines_allocate));
        else fob_lay_lines(child);
    }
}
