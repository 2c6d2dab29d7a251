// A client of D-Bus for messages. It is C, as bus.c is. Every name of an object is compared or copied with its bound; what does
// not fit is left alone.
#include "parts.h"
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define PATIENCE 5000000u

void fob_take_text(struct fob_inbox *inbox, const char *text, int64_t date, int64_t number) {
    size_t length = strlen(text);
    if (length == 0 || length > FOB_INBOX_TEXT) return;
    memcpy(inbox->text, text, length);
    inbox->length = length;
    inbox->date = date;
    inbox->number = number;
    inbox->has_text = 1;
}


// MARK: Asking

static void call_is_over(void *data) {
    struct call *call = data;
    call->inbox->calls--;
    free(call);
}

int fob_ask(
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

int fob_each_property(sd_bus_message *message, void *data, int (*take)(sd_bus_message *, const char *, void *)) {
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

int fob_read_variant(sd_bus_message *message, const char *type, void *value) {
    const char *contents;
    char kind;
    if (sd_bus_message_peek_type(message, &kind, &contents) <= 0 || kind != 'v' || strcmp(contents, type) != 0) return 0;
    return sd_bus_message_read(message, "v", type, value) < 0 ? -1 : 1;
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

static struct fob_inbox *matched(struct fob_inbox *inbox, const struct rule *rules, int count, int32_t *error) {
    for (int i = 0; inbox && i < count; i++) {
        int result = sd_bus_add_match(inbox->bus, NULL, rules[i].rule, rules[i].handler, inbox);
        if (result >= 0) continue;
        *error = -result;
        fob_inbox_close(inbox);
        return NULL;
    }
    return inbox;
}

struct fob_inbox *fob_inbox_open_system(int32_t *error) {
    struct fob_inbox *inbox = matched(opened(sd_bus_open_system, error), fob_modem_rules, fob_modem_rule_count, error);
    if (inbox) fob_ask(inbox, MM, MM_PATH, NULL, fob_on_objects);
    return inbox;
}

struct fob_inbox *fob_inbox_open_session(int32_t notifications, int32_t *error) {
    int count = notifications ? fob_phone_rule_count : fob_phone_rule_count / 2;
    return matched(opened(sd_bus_open_user, error), fob_phone_rules, count, error);
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
