// What the parts of the inbox have in common.
#ifndef FOB_PARTS_H
#define FOB_PARTS_H
#include "inbox.h"
#include <string.h>
#include <systemd/sd-bus.h>

#define MM "org.freedesktop.ModemManager1"
#define MM_PATH "/org/freedesktop/ModemManager1"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECTS "org.freedesktop.DBus.ObjectManager"
// The bus itself sees to it that nobody else is heard under these names.
#define FROM(name) "type='signal',sender='" name "',"

enum { MODEMS = 8, PENDING = 32, CALLS = 64 };

struct modem {
    char path[FOB_INBOX_NAME], sim_path[FOB_INBOX_NAME];
    int32_t state;
    uint32_t network;
    // It is to be told of.
    int is_new;
    // Its SIM was asked for.
    int awaits_sim;
    struct fob_line line;
};

struct fob_inbox {
    sd_bus *bus;
    // A message that was read.
    char text[FOB_INBOX_TEXT];
    size_t length;
    int64_t date, number;
    int has_text;
    struct modem modems[MODEMS];
    // Messages whose parts have not all come; the oldest gives way.
    char pending[PENDING][FOB_INBOX_NAME];
    int last;
    // Answers that are awaited.
    int calls;
};

struct call {
    struct fob_inbox *inbox;
    char path[FOB_INBOX_NAME * 2];
};

struct rule {
    const char *rule;
    sd_bus_message_handler_t handler;
};

// Of modems.c: what ModemManager says, and the answer to the question for all of its objects.
extern const struct rule fob_modem_rules[];
extern const int fob_modem_rule_count;
int fob_on_objects(sd_bus_message *reply, void *data, sd_bus_error *error);
// Of phones.c: what KDE Connect says; the second half is of notifications.
extern const struct rule fob_phone_rules[];
extern const int fob_phone_rule_count;

static inline int copy(char *to, const char *from) {
    size_t length = strlen(from);
    if (length >= FOB_INBOX_NAME) return 0;
    memcpy(to, from, length + 1);
    return 1;
}

// Keeps a message until it is taken.
void fob_take_text(struct fob_inbox *inbox, const char *text, int64_t date, int64_t number);
// Asks for all properties of an object, or for all objects; whoever does not answer keeps nobody waiting. 0 when it could not.
int fob_ask(
    struct fob_inbox *inbox, const char *name, const char *path, const char *interface, sd_bus_message_handler_t handler);
// Calls `take` for each property of a{sv}, with the message in front of the variant; what it does not read is skipped.
int fob_each_property(sd_bus_message *message, void *data, int (*take)(sd_bus_message *, const char *, void *));
// Reads a variant of one type: 1 when it was that, 0 when it is another, which is skipped by the caller.
int fob_read_variant(sd_bus_message *message, const char *type, void *value);
#endif
