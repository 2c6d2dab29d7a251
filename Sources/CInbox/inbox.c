// Messages by ModemManager and KDE Connect. It is C, as bus.c is. Every name of an object is compared or copied with its bound;
// what does not fit is left alone.
#include "inbox.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#define MM "org.freedesktop.ModemManager1"
#define MM_PATH "/org/freedesktop/ModemManager1"
#define MODEM MM ".Modem"
#define MESSAGING MM ".Modem.Messaging"
#define NETWORK MM ".Modem.Modem3gpp"
#define SIM MM ".Sim"
#define SMS MM ".Sms"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECTS "org.freedesktop.DBus.ObjectManager"
#define CONVERSATIONS "org.kde.kdeconnect.device.conversations"
#define NOTIFICATIONS "org.kde.kdeconnect.device.notifications"
#define PATIENCE 5000000u

enum { MODEMS = 8, PENDING = 32, CALLS = 64 };
// ModemManager's numbers: MMSmsState, MMSmsPduType, MMModemState, MMModem3gppRegistrationState.
enum { SMS_RECEIVED = 3, PDU_SUBMIT = 2, PDU_STATUS = 3 };
enum { MODEM_FAILED = -1, MODEM_ENABLED = 6, MODEM_REGISTERED = 8 };
enum { NETWORK_HOME = 1, NETWORK_DENIED = 3, NETWORK_ROAMING = 5 };

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

static int copy(char *to, const char *from) {
    size_t length = strlen(from);
    if (length >= FOB_INBOX_NAME) return 0;
    memcpy(to, from, length + 1);
    return 1;
}

static void take_text(struct fob_inbox *inbox, const char *text, int64_t date, int64_t number) {
    size_t length = strlen(text);
    if (length == 0 || length > FOB_INBOX_TEXT) return;
    memcpy(inbox->text, text, length);
    inbox->length = length;
    inbox->date = date;
    inbox->number = number;
    inbox->has_text = 1;
}


// MARK: Asking

struct call {
    struct fob_inbox *inbox;
    char path[FOB_INBOX_NAME * 2];
};

static void call_is_over(void *data) {
    struct call *call = data;
    call->inbox->calls--;
    free(call);
}

// Asks for all properties of an object, or for all objects; whoever does not answer keeps nobody waiting. 0 when it could not.
static int ask(
    struct fob_inbox *inbox, const char *name, const char *path, const char *interface, sd_bus_message_handler_t handler) {
    struct call *call;
    sd_bus_slot *slot = NULL;
    int result;
    if (inbox->calls >= CALLS || strlen(path) >= sizeof call->path || !(call = malloc(sizeof *call))) return 0;
    call->inbox = inbox;
    strcpy(call->path, path);
    if (interface)
        result = sd_bus_call_method_async(
            inbox->bus, &slot, name, path, PROPERTIES, "GetAll", handler, call, "s", interface);
    else
        result = sd_bus_call_method_async(inbox->bus, &slot, name, path, OBJECTS, "GetManagedObjects", handler, call, "");
    if (result < 0) {
        free(call);
        return 0;
    }
    inbox->calls++;
    sd_bus_slot_set_destroy_callback(slot, call_is_over);
    sd_bus_slot_set_floating(slot, 1);
    sd_bus_slot_unref(slot);
    return 1;
}

// Calls `take` for each property of a{sv}, with the message in front of the variant; what it does not read is skipped.
static int each_property(sd_bus_message *message, void *data, int (*take)(sd_bus_message *, const char *, void *)) {
    const char *name;
    if (sd_bus_message_enter_container(message, 'a', "{sv}") < 0) return -1;
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
        if (sd_bus_message_read(message, "s", &name) < 0) return -1;
        int taken = take(message, name, data);
        if (taken < 0 || (taken == 0 && sd_bus_message_skip(message, "v") < 0)) return -1;
        if (sd_bus_message_exit_container(message) < 0) return -1;
    }
    return sd_bus_message_exit_container(message);
}

