// A row of a long list: a title with a smaller line below, at the other side a code or words, and perhaps a ring of the time that
// is left. It is one widget that draws itself: GTK makes some 200 rows at once, of which a window shows ten, and boxes with labels
// are measured, styled and laid out for all of them.
#pragma once
#include "shim.h"

typedef struct {
    char *title, *subtitle, *end;
    int kind;
    double ring;
} fob_face;
enum { FOB_FACE_DOTS, FOB_FACE_CODE, FOB_FACE_WORDS };
enum { FOB_FACE_MARGIN = 10, FOB_FACE_SPACE = 12, FOB_FACE_RING = 24 };
static inline void fob_face_end(gpointer data) {
    fob_face *face = data;
    g_free(face->title);
    g_free(face->subtitle);
    g_free(face->end);
    g_free(face);
}
static inline PangoLayout *fob_face_text(GtkWidget *w, const char *text, double scale, gboolean bold, gboolean mono, int space) {
    PangoLayout *layout = gtk_widget_create_pango_layout(w, text);
    PangoAttrList *all = pango_attr_list_new();
    pango_attr_list_insert(all, pango_attr_scale_new(scale));
    if (bold) pango_attr_list_insert(all, pango_attr_weight_new(PANGO_WEIGHT_BOLD));
    if (mono) pango_attr_list_insert(all, pango_attr_family_new("monospace"));
    if (space) pango_attr_list_insert(all, pango_attr_letter_spacing_new(space * PANGO_SCALE));
    pango_layout_set_attributes(layout, all);
    pango_attr_list_unref(all);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    return layout;
}
static inline PangoLayout *fob_face_title(GtkWidget *w, const char *text) { return fob_face_text(w, text, 1, TRUE, FALSE, 0); }
static inline PangoLayout *fob_face_subtitle(GtkWidget *w, const char *text) {
    return fob_face_text(w, text, PANGO_SCALE_SMALL, FALSE, FALSE, 0);
}
static inline PangoLayout *fob_face_side(GtkWidget *w, const fob_face *face) {
    gboolean words = face->kind == FOB_FACE_WORDS;
    return fob_face_text(w, face->end, words ? 0.9 : 1.25, FALSE, !words, face->kind == FOB_FACE_DOTS ? 2 : 0);
}
static inline void fob_face_color(GtkWidget *w, cairo_t *cairo, const char *name, double alpha) {
    GtkStyleContext *style = gtk_widget_get_style_context(w);
    GdkRGBA color;
    if (!name || !gtk_style_context_lookup_color(style, name, &color)) gtk_style_context_get_color(style, &color);
    color.alpha *= alpha;
    gdk_cairo_set_source_rgba(cairo, &color);
}
static inline void fob_face_put(cairo_t *cairo, PangoLayout *layout, double left, double y) {
    cairo_move_to(cairo, left, y);
    pango_cairo_show_layout(cairo, layout);
    g_object_unref(layout);
}
static inline void fob_face_draw(GtkDrawingArea *area, cairo_t *cairo, int width, int height, gpointer data) {
    (void)data;
    GtkWidget *w = GTK_WIDGET(area);
    const fob_face *face = g_object_get_data(G_OBJECT(w), "face");
    if (!face->title) return;
    gboolean mirrored = gtk_widget_get_direction(w) == GTK_TEXT_DIR_RTL;
    int left = FOB_FACE_MARGIN, right = width - FOB_FACE_MARGIN, sideWidth, sideHeight, titleHeight, subHeight = 0;
    if (face->ring >= 0) {
        right -= FOB_FACE_RING;
        fob_face_color(w, cairo, NULL, 1);
        double x = right + FOB_FACE_RING / 2.0;
        cairo_set_line_width(cairo, 3);
        cairo_arc(cairo, mirrored ? width - x : x, height / 2.0, FOB_FACE_RING / 2.0 - 2, -G_PI / 2, -G_PI / 2 + 2 * G_PI * face->ring);
        cairo_stroke(cairo);
        right -= FOB_FACE_SPACE;
    }
    PangoLayout *side = fob_face_side(w, face);
    pango_layout_get_pixel_size(side, &sideWidth, &sideHeight);
    if (face->kind == FOB_FACE_WORDS && sideWidth > (right - left) / 2) {
        pango_layout_set_ellipsize(side, PANGO_ELLIPSIZE_NONE);
        pango_layout_set_wrap(side, PANGO_WRAP_WORD_CHAR);
        pango_layout_set_width(side, (right - left) / 2 * PANGO_SCALE);
        pango_layout_set_alignment(side, PANGO_ALIGN_RIGHT);
        pango_layout_get_pixel_size(side, NULL, &sideHeight);
        sideWidth = (right - left) / 2;
    }
    right -= sideWidth;
    fob_face_color(w, cairo, face->kind == FOB_FACE_WORDS ? "warning_color" : NULL, face->kind == FOB_FACE_DOTS ? 0.5 : 1);
    fob_face_put(cairo, side, mirrored ? width - right - sideWidth : right, (height - sideHeight) / 2.0);
    int room = MAX(right - FOB_FACE_SPACE - left, 1) * PANGO_SCALE;
    PangoLayout *title = fob_face_title(w, face->title), *sub = *face->subtitle ? fob_face_subtitle(w, face->subtitle) : NULL;
    pango_layout_set_width(title, room);
    pango_layout_get_pixel_size(title, NULL, &titleHeight);
    if (sub) {
        pango_layout_set_width(sub, room);
        pango_layout_get_pixel_size(sub, NULL, &subHeight);
        subHeight += 2;
    }
    double x = mirrored ? width - right + FOB_FACE_SPACE : left, y = (height - titleHeight - subHeight) / 2.0;
    fob_face_color(w, cairo, NULL, 1);
    fob_face_put(cairo, title, x, y);
    if (!sub) return;
    fob_face_color(w, cairo, NULL, 0.55);
    fob_face_put(cairo, sub, x, y + titleHeight + 2);
}
// All rows are as high as two lines of Latin are in the font of now: others have room in the margins.
static inline int fob_face_height(GtkWidget *w) {
    PangoLayout *title = fob_face_title(w, "\u00c5g"), *sub = fob_face_subtitle(w, "\u00c5g");
    int first, second;
    pango_layout_get_pixel_size(title, NULL, &first);
    pango_layout_get_pixel_size(sub, NULL, &second);
    g_object_unref(title);
    g_object_unref(sub);
    return first + second + 2 + 2 * FOB_FACE_MARGIN;
}
static inline GtkWidget *fob_face_new(void) {
    GtkWidget *w = fob_with_role(GTK_TYPE_DRAWING_AREA, GTK_ACCESSIBLE_ROLE_PRESENTATION);
    g_object_set_data_full(G_OBJECT(w), "face", g_new0(fob_face, 1), fob_face_end);
    gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(w), fob_face_draw, NULL, NULL);
    gtk_widget_set_hexpand(w, TRUE);
    return w;
}
static inline void fob_face_show(
    GtkWidget *w, int height, const char *title, const char *subtitle, const char *end, int kind, double ring) {
    fob_face *face = g_object_get_data(G_OBJECT(w), "face");
    g_free(face->title);
    g_free(face->subtitle);
    g_free(face->end);
    *face = (fob_face){g_strdup(title), g_strdup(subtitle), g_strdup(end), kind, ring};
    gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(w), height);
    gtk_widget_queue_draw(w);
}
