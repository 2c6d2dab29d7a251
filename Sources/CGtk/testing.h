// What is counted for tests.
#pragma once
#include "shim.h"
#include <time.h>

// How long the program was busy between two waits, by the clock and by the processor's time, how often that was over 50 ms of
// the processor, and how long GTK took for a frame; in microseconds.
typedef struct {
    gint64 wakeups, longest, longest_busy, over, since, since_busy, frames, longest_frame, frame;
} fob_pace;
static inline gint64 fob_busy(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (gint64)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}
static inline fob_pace *fob_the_pace(void) {
    // Swift compiles these functions into several files, each with variables of its own: they share what hangs on an object.
    static fob_pace *pace;
    GObject *shared = G_OBJECT(gdk_display_manager_get());
    if (!pace) pace = g_object_get_data(shared, "fob-pace");
    if (!pace) g_object_set_data(shared, "fob-pace", pace = g_new0(fob_pace, 1));
    return pace;
}
static inline gint fob_paced_poll(GPollFD *all, guint count, gint timeout) {
    fob_pace *pace = fob_the_pace();
    gint64 now = g_get_monotonic_time();
    if (pace->since) {
        gint64 busy = fob_busy() - pace->since_busy;
        pace->longest = MAX(pace->longest, now - pace->since);
        pace->longest_busy = MAX(pace->longest_busy, busy);
        if (busy > 50000) pace->over++;
    }
    gint ready = g_poll(all, count, timeout);
    pace->since = g_get_monotonic_time();
    pace->since_busy = fob_busy();
    pace->wakeups++;
    return ready;
}
static inline void fob_frame_begins(GdkFrameClock *clock) {
    (void)clock;
    fob_the_pace()->frame = fob_busy();
}
static inline void fob_frame_ends(GdkFrameClock *clock) {
    (void)clock;
    fob_pace *pace = fob_the_pace();
    pace->frames++;
    pace->longest_frame = MAX(pace->longest_frame, fob_busy() - pace->frame);
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
