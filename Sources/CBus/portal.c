// A key of the whole desktop that brings the window, by its portal (org.freedesktop.portal.GlobalShortcuts), and how a
// window is brought.
#include "bus.h"
#include "signals.h"
#include <stdio.h>
#include <string.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define SHORTCUTS "org.freedesktop.portal.GlobalShortcuts"
#define WINDOW "io.github.fob.Desktop"
#define WINDOW_PATH "/io/github/fob/Desktop"
#define SESSION_TOKEN "fob"

void fob_bus_show_window(struct fob_bus *bus) {
    sd_bus_call_method_async(
        bus->bus, NULL, WINDOW, WINDOW_PATH, "org.freedesktop.Application", "Activate", NULL, NULL, "a{sv}", 0);
}

static int on_shortcut(sd_bus_message *message, void *bus, sd_bus_error *error) {
    (void)error;
    const char *session, *id;
    if (sd_bus_message_read(message, "os", &session, &id) >= 0 && !strcmp(id, "show")) put(bus, FOB_BUS_WINDOW, 1);
    return 0;
}

// The path of an object that the portal makes for this connection, by its token.
static int made_path(struct fob_bus *bus, const char *kind, const char *token, char *path, size_t room) {
    const char *name;
    if (sd_bus_get_unique_name(bus->bus, &name) < 0 || !*name) return -1;
    int length = snprintf(path, room, PORTAL_PATH "/%s/%s/%s", kind, name + 1, token);
    if (length < 0 || (size_t)length >= room) return -1;
    for (char *letter = path; *letter; letter++)
        if (*letter == '.') *letter = '_';
    return 0;
}

// The session is there: its key is asked for. The desktop asks its user, and remembers the answer.
static int on_session(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct fob_bus *bus = data;
    uint32_t refused;
    char session[256];
    if (sd_bus_message_read(message, "u", &refused) < 0 || refused) return 0;
    if (made_path(bus, "session", SESSION_TOKEN, session, sizeof session) < 0) return 0;
    sd_bus_call_method_async(
        bus->bus, NULL, PORTAL, PORTAL_PATH, SHORTCUTS, "BindShortcuts", NULL, NULL, "oa(sa{sv})sa{sv}", session, 1, "show", 2,
        "description", "s", bus->shortcut, "preferred_trigger", "s", "CTRL+ALT+f", "", 1, "handle_token", "s", "fob_bind");
    return 0;
}

int32_t fob_bus_shortcut(struct fob_bus *bus, const char *description) {
    char request[256];
    char rule[384];
    snprintf(bus->shortcut, sizeof bus->shortcut, "%s", description);
    int result = sd_bus_add_match(
        bus->bus, NULL, "type='signal',sender='" PORTAL "',interface='" SHORTCUTS "',member='Activated'", on_shortcut, bus);
    if (result < 0) return result;
    if (made_path(bus, "request", "fob_session", request, sizeof request) < 0) return -1;
    snprintf(
        rule, sizeof rule, "type='signal',sender='" PORTAL "',interface='org.freedesktop.portal.Request',member='Response',path='%s'",
        request);
    result = sd_bus_add_match(bus->bus, NULL, rule, on_session, bus);
    if (result < 0) return result;
    // Whose key it is; portals of before do not ask.
    sd_bus_call_method_async(
        bus->bus, NULL, PORTAL, PORTAL_PATH, "org.freedesktop.host.portal.Registry", "Register", NULL, NULL, "sa{sv}", WINDOW, 0);
    return sd_bus_call_method_async(
        bus->bus, NULL, PORTAL, PORTAL_PATH, SHORTCUTS, "CreateSession", NULL, NULL, "a{sv}", 2, "handle_token", "s", "fob_session",
        "session_handle_token", "s", SESSION_TOKEN);
}
