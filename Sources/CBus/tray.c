// The desktop's tray: an item by the protocol of StatusNotifierItem, with a menu by that of com.canonical.dbusmenu. What its
// watcher shows of it is text that is handed over here; what comes back is the number of a line that was chosen.
#include "bus.h"
#include "signals.h"
#include <errno.h>
#include <string.h>

#define ITEM "org.kde.StatusNotifierItem"
#define ITEM_PATH "/StatusNotifierItem"
#define MENU "com.canonical.dbusmenu"
#define MENU_PATH "/Menu"
#define WATCHER "org.kde.StatusNotifierWatcher"
// More lines than any menu has.
#define FOB_TRAY_LINES 64

// What the item says: its title and status, and a line for each entry of its menu.
static int item_property(
    sd_bus *bus, const char *path, const char *interface, const char *name, sd_bus_message *reply, void *data, sd_bus_error *error) {
    (void)bus, (void)path, (void)interface, (void)error;
    struct fob_bus *own = data;
    if (!strcmp(name, "Category")) return sd_bus_message_append(reply, "s", "ApplicationStatus");
    if (!strcmp(name, "Id")) return sd_bus_message_append(reply, "s", "fob");
    if (!strcmp(name, "Title")) return sd_bus_message_append(reply, "s", own->tray_title);
    if (!strcmp(name, "Status")) return sd_bus_message_append(reply, "s", own->tray_needs ? "NeedsAttention" : "Active");
    if (!strcmp(name, "IconName")) return sd_bus_message_append(reply, "s", "io.github.fob.Desktop-symbolic");
    if (!strcmp(name, "AttentionIconName")) return sd_bus_message_append(reply, "s", "dialog-warning-symbolic");
    if (!strcmp(name, "Menu")) return sd_bus_message_append(reply, "o", MENU_PATH);
    if (!strcmp(name, "ItemIsMenu")) return sd_bus_message_append(reply, "b", 0);
    return sd_bus_message_append(reply, "(sa(iiay)ss)", "", 0, own->tray_title, "");
}

static int item_activated(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    put(data, FOB_BUS_WINDOW, 1);
    return sd_bus_reply_method_return(message, NULL);
}

static int ignored(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)data, (void)error;
    return sd_bus_reply_method_return(message, NULL);
}

