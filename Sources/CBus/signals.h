// What the files of this client share.
#ifndef FOB_SIGNALS_H
#define FOB_SIGNALS_H
#include "bus.h"
#include <systemd/sd-bus.h>

// More than come in one turn; when it is full, the rest waits in sd-bus.
#define FOB_WAITING 64

struct slot {
    uint32_t id;
    // A reply with its id is awaited.
    int is_asked;
    // It is to be taken away once the id is known.
    int is_over;
    struct fob_bus *bus;
};

struct fob_bus {
    sd_bus *bus;
    uint32_t user;
    struct fob_signal waiting[FOB_WAITING];
    int first, count;
    struct slot slots[FOB_BUS_SLOTS];
    // What the desktop's user is told that the key does.
    char shortcut[128];
    // What the tray shows; its menu has a line for each entry.
    char tray_title[256];
    char tray_menu[8192];
    int tray_needs;
    uint32_t tray_revision;
};

static inline void put(struct fob_bus *bus, int kind, int is_on) {
    if (bus->count == FOB_WAITING) return;
    bus->waiting[(bus->first + bus->count++) % FOB_WAITING] = (struct fob_signal){kind, is_on};
}
#endif