// Reads a variant of one type: 1 when it was that, 0 when it is another, which is skipped by the caller.
static int read_variant(sd_bus_message *message, const char *type, void *value) {
    const char *contents;
    char kind;
    if (sd_bus_message_peek_type(message, &kind, &contents) <= 0 || kind != 'v' || strcmp(contents, type) != 0) return 0;
    return sd_bus_message_read(message, "v", type, value) < 0 ? -1 : 1;
}

// MARK: Messages of a modem

struct sms {
    uint32_t state, kind;
    const char *text;
};

static int take_sms(sd_bus_message *message, const char *name, void *data) {
    struct sms *sms = data;
    if (!strcmp(name, "State")) return read_variant(message, "u", &sms->state);
    if (!strcmp(name, "PduType")) return read_variant(message, "u", &sms->kind);
    if (!strcmp(name, "Text")) return read_variant(message, "s", &sms->text);
    return 0;
}

static char *find_pending(struct fob_inbox *inbox, const char *path) {
    for (int i = 0; i < PENDING; i++)
        if (inbox->pending[i][0] && !strcmp(inbox->pending[i], path)) return inbox->pending[i];
    return NULL;
}

// A message is taken once, and when all of its parts have come.
static int on_sms(sd_bus_message *reply, void *data, sd_bus_error *error) {
    (void)error;
    struct call *call = data;
    struct sms sms = {0};
    char *pending = find_pending(call->inbox, call->path);
    if (!pending || sd_bus_message_is_method_error(reply, NULL) || each_property(reply, &sms, take_sms) < 0) return 0;
    if (sms.state != SMS_RECEIVED) return 0;
    pending[0] = 0;
    if (sms.text && sms.kind != PDU_SUBMIT && sms.kind != PDU_STATUS) take_text(call->inbox, sms.text, 0, 0);
    return 0;
}

static int on_added(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct fob_inbox *inbox = data;
    const char *path;
    int is_received;
    if (sd_bus_message_read(message, "ob", &path, &is_received) < 0 || !is_received) return 0;
    if (find_pending(inbox, path)) return 0;
    inbox->last = (inbox->last + 1) % PENDING;
    if (copy(inbox->pending[inbox->last], path)) ask(inbox, MM, path, SMS, on_sms);
    return 0;
}

// MARK: Modems

static struct modem *find_modem(struct fob_inbox *inbox, const char *path, int makes) {
    struct modem *free = NULL;
    for (int i = 0; i < MODEMS; i++) {
        struct modem *modem = &inbox->modems[i];
        if (!strcmp(modem->path, path)) return modem;
        if (!modem->path[0] && !free) free = modem;
    }
    if (!makes || !free) return NULL;
    memset(free, 0, sizeof *free);
    return copy(free->path, path) ? free : NULL;
}

static void look_at_service(struct modem *modem) {
    int32_t before = modem->line.service;
    uint32_t network = modem->network;
    int is_home = network == NETWORK_HOME || network >= NETWORK_ROAMING;
    if (modem->state == MODEM_FAILED)
        modem->line.service = FOB_LINE_SEARCHES;
    else if (modem->state < MODEM_ENABLED)
        modem->line.service = FOB_LINE_OFF;
    else if (network == NETWORK_DENIED)
        modem->line.service = FOB_LINE_REFUSED;
    else
        modem->line.service = modem->state >= MODEM_REGISTERED || is_home ? FOB_LINE_SERVED : FOB_LINE_SEARCHES;
    if (modem->line.service != before) modem->is_new = 1;
}

static int take_modem(sd_bus_message *message, const char *name, void *data) {
    struct modem *modem = data;
    const char *text;
    int result = 0;
    if (!strcmp(name, "State")) return read_variant(message, "i", &modem->state);
    if (!strcmp(name, "EquipmentIdentifier")) {
        if ((result = read_variant(message, "s", &text)) > 0) copy(modem->line.device, text);
    } else if (!strcmp(name, "Sim")) {
        if ((result = read_variant(message, "o", &text)) > 0 && copy(modem->sim_path, text)) modem->is_new = 1;
    } else if (!strcmp(name, "OwnNumbers")) {
        const char *contents;
        char kind;
        if (sd_bus_message_peek_type(message, &kind, &contents) <= 0 || kind != 'v' || strcmp(contents, "as") != 0) return 0;
        if (sd_bus_message_enter_container(message, 'v', "as") < 0 || sd_bus_message_enter_container(message, 'a', "s") < 0)
            return -1;
        memset(modem->line.numbers, 0, sizeof modem->line.numbers);
        for (int i = 0; (result = sd_bus_message_read(message, "s", &text)) > 0;)
            if (i < FOB_INBOX_NUMBERS && copy(modem->line.numbers[i], text)) i++;
        if (result < 0 || sd_bus_message_exit_container(message) < 0 || sd_bus_message_exit_container(message) < 0) return -1;
        modem->is_new = 1;
        return 1;
    }
    return result;
}

