// Messages and lines of modems, by ModemManager.
#include "parts.h"

#define MODEM MM ".Modem"
#define MESSAGING MM ".Modem.Messaging"
#define NETWORK MM ".Modem.Modem3gpp"
#define SIM MM ".Sim"
#define SMS MM ".Sms"

// ModemManager's numbers: MMSmsState, MMSmsPduType, MMModemState, MMModem3gppRegistrationState.
enum { SMS_RECEIVED = 3, PDU_SUBMIT = 2, PDU_STATUS = 3 };
enum { MODEM_FAILED = -1, MODEM_ENABLED = 6, MODEM_REGISTERED = 8 };
enum { NETWORK_HOME = 1, NETWORK_DENIED = 3, NETWORK_ROAMING = 5, NETWORK_SMS = 6, NETWORK_SMS_ROAMING = 7,
    NETWORK_HOME_NO_CSFB = 9, NETWORK_ROAMING_NO_CSFB = 10 };

// MARK: Messages of a modem

struct sms {
    uint32_t state, kind;
    const char *text;
};

static int take_sms(sd_bus_message *message, const char *name, void *data) {
    struct sms *sms = data;
    if (!strcmp(name, "State")) return fob_read_variant(message, "u", &sms->state);
    if (!strcmp(name, "PduType")) return fob_read_variant(message, "u", &sms->kind);
    if (!strcmp(name, "Text")) return fob_read_variant(message, "s", &sms->text);
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
    if (!pending || sd_bus_message_is_method_error(reply, NULL) || fob_each_property(reply, &sms, take_sms) < 0) return 0;
    if (sms.state != SMS_RECEIVED) return 0;
    pending[0] = 0;
    if (sms.text && sms.kind != PDU_SUBMIT && sms.kind != PDU_STATUS) fob_take_text(call->inbox, sms.text, 0, 0);
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
    if (copy(inbox->pending[inbox->last], path)) fob_ask(inbox, MM, path, SMS, on_sms);
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

// Neither emergency calls alone (8) nor a relay's own numbers (11 to 13) have messages come.
static int takes_messages(uint32_t network) {
    return network == NETWORK_HOME || network == NETWORK_ROAMING || network == NETWORK_SMS || network == NETWORK_SMS_ROAMING
        || network == NETWORK_HOME_NO_CSFB || network == NETWORK_ROAMING_NO_CSFB;
}

static void look_at_service(struct modem *modem) {
    int32_t before = modem->line.service;
    uint32_t network = modem->network;
    if (modem->state == MODEM_FAILED)
        modem->line.service = FOB_LINE_SEARCHES;
    else if (modem->state < MODEM_ENABLED)
        modem->line.service = FOB_LINE_OFF;
    else if (network == NETWORK_DENIED)
        modem->line.service = FOB_LINE_REFUSED;
    else
        modem->line.service = takes_messages(network) ? FOB_LINE_SERVED : FOB_LINE_SEARCHES;
    if (modem->line.service != before) modem->is_new = 1;
}

static int take_modem(sd_bus_message *message, const char *name, void *data) {
    struct modem *modem = data;
    const char *text;
    int result = 0;
    if (!strcmp(name, "State")) return fob_read_variant(message, "i", &modem->state);
    if (!strcmp(name, "EquipmentIdentifier")) {
        if ((result = fob_read_variant(message, "s", &text)) > 0) copy(modem->line.device, text);
    } else if (!strcmp(name, "Sim")) {
        if ((result = fob_read_variant(message, "o", &text)) > 0 && copy(modem->sim_path, text)) modem->is_new = 1;
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
    return strcmp(name, "RegistrationState") ? 0 : fob_read_variant(message, "u", &modem->network);
}

static int take_sim(sd_bus_message *message, const char *name, void *data) {
    const char *text;
    if (strcmp(name, "SimIdentifier") != 0) return 0;
    int result = fob_read_variant(message, "s", &text);
    if (result > 0) copy(data, text);
    return result;
}

static int on_sim(sd_bus_message *reply, void *data, sd_bus_error *error) {
    (void)error;
    struct call *call = data;
    char sim[FOB_INBOX_NAME] = "";
    if (!sd_bus_message_is_method_error(reply, NULL)) fob_each_property(reply, sim, take_sim);
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
    int result = !strcmp(name, MODEM) ? fob_each_property(message, modem, take_modem)
        : !strcmp(name, NETWORK)      ? fob_each_property(message, modem, take_network)
                                      : sd_bus_message_skip(message, "a{sv}");
    if (result < 0) return -1;
    look_at_service(modem);
    if (strcmp(before, modem->sim_path) != 0) {
        modem->line.sim[0] = 0;
        // Without a SIM its path is the root.
        modem->awaits_sim = strlen(modem->sim_path) > 1 && fob_ask(inbox, MM, modem->sim_path, SIM, on_sim);
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

int fob_on_objects(sd_bus_message *reply, void *data, sd_bus_error *error) {
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
        if (find_pending(inbox, path)) fob_ask(inbox, MM, path, SMS, on_sms);
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
    if (after[0]) fob_ask(inbox, MM, MM_PATH, NULL, fob_on_objects);
    return 0;
}

const struct rule fob_modem_rules[] = {
    {FROM(MM) "interface='" MESSAGING "',member='Added'", on_added},
    {FROM(MM) "interface='" PROPERTIES "',member='PropertiesChanged'", on_properties},
    {FROM(MM) "interface='" OBJECTS "',member='InterfacesAdded'", on_interfaces_added},
    {FROM(MM) "interface='" OBJECTS "',member='InterfacesRemoved'", on_interfaces_removed},
    {FROM("org.freedesktop.DBus") "member='NameOwnerChanged',arg0='" MM "'", on_owner},
};
const int fob_modem_rule_count = sizeof fob_modem_rules / sizeof *fob_modem_rules;
