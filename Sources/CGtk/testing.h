// What is counted for tests.
#pragma once
#include "shim.h"

// How long the program was busy between two waits, and how long GTK took for a frame, in microseconds.
typedef struct {
    gint64 wakeups, longest, over, since, frames, longest_frame, frame;
} fob_pace;
static inline fob_pace *fob_the_pace(void) {
    static fob_pace pace;
    return &pace;
}
static inline gint fob_paced_poll(GPollFD *all, guint count, gint timeout) {
    fob_pace *pace = fob_the_pace();
    gint64 now = g_get_monotonic_time();
    if (pace->since) {
        pace->longest = MAX(pace->longest, now - pace->since);
        if (now - pace->since > 50000) pace->over++;
    }
    gint ready = g_poll(all, count, timeout);
    pace->since = g_get_monotonic_time();
    pace->wakeups++;
    return ready;
}
static inline void fob_frame_begins(GdkFrameClock *clock) {
    (void)clock;
    fob_the_pace()->frame = g_get_monotonic_time();
}
static inline void fob_frame_ends(GdkFrameClock *clock) {
    (void)clock;
    fob_pace *pace = fob_the_pace();
    pace->frames++;
    pace->longest_frame = MAX(pace->longest_frame, g_get_monotonic_time() - pace->frame);
}
static inline void fob_pace_frames(GtkWidget *w) {
    GdkFrameClock *clock = gtk_widget_get_frame_clock(w);
    g_signal_connect(clock, "before-paint", G_CALLBACK(fob_frame_begins), NULL);
    g_signal_connect(clock, "after-paint", G_CALLBACK(fob_frame_ends), NULL);
}
// At SIGUSR2 `tell` is called; what is counted begins anew.
static inline void fob_pace_start(fob_ask tell) {
    g_main_context_set_poll_func(NULL, fob_paced_poll);
    g_unix_signal_add(SIGUSR2, tell, NULL);
}
static inline void fob_watch_end_of(gpointer object, GWeakNotify ended) { g_object_weak_ref(G_OBJECT(object), ended, NULL); }
static inline guint fob_toplevels(void) { return g_list_model_get_n_items(gtk_window_get_toplevels()); }