static int take_network(sd_bus_message *message, const char *name, void *data) {
    struct modem *modem = data;
    return strcmp(name, "RegistrationState") ? 0 : read_variant(message, "u", &modem->network);
}

static int take_sim(sd_bus_message *message, const char *name, void *data) {
    const char *text;
    if (strcmp(name, "SimIdentifier") != 0) return 0;
    int result = read_variant(message, "s", &text);
    if (result > 0) copy(data, text);
    return result;
}

static int on_sim(sd_bus_message *reply, void *data, sd_bus_error *error) {
    (void)error;
    struct call *call = data;
    char sim[FOB_INBOX_NAME] = "";
    if (!sd_bus_message_is_method_error(reply, NULL)) each_property(reply, sim, take_sim);
    for (int i = 0; i < MODEMS; i++) {
        struct modem *modem = &call->inbox->modems[i];
        if (!modem->path[0] || strcmp(modem->sim_path, call->path) != 0) continue;
        modem->awaits_sim = 0;
        if (strcmp(modem->line.sim, sim) != 0) modem->is_new = 1;
        copy(modem->line.sim, sim);
    }
    return 0;
}

// One interface of a modem with its properties, as all of the calls and signals have them.
static int take_interface(struct fob_inbox *inbox, struct modem *modem, const char *name, sd_bus_message *message) {
    char before[FOB_INBOX_NAME];
    memcpy(before, modem->sim_path, sizeof before);
    int result = !strcmp(name, MODEM) ? each_property(message, modem, take_modem)
        : !strcmp(name, NETWORK)      ? each_property(message, modem, take_network)
                                      : sd_bus_message_skip(message, "a{sv}");
    if (result < 0) return -1;
    look_at_service(modem);
    if (strcmp(before, modem->sim_path) != 0) {
        modem->line.sim[0] = 0;
        // Without a SIM its path is the root.
        modem->awaits_sim = strlen(modem->sim_path) > 1 && ask(inbox, MM, modem->sim_path, SIM, on_sim);
    }
    return 0;
}

// a{sa{sv}}: the interfaces of an object.
static int take_object(struct fob_inbox *inbox, const char *path, sd_bus_message *message) {
    const char *name;
    // Only what is a modem is kept.
    struct modem *modem = strncmp(path, MM_PATH "/Modem/", sizeof MM_PATH "/Modem/" - 1) ? NULL : find_modem(inbox, path, 1);
    if (!modem) return sd_bus_message_skip(message, "a{sa{sv}}");
    if (sd_bus_message_enter_container(message, 'a', "{sa{sv}}") < 0) return -1;
    while (sd_bus_message_enter_container(message, 'e', "sa{sv}") > 0) {
        if (sd_bus_message_read(message, "s", &name) < 0 || take_interface(inbox, modem, name, message) < 0
            || sd_bus_message_exit_container(message) < 0)
            return -1;
    }
    return sd_bus_message_exit_container(message);
}

static int on_objects(sd_bus_message *reply, void *data, sd_bus_error *error) {
    (void)error;
    struct call *call = data;
    const char *path;
    if (sd_bus_message_is_method_error(reply, NULL)) return 0;
    if (sd_bus_message_enter_container(reply, 'a', "{oa{sa{sv}}}") < 0) return 0;
    while (sd_bus_message_enter_container(reply, 'e', "oa{sa{sv}}") > 0) {
        if (sd_bus_message_read(reply, "o", &path) < 0 || take_object(call->inbox, path, reply) < 0
            || sd_bus_message_exit_container(reply) < 0)
            return 0;
    }
    return 0;
}

