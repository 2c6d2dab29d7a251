// A client of D-Bus. It is C, because sd-bus reads and writes messages by functions with varying arguments, which Swift does
// not have.
#include "bus.h"
#include "signals.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOGIND "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define MANAGER "org.freedesktop.login1.Manager"
#define SESSION "org.freedesktop.login1.Session"
#define NOTIFICATIONS "org.freedesktop.Notifications"
#define NOTIFICATIONS_PATH "/org/freedesktop/Notifications"
// Less than what logind waits for who delays sleep.
#define PATIENCE 2000000u
static int flag(sd_bus_message *message, struct fob_bus *bus, int kind) {
    int is_on;
    if (sd_bus_message_read(message, "b", &is_on) >= 0) put(bus, kind, is_on);
    return 0;
}

static int on_sleep(sd_bus_message *message, void *bus, sd_bus_error *error) {
    (void)error;
    return flag(message, bus, FOB_BUS_SLEEP);
}

static int on_shutdown(sd_bus_message *message, void *bus, sd_bus_error *error) {
    (void)error;
    return flag(message, bus, FOB_BUS_SHUTDOWN);
}

static int on_screensaver(sd_bus_message *message, void *bus, sd_bus_error *error) {
    (void)error;
    return flag(message, bus, FOB_BUS_SCREENSAVER);
}

// Whether a session is this user's. When logind does not say so in time it is taken for one: what follows is a lock.
static int is_own(struct fob_bus *bus, const char *path) {
    sd_bus_message *reply = NULL;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    uint32_t user;
    const char *object;
    int result = sd_bus_get_property(bus->bus, LOGIND, path, SESSION, "User", &error, &reply, "(uo)");
    if (result >= 0) result = sd_bus_message_read(reply, "(uo)", &user, &object);
    int is_own = result < 0 || user == bus->user;
    sd_bus_message_unref(reply);
    sd_bus_error_free(&error);
    return is_own;
}

static int on_lock(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct fob_bus *bus = data;
    if (is_own(bus, sd_bus_message_get_path(message))) put(bus, FOB_BUS_LOCK, 1);
    return 0;
}

static int on_properties(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct fob_bus *bus = data;
    const char *interface, *name;
    if (sd_bus_message_read(message, "s", &interface) < 0 || strcmp(interface, SESSION) != 0) return 0;
    if (sd_bus_message_enter_container(message, 'a', "{sv}") < 0) return 0;
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
        if (sd_bus_message_read(message, "s", &name) < 0) return 0;
        int kind = !strcmp(name, "LockedHint") ? FOB_BUS_LOCKED : !strcmp(name, "Active") ? FOB_BUS_ACTIVE : 0;
        int is_on;
        if (!kind) {
            if (sd_bus_message_skip(message, "v") < 0) return 0;
        } else {
            if (sd_bus_message_read(message, "v", "b", &is_on) < 0) return 0;
            if (is_own(bus, sd_bus_message_get_path(message))) put(bus, kind, is_on);
        }
        if (sd_bus_message_exit_container(message) < 0) return 0;
    }
    return 0;
}

static struct fob_bus *opened(int (*open)(sd_bus **), uint32_t user, int32_t *error) {
    struct fob_bus *bus = calloc(1, sizeof *bus);
    if (!bus) {
        *error = ENOMEM;
        return NULL;
    }
    bus->user = user;
    for (int i = 0; i < FOB_BUS_SLOTS; i++) bus->slots[i].bus = bus;
    int result = open(&bus->bus);
    if (result >= 0) result = sd_bus_set_method_call_timeout(bus->bus, PATIENCE);
    *error = result < 0 ? -result : 0;
    if (result >= 0) return bus;
    fob_bus_close(bus);
    return NULL;
}

static int matched(struct fob_bus *bus, const char *rule, sd_bus_message_handler_t handler) {
    return sd_bus_add_match(bus->bus, NULL, rule, handler, bus);
}

struct fob_bus *fob_bus_open_system(uint32_t user, int32_t *error) {
    struct fob_bus *bus = opened(sd_bus_open_system, user, error);
    if (!bus) return NULL;
    // The bus itself sees to it that nobody else is heard under this name.
#define FROM_LOGIND "type='signal',sender='" LOGIND "',"
    int result = matched(
        bus, FROM_LOGIND "path='" LOGIND_PATH "',interface='" MANAGER "',member='PrepareForSleep'", on_sleep);
    if (result >= 0)
        result = matched(
            bus, FROM_LOGIND "path='" LOGIND_PATH "',interface='" MANAGER "',member='PrepareForShutdown'",
            on_shutdown);
    if (result >= 0) result = matched(bus, FROM_LOGIND "interface='" SESSION "',member='Lock'", on_lock);
    if (result >= 0)
        result = matched(
            bus,
            FROM_LOGIND
            "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='" SESSION "'",
            on_properties);
    if (result >= 0) return bus;
    *error = -result;
    fob_bus_close(bus);
    return NULL;
}

