// Messages of paired telephones, by KDE Connect.
#include "parts.h"
#include <stdio.h>

#define CONVERSATIONS "org.kde.kdeconnect.device.conversations"
#define NOTIFICATIONS "org.kde.kdeconnect.device.notifications"

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
    if (type == 1) fob_take_text(data, text, date, number);
    return 0;
}

static int take_notification(sd_bus_message *message, const char *name, void *data) {
    return strcmp(name, "text") ? 0 : fob_read_variant(message, "s", data);
}

static int on_notification(sd_bus_message *reply, void *data, sd_bus_error *error) {
    (void)error;
    struct call *call = data;
    const char *text = NULL;
    if (!sd_bus_message_is_method_error(reply, NULL) && fob_each_property(reply, &text, take_notification) >= 0 && text)
        fob_take_text(call->inbox, text, 0, 0);
    return 0;
}

static int on_posted(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    const char *id, *path = sd_bus_message_get_path(message);
    char object[FOB_INBOX_NAME * 2];
    if (!path || sd_bus_message_read(message, "s", &id) < 0) return 0;
    int length = snprintf(object, sizeof object, "%s/%s", path, id);
    if (length < 0 || length >= (int)sizeof object || !sd_bus_object_path_is_valid(object)) return 0;
    fob_ask(data, sd_bus_message_get_sender(message), object, NOTIFICATIONS ".notification", on_notification);
    return 0;
}

// Newer and older releases.
#define NEWER FROM("org.kde.kdeconnect")
#define OLDER FROM("org.kde.kdeconnectd")
const struct rule fob_phone_rules[] = {
    {NEWER "interface='" CONVERSATIONS "',member='conversationUpdated'", on_conversation},
    {NEWER "interface='" CONVERSATIONS "',member='conversationCreated'", on_conversation},
    {OLDER "interface='" CONVERSATIONS "',member='conversationUpdated'", on_conversation},
    {OLDER "interface='" CONVERSATIONS "',member='conversationCreated'", on_conversation},
    {NEWER "interface='" NOTIFICATIONS "',member='notificationPosted'", on_posted},
    {NEWER "interface='" NOTIFICATIONS "',member='notificationUpdated'", on_posted},
    {OLDER "interface='" NOTIFICATIONS "',member='notificationPosted'", on_posted},
    {OLDER "interface='" NOTIFICATIONS "',member='notificationUpdated'", on_posted},
};
const int fob_phone_rule_count = sizeof fob_phone_rules / sizeof *fob_phone_rules;