static int on_interfaces_added(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    const char *path;
    if (sd_bus_message_read(message, "o", &path) >= 0) take_object(data, path, message);
    return 0;
}

static int on_interfaces_removed(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    const char *path;
    struct modem *modem;
    // What was unplugged is told of no more; what it was the agent remembers.
    if (sd_bus_message_read(message, "o", &path) >= 0 && (modem = find_modem(data, path, 0))) memset(modem, 0, sizeof *modem);
    return 0;
}

static int on_properties(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct fob_inbox *inbox = data;
    struct modem *modem;
    const char *interface, *path = sd_bus_message_get_path(message);
    if (!path || sd_bus_message_read(message, "s", &interface) < 0) return 0;
    if (!strcmp(interface, SMS)) {
        if (find_pending(inbox, path)) ask(inbox, MM, path, SMS, on_sms);
    } else if ((!strcmp(interface, MODEM) || !strcmp(interface, NETWORK)) && (modem = find_modem(inbox, path, 0))) {
        take_interface(inbox, modem, interface, message);
    }
    return 0;
}

static int on_owner(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct fob_inbox *inbox = data;
    const char *name, *before, *after;
    if (sd_bus_message_read(message, "sss", &name, &before, &after) < 0) return 0;
    memset(inbox->modems, 0, sizeof inbox->modems);
    memset(inbox->pending, 0, sizeof inbox->pending);
    if (after[0]) ask(inbox, MM, MM_PATH, NULL, on_objects);
    return 0;
}

// MARK: KDE Connect

// A message as a variant of a structure: event, body, addresses, date, type, read, thread, number, and what later versions add.
static int on_conversation(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    const char *text, *contents;
    char kind;
    int32_t event, type, is_read, number;
    int64_t date, thread;
    if (sd_bus_message_peek_type(message, &kind, &contents) <= 0 || kind != 'v') return 0;
    size_t length = strlen(contents);
    char fields[256];
    if (length < 2 || length > sizeof fields || contents[0] != '(') return 0;
    memcpy(fields, contents + 1, length - 2);
    fields[length - 2] = 0;
    if (strncmp(fields, "isa(s)xiixi", sizeof "isa(s)xiixi" - 1) != 0) return 0;
    if (sd_bus_message_enter_container(message, 'v', contents) < 0
        || sd_bus_message_enter_container(message, 'r', fields) < 0 || sd_bus_message_read(message, "is", &event, &text) < 0
        || sd_bus_message_skip(message, "a(s)") < 0
        || sd_bus_message_read(message, "xiixi", &date, &type, &is_read, &thread, &number) < 0)
        return 0;
    // 1: it was received.
    if (type == 1) take_text(data, text, date, number);
    return 0;
}

static int take_notification(sd_bus_message *message, const char *name, void *data) {
    return strcmp(name, "text") ? 0 : read_variant(message, "s", data);
}

static int on_notification(sd_bus_message *reply, void *data, sd_bus_error *error) {
    (void)error;
    struct call *call = data;
    const char *text = NULL;
    if (!sd_bus_message_is_method_error(reply, NULL) && each_property(reply, &text, take_notification) >= 0 && text)
        take_text(call->inbox, text, 0, 0);
    return 0;
}

static int on_posted(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    const char *id, *path = sd_bus_message_get_path(message);
    char object[FOB_INBOX_NAME * 2];
    if (!path || sd_bus_message_read(message, "s", &id) < 0) return 0;
    int length = snprintf(object, sizeof object, "%s/%s", path, id);
    if (length < 0 || length >= (int)sizeof object || !sd_bus_object_path_is_valid(object)) return 0;
    ask(data, sd_bus_message_get_sender(message), object, NOTIFICATIONS ".notification", on_notification);
    return 0;
}

// MARK: The inbox

static struct fob_inbox *opened(int (*open)(sd_bus **), int32_t *error) {
    struct fob_inbox *inbox = calloc(1, sizeof *inbox);
    if (!inbox) {
        *error = ENOMEM;
        return NULL;
    }
    int result = open(&inbox->bus);
    if (result >= 0) result = sd_bus_set_method_call_timeout(inbox->bus, PATIENCE);
    *error = result < 0 ? -result : 0;
    if (result >= 0) return inbox;
    fob_inbox_close(inbox);
    return NULL;
}