// A notification was clicked: any of fob's may be meant, and all that follows is a window.
static int on_clicked(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct fob_bus *bus = data;
    uint32_t id;
    const char *key;
    if (sd_bus_message_read(message, "us", &id, &key) < 0) return 0;
    for (int number = 0; number < FOB_BUS_SLOTS; number++)
        if (id && bus->slots[number].id == id) put(bus, FOB_BUS_WINDOW, 1);
    return 0;
}

struct fob_bus *fob_bus_open_session(int32_t *error) {
    static const char *const screensavers[] = {
        "org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.mate.ScreenSaver", "org.cinnamon.ScreenSaver",
        "org.xfce.ScreenSaver",
    };
    struct fob_bus *bus = opened(sd_bus_open_user, 0, error);
    if (!bus) return NULL;
    int clicks = matched(
        bus, "type='signal',sender='" NOTIFICATIONS "',interface='" NOTIFICATIONS "',member='ActionInvoked'", on_clicked);
    if (clicks < 0) {
        *error = -clicks;
        fob_bus_close(bus);
        return NULL;
    }
    for (size_t i = 0; i < sizeof screensavers / sizeof *screensavers; i++) {
        char rule[128] = "type='signal',member='ActiveChanged',interface='";
        strcat(strcat(rule, screensavers[i]), "'");
        int result = matched(bus, rule, on_screensaver);
        if (result < 0) {
            *error = -result;
            fob_bus_close(bus);
            return NULL;
        }
    }
    return bus;
}

void fob_bus_close(struct fob_bus *bus) {
    if (!bus) return;
    sd_bus_flush_close_unref(bus->bus);
    free(bus);
}

int32_t fob_bus_descriptor(struct fob_bus *bus) { return sd_bus_get_fd(bus->bus); }

int32_t fob_bus_timeout(struct fob_bus *bus) {
    uint64_t moment;
    if (bus->count > 0) return 0;
    if (sd_bus_get_timeout(bus->bus, &moment) < 0 || moment == UINT64_MAX) return -1;
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    uint64_t now = (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
    return moment <= now ? 0 : (int32_t)((moment - now) / 1000 + 1);
}

int32_t fob_bus_next(struct fob_bus *bus, struct fob_signal *signal) {
    while (bus->count == 0) {
        int result = sd_bus_process(bus->bus, NULL);
        if (result <= 0) return result;
    }
    *signal = bus->waiting[bus->first];
    bus->first = (bus->first + 1) % FOB_WAITING;
    bus->count--;
    return 1;
}

int32_t fob_bus_delay_sleep(struct fob_bus *bus, const char *why) {
    sd_bus_message *reply = NULL;
    int number = -1, held = -1;
    int result = sd_bus_call_method(
        bus->bus, LOGIND, LOGIND_PATH, MANAGER, "Inhibit", NULL, &reply, "ssss", "sleep", "fob", why, "delay");
    // The message keeps its own.
    if (result >= 0 && sd_bus_message_read(reply, "h", &number) >= 0) held = fcntl(number, F_DUPFD_CLOEXEC, 3);
    sd_bus_message_unref(reply);
    return held;
}

int64_t fob_bus_longest_delay(struct fob_bus *bus) {
    uint64_t microseconds = 0;
    if (sd_bus_get_property_trivial(
            bus->bus, LOGIND, LOGIND_PATH, MANAGER, "InhibitDelayMaxUSec", NULL, 't', &microseconds)
        < 0)
        return 0;
    return microseconds / 1000 > INT64_MAX ? INT64_MAX : (int64_t)(microseconds / 1000);
}

static void take_away(struct slot *slot) {
    if (slot->id)
        sd_bus_call_method_async(
            slot->bus->bus, NULL, NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS, "CloseNotification", NULL, NULL,
            "u", slot->id);
    slot->id = 0;
    slot->is_over = 0;
}

static int on_shown(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct slot *slot = data;
    uint32_t id;
    slot->is_asked = 0;
    if (!sd_bus_message_is_method_error(message, NULL) && sd_bus_message_read(message, "u", &id) >= 0) slot->id = id;
    if (slot->is_over) take_away(slot);
    return 0;
}

int32_t fob_bus_notify(struct fob_bus *bus, uint32_t number, const char *summary, const char *body, const char *action) {
    struct slot *slot = &bus->slots[number % FOB_BUS_SLOTS];
    slot->is_over = 0;
    slot->is_asked = 1;
    // Critical: it stays until it is answered or over. Transient: it is kept in no list of what was shown. The action is a
    // click on it, and shows the window.
    return sd_bus_call_method_async(
        bus->bus, NULL, NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS, "Notify", on_shown, slot, "susssasa{sv}i",
        "fob", slot->id, "dialog-password", summary, body, 2, "default", action, 3, "urgency", "y", 2, "transient", "b", 1,
        "desktop-entry", "s", "io.github.fob.Desktop", 0);
}

void fob_bus_unnotify(struct fob_bus *bus, uint32_t number) {
    struct slot *slot = &bus->slots[number % FOB_BUS_SLOTS];
    if (slot->is_asked)
        slot->is_over = 1;
    else
        take_away(slot);
}