static const sd_bus_vtable item_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Category", "s", item_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Id", "s", item_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Title", "s", item_property, 0, 0),
    SD_BUS_PROPERTY("Status", "s", item_property, 0, 0),
    SD_BUS_PROPERTY("IconName", "s", item_property, 0, 0),
    SD_BUS_PROPERTY("AttentionIconName", "s", item_property, 0, 0),
    SD_BUS_PROPERTY("ToolTip", "(sa(iiay)ss)", item_property, 0, 0),
    SD_BUS_PROPERTY("Menu", "o", item_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("ItemIsMenu", "b", item_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_METHOD("Activate", "ii", "", item_activated, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SecondaryActivate", "ii", "", item_activated, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("ContextMenu", "ii", "", ignored, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Scroll", "is", "", ignored, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("NewTitle", "", 0),
    SD_BUS_SIGNAL("NewToolTip", "", 0),
    SD_BUS_SIGNAL("NewStatus", "s", 0),
    SD_BUS_VTABLE_END,
};

// MARK: Its menu

// The number that the menu's first line has: those of an earlier menu are never given again, so that a click on what is not
// shown any more chooses nothing.
static int32_t first_id(const struct fob_bus *bus) { return (int32_t)(bus->tray_revision % 0x1000000 * FOB_TRAY_LINES + 1); }

// The start and the length of a line of the menu; 0 behind the last.
static size_t line(const struct fob_bus *bus, int number, const char **start) {
    const char *at = bus->tray_menu;
    for (; number > 0 && *at; number--) at += strcspn(at, "\n") + (strchr(at, '\n') != NULL);
    *start = at;
    return strcspn(at, "\n");
}

// A line as properties: an empty one is none, "-" separates.
static int append_line(sd_bus_message *reply, const char *start, size_t length) {
    char label[512];
    if (length >= sizeof label) length = sizeof label - 1;
    memcpy(label, start, length);
    label[length] = 0;
    if (!strcmp(label, "-")) return sd_bus_message_append(reply, "a{sv}", 1, "type", "s", "separator");
    return sd_bus_message_append(reply, "a{sv}", 1, "label", "s", label);
}

static int menu_layout(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct fob_bus *bus = data;
    int32_t parent, depth;
    if (sd_bus_message_read(message, "ii", &parent, &depth) < 0) return -EINVAL;
    sd_bus_message *reply = NULL;
    int result = sd_bus_message_new_method_return(message, &reply);
    if (result >= 0) result = sd_bus_message_append(reply, "u", bus->tray_revision);
    if (result >= 0) result = sd_bus_message_open_container(reply, 'r', "ia{sv}av");
    if (result >= 0) result = sd_bus_message_append(reply, "ia{sv}", parent, 1, "children-display", "s", "submenu");
    if (result >= 0) result = sd_bus_message_open_container(reply, 'a', "v");
    const char *start;
    for (int number = 0; result >= 0 && parent == 0; number++) {
        size_t length = line(bus, number, &start);
        if (length == 0) break;
        result = sd_bus_message_open_container(reply, 'v', "(ia{sv}av)");
        if (result >= 0) result = sd_bus_message_open_container(reply, 'r', "ia{sv}av");
        if (result >= 0) result = sd_bus_message_append(reply, "i", first_id(bus) + number);
        if (result >= 0) result = append_line(reply, start, length);
        if (result >= 0) result = sd_bus_message_append(reply, "av", 0);
        if (result >= 0) result = sd_bus_message_close_container(reply);
        if (result >= 0) result = sd_bus_message_close_container(reply);
    }
    if (result >= 0) result = sd_bus_message_close_container(reply);
    if (result >= 0) result = sd_bus_message_close_container(reply);
    if (result >= 0) result = sd_bus_send(bus->bus, reply, NULL);
    sd_bus_message_unref(reply);
    return result < 0 ? result : 1;
}

static int menu_properties(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct fob_bus *bus = data;
    sd_bus_message *reply = NULL;
    int32_t id;
    const char *start;
    int result = sd_bus_message_new_method_return(message, &reply);
    if (result >= 0) result = sd_bus_message_open_container(reply, 'a', "(ia{sv})");
    if (result >= 0) result = sd_bus_message_enter_container(message, 'a', "i");
    while (result >= 0 && (result = sd_bus_message_read(message, "i", &id)) > 0) {
        int32_t number = id - first_id(bus);
        size_t length = number >= 0 && number < FOB_TRAY_LINES ? line(bus, number, &start) : 0;
        if (length == 0) continue;
        result = sd_bus_message_open_container(reply, 'r', "ia{sv}");
        if (result >= 0) result = sd_bus_message_append(reply, "i", id);
        if (result >= 0) result = append_line(reply, start, length);
        if (result >= 0) result = sd_bus_message_close_container(reply);
    }
    if (result >= 0) result = sd_bus_message_close_container(reply);
    if (result >= 0) result = sd_bus_send(bus->bus, reply, NULL);
    sd_bus_message_unref(reply);
    return result < 0 ? result : 1;
}

static int menu_event(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    const struct fob_bus *bus = data;
    int32_t id;
    const char *what;
    if (sd_bus_message_read(message, "is", &id, &what) < 0) return -EINVAL;
    int32_t number = id - first_id(bus);
    if (number >= 0 && number < FOB_TRAY_LINES && !strcmp(what, "clicked")) put(data, FOB_BUS_CHOSEN, number + 1);
    return sd_bus_reply_method_return(message, NULL);
}

static int menu_about(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)data, (void)error;
    return sd_bus_reply_method_return(message, "b", 0);
}

static int menu_property(
    sd_bus *bus, const char *path, const char *interface, const char *name, sd_bus_message *reply, void *data, sd_bus_error *error) {
    (void)bus, (void)path, (void)interface, (void)data, (void)error;
    if (!strcmp(name, "Version")) return sd_bus_message_append(reply, "u", 3);
    return sd_bus_message_append(reply, "s", !strcmp(name, "Status") ? "normal" : "ltr");
}

static const sd_bus_vtable menu_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("GetLayout", "iias", "u(ia{sv}av)", menu_layout, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetGroupProperties", "aias", "a(ia{sv})", menu_properties, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Event", "isvu", "", menu_event, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("AboutToShow", "i", "b", menu_about, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("Version", "u", menu_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_PROPERTY("Status", "s", menu_property, 0, 0),
    SD_BUS_PROPERTY("TextDirection", "s", menu_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_SIGNAL("LayoutUpdated", "ui", 0),
    SD_BUS_VTABLE_END,
};

// MARK: The watcher

static void enlist(struct fob_bus *bus) {
    sd_bus_call_method_async(
        bus->bus, NULL, WATCHER, "/StatusNotifierWatcher", WATCHER, "RegisterStatusNotifierItem", NULL, NULL, "s", ITEM_PATH);
}

// A watcher has come, as when a panel is started again.
static int on_watcher(sd_bus_message *message, void *bus, sd_bus_error *error) {
    (void)error;
    const char *name, *old, *now;
    if (sd_bus_message_read(message, "sss", &name, &old, &now) >= 0 && *now) enlist(bus);
    return 0;
}

int32_t fob_bus_tray(struct fob_bus *bus) {
    int result = sd_bus_add_object_vtable(bus->bus, NULL, ITEM_PATH, ITEM, item_table, bus);
    if (result >= 0) result = sd_bus_add_object_vtable(bus->bus, NULL, MENU_PATH, MENU, menu_table, bus);
    if (result >= 0)
        result = sd_bus_add_match(
            bus->bus, NULL,
            "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" WATCHER "'",
            on_watcher, bus);
    if (result >= 0) enlist(bus);
    return result;
}

void fob_bus_tray_show(struct fob_bus *bus, const char *title, int32_t needs_somebody, const char *menu) {
    strncpy(bus->tray_title, title, sizeof bus->tray_title - 1);
    strncpy(bus->tray_menu, menu, sizeof bus->tray_menu - 1);
    bus->tray_needs = needs_somebody != 0;
    bus->tray_revision++;
    // A line that was chosen and not taken yet was one of the menu before.
    for (int i = 0; i < bus->count; i++) {
        struct fob_signal *waiting = &bus->waiting[(bus->first + i) % FOB_WAITING];
        if (waiting->kind == FOB_BUS_CHOSEN) waiting->kind = 0;
    }
    sd_bus_emit_signal(bus->bus, ITEM_PATH, ITEM, "NewTitle", "");
    sd_bus_emit_signal(bus->bus, ITEM_PATH, ITEM, "NewToolTip", "");
    sd_bus_emit_signal(bus->bus, ITEM_PATH, ITEM, "NewStatus", "s", needs_somebody ? "NeedsAttention" : "Active");
    sd_bus_emit_signal(bus->bus, MENU_PATH, MENU, "LayoutUpdated", "ui", bus->tray_revision, 0);
}

void fob_bus_copy(struct fob_bus *bus, const char *account) {
    sd_bus_call_method_async(
        bus->bus, NULL, "io.github.fob.Desktop", "/io/github/fob/Desktop/SearchProvider", "org.gnome.Shell.SearchProvider2",
        "ActivateResult", NULL, NULL, "sasu", account, 0, 0);
}