struct rule {
    const char *rule;
    sd_bus_message_handler_t handler;
};

static struct fob_inbox *matched(struct fob_inbox *inbox, const struct rule *rules, size_t count, int32_t *error) {
    for (size_t i = 0; inbox && i < count; i++) {
        int result = sd_bus_add_match(inbox->bus, NULL, rules[i].rule, rules[i].handler, inbox);
        if (result >= 0) continue;
        *error = -result;
        fob_inbox_close(inbox);
        return NULL;
    }
    return inbox;
}

// The bus itself sees to it that nobody else is heard under these names.
#define FROM(name) "type='signal',sender='" name "',"

struct fob_inbox *fob_inbox_open_system(int32_t *error) {
    static const struct rule rules[] = {
        {FROM(MM) "interface='" MESSAGING "',member='Added'", on_added},
        {FROM(MM) "interface='" PROPERTIES "',member='PropertiesChanged'", on_properties},
        {FROM(MM) "interface='" OBJECTS "',member='InterfacesAdded'", on_interfaces_added},
        {FROM(MM) "interface='" OBJECTS "',member='InterfacesRemoved'", on_interfaces_removed},
        {FROM("org.freedesktop.DBus") "member='NameOwnerChanged',arg0='" MM "'", on_owner},
    };
    struct fob_inbox *inbox = matched(opened(sd_bus_open_system, error), rules, sizeof rules / sizeof *rules, error);
    if (inbox) ask(inbox, MM, MM_PATH, NULL, on_objects);
    return inbox;
}

struct fob_inbox *fob_inbox_open_session(int32_t notifications, int32_t *error) {
#define OF(name) \
    {FROM(name) "interface='" CONVERSATIONS "',member='conversationUpdated'", on_conversation}, \
        {FROM(name) "interface='" CONVERSATIONS "',member='conversationCreated'", on_conversation}, \
        {FROM(name) "interface='" NOTIFICATIONS "',member='notificationPosted'", on_posted}, \
        {FROM(name) "interface='" NOTIFICATIONS "',member='notificationUpdated'", on_posted}
    // Newer and older releases.
    static const struct rule rules[] = {OF("org.kde.kdeconnect"), OF("org.kde.kdeconnectd")};
    struct fob_inbox *inbox = opened(sd_bus_open_user, error);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (notifications || rules[i].handler != on_posted) inbox = matched(inbox, &rules[i], 1, error);
    return inbox;
}

void fob_inbox_close(struct fob_inbox *inbox) {
    if (!inbox) return;
    // Calls that are over count themselves down.
    sd_bus_flush_close_unref(inbox->bus);
    free(inbox);
}

int32_t fob_inbox_descriptor(struct fob_inbox *inbox) { return sd_bus_get_fd(inbox->bus); }

int32_t fob_inbox_timeout(struct fob_inbox *inbox) {
    uint64_t moment;
    if (sd_bus_get_timeout(inbox->bus, &moment) < 0 || moment == UINT64_MAX) return -1;
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    uint64_t now = (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
    return moment <= now ? 0 : (int32_t)((moment - now) / 1000 + 1);
}

int32_t fob_inbox_next(struct fob_inbox *inbox, struct fob_item *item) {
    memset(inbox->text, 0, inbox->length);
    inbox->length = 0;
    for (;;) {
        if (inbox->has_text) {
            inbox->has_text = 0;
            *item = (struct fob_item){
                .kind = FOB_INBOX_MESSAGE, .text = inbox->text, .length = inbox->length, .date = inbox->date,
                .number = inbox->number};
            return 1;
        }
        for (int i = 0; i < MODEMS; i++) {
            struct modem *modem = &inbox->modems[i];
            if (!modem->path[0] || !modem->is_new || modem->awaits_sim) continue;
            modem->is_new = 0;
            *item = (struct fob_item){.kind = FOB_INBOX_LINE, .line = modem->line};
            return 1;
        }
        int result = sd_bus_process(inbox->bus, NULL);
        if (result <= 0) return result;
    }
}
