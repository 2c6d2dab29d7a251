// What fob-session hears and says on D-Bus, by sd-bus(3): signals as plain values, so that nothing of a message is read
// anywhere else.
#ifndef FOB_BUS_H
#define FOB_BUS_H
#include <stdint.h>

enum {
    // The machine is about to sleep, or has woken up.
    FOB_BUS_SLEEP = 1,
    // It is about to be shut down, or is not any more.
    FOB_BUS_SHUTDOWN = 2,
    // A session of this user is to be locked.
    FOB_BUS_LOCK = 3,
    // A session of this user was locked, or unlocked.
    FOB_BUS_LOCKED = 4,
    // A session of this user came to the front, or went from there.
    FOB_BUS_ACTIVE = 5,
    // A screensaver has begun, or ended.
    FOB_BUS_SCREENSAVER = 6,
    // The user wants to see the window.
    FOB_BUS_WINDOW = 7,
    // The line of the tray's menu whose number is in `is_on` was chosen; the first is 1.
    FOB_BUS_CHOSEN = 8,
};

struct fob_signal {
    int32_t kind;
    int32_t is_on;
};

struct fob_bus;

// The system's bus, with what logind says of this user's sessions, or the session's own, with what screensavers say. NULL
// when there is none; `error` is then an errno.
struct fob_bus *fob_bus_open_system(uint32_t user, int32_t *error);
struct fob_bus *fob_bus_open_session(int32_t *error);
void fob_bus_close(struct fob_bus *bus);

// To wait for, with the milliseconds after which to come back at the latest; -1 for never.
int32_t fob_bus_descriptor(struct fob_bus *bus);
int32_t fob_bus_timeout(struct fob_bus *bus);

// Takes the next signal: 1 when there was one, 0 when nothing more is there, less when the bus is lost.
int32_t fob_bus_next(struct fob_bus *bus, struct fob_signal *signal);

// A delay of sleep (logind's Inhibit), held while the descriptor is open; less than 0 when it is not given.
int32_t fob_bus_delay_sleep(struct fob_bus *bus, const char *why);
// For how long logind waits for who delays, in milliseconds; 0 when it does not say.
int64_t fob_bus_longest_delay(struct fob_bus *bus);

// Shows a notification in place of what the slot showed before, and takes it away. The text is plain; `action` says what a
// click on it does, which is FOB_BUS_WINDOW.
enum { FOB_BUS_SLOTS = 16 };
int32_t fob_bus_notify(struct fob_bus *bus, uint32_t slot, const char *summary, const char *body, const char *action);
void fob_bus_unnotify(struct fob_bus *bus, uint32_t slot);

// Asks the desktop's portal for a key that shows the window, where there is one; it asks its user. Less than 0 without a bus.
int32_t fob_bus_shortcut(struct fob_bus *bus, const char *description);
// Puts an item into the desktop's tray, wherever something watches for them. Less than 0 without a bus.
int32_t fob_bus_tray(struct fob_bus *bus);
// What it shows: a title, whether it needs somebody, and a menu of lines, of which "-" separates.
void fob_bus_tray_show(struct fob_bus *bus, const char *title, int32_t needs_somebody, const char *menu);
// Has the window's program copy the code of an account, by its id in hexadecimal.
void fob_bus_copy(struct fob_bus *bus, const char *account);

// Shows the window, which the bus starts where it is installed.
void fob_bus_show_window(struct fob_bus *bus);
#endif
