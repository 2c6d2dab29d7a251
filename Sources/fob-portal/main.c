// Asks the desktop for a picture of the screen (org.freedesktop.portal.Screenshot of the XDG desktop portal) and writes
// the path of the file that it has made to standard output. `fob scan --screen` runs it: the answer comes as a signal
// to the caller's own bus connection, so that a client of D-Bus is needed, and `fob` itself links nothing dynamically.
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define MICROSECONDS_A_SECOND 1000000u
// For a person to answer the desktop's questions.
#define PATIENCE (60u * MICROSECONDS_A_SECOND)

// Exit statuses besides 0; Sources/fob/Scan/Portal.swift knows them too.
enum { NO_PORTAL = 1, REFUSED = 2, FAILED = 3, TIMEOUT = 4, WRONG_USAGE = 64 };

// How a request ended: the first three are the portal's own numbers.
enum { SUCCESS = 0, CANCELLED = 1, OTHER_END = 2, NO_USE = 3 };

// The portal's answer to one request.
struct answer {
    int is_there;
    uint32_t response;
    char portal[64]; // The unique bus name of who took the request; of nobody else is an answer taken.
    char path[PATH_MAX];
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * MICROSECONDS_A_SECOND + (uint64_t)time.tv_nsec / 1000;
}

static int hexadecimal(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

// The path of a file URI (RFC 8089) of this machine; paths with control characters are not taken either.
static int decode(const char *uri, char path[PATH_MAX]) {
    size_t used = 0;
    if (strncmp(uri, "file://", 7) != 0) return -1;
    uri += 7;
    if (strncmp(uri, "localhost/", 10) == 0) uri += 9;
    if (*uri != '/') return -1;
    for (; *uri; uri++) {
        int octet = (unsigned char)*uri;
        if (*uri == '%') {
            int high = hexadecimal(uri[1]), low = high < 0 ? -1 : hexadecimal(uri[2]);
            if (low < 0) return -1;
            octet = high << 4 | low;
            uri += 2;
        }
        if (octet < 0x20 || octet == 0x7f || used == PATH_MAX - 1) return -1;
        path[used++] = (char)octet;
    }
    path[used] = 0;
    return 0;
}

static int read_answer(sd_bus_message *message, struct answer *answer) {
    const char *key, *uri;
    int result = sd_bus_message_read(message, "u", &answer->response);
    if (result < 0 || answer->response != SUCCESS) return result;
    if ((result = sd_bus_message_enter_container(message, 'a', "{sv}")) < 0) return result;
    while ((result = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
        if ((result = sd_bus_message_read(message, "s", &key)) < 0) return result;
        if (strcmp(key, "uri") == 0) {
            if ((result = sd_bus_message_read(message, "v", "s", &uri)) < 0) return result;
            if (decode(uri, answer->path) < 0) return -EBADMSG;
        } else if ((result = sd_bus_message_skip(message, "v")) < 0) {
            return result;
        }
        if ((result = sd_bus_message_exit_container(message)) < 0) return result;
    }
    return result < 0 ? result : answer->path[0] ? 0 : -EBADMSG;
}

static int on_response(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct answer *answer = data;
    const char *sender = sd_bus_message_get_sender(message);
    if (answer->is_there || !sender || strcmp(sender, answer->portal) != 0) return 0;
    answer->is_there = 1;
    if (read_answer(message, answer) < 0) answer->response = NO_USE;
    return 0;
}

// A portal that crashes answers no more.
static int on_owner_change(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct answer *answer = data;
    const char *name, *before, *after;
    if (sd_bus_message_read(message, "sss", &name, &before, &after) < 0) return 0;
    if (answer->is_there || strcmp(before, answer->portal) != 0) return 0;
    answer->is_there = 1;
    answer->response = NO_USE;
    return 0;
}

static int is_absence(const sd_bus_error *error) {
    return sd_bus_error_has_names(error, SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
                                  SD_BUS_ERROR_UNKNOWN_METHOD, SD_BUS_ERROR_UNKNOWN_INTERFACE,
                                  SD_BUS_ERROR_UNKNOWN_OBJECT);
}

static int fail(const char *what, const sd_bus_error *error, int code) {
    fprintf(stderr, "fob-portal: %s: %s\n", what, error && error->message ? error->message : strerror(-code));
    return FAILED;
}

static int call(sd_bus *bus, const char *token, int interactive, uint64_t deadline, struct answer *answer) {
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *message = NULL, *reply = NULL;
    int result = sd_bus_message_new_method_call(
        bus, &message, PORTAL, "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Screenshot", "Screenshot");
    if (result >= 0)
        result = sd_bus_message_append(
            message, "sa{sv}", "", 2, "handle_token", "s", token, "interactive", "b", interactive);
    // No time at all would mean sd-bus's own limit.
    uint64_t at = now();
    if (result >= 0) result = sd_bus_call(bus, message, at < deadline ? deadline - at : 1, &error, &reply);
    const char *sender = result < 0 ? NULL : sd_bus_message_get_sender(reply);
    if (sender) snprintf(answer->portal, sizeof answer->portal, "%s", sender);
    int status = result >= 0 ? 0 : is_absence(&error) ? NO_PORTAL : fail("Screenshot", &error, result);
    if (status == FAILED && now() >= deadline) status = TIMEOUT;
    sd_bus_error_free(&error);
    sd_bus_message_unref(message);
    sd_bus_message_unref(reply);
    return status;
}

// One request. The answer may come before the reply to the call, so that its handle's path has to be known before.
static int ask(sd_bus *bus, int interactive, uint64_t deadline, struct answer *answer) {
    char token[16], handle[160];
    const char *name;
    int result = sd_bus_get_unique_name(bus, &name);
    if (result < 0) return NO_PORTAL;
    snprintf(token, sizeof token, "fob%d", interactive);
    int length = snprintf(handle, sizeof handle, "/org/freedesktop/portal/desktop/request/%s/%s", name + 1, token);
    if (length >= (int)sizeof handle) return FAILED;
    for (char *dot = handle; (dot = strchr(dot, '.')); *dot = '_') {}
    result = sd_bus_match_signal(
        bus, NULL, PORTAL, handle, "org.freedesktop.portal.Request", "Response", on_response, answer);
    if (result < 0) return fail("AddMatch", NULL, result);

    int status = call(bus, token, interactive, deadline, answer);
    if (status != 0) return status;
    while (!answer->is_there) {
        result = sd_bus_process(bus, NULL);
        uint64_t at = now();
        if (!answer->is_there && at >= deadline) return TIMEOUT;
        if (result == 0) result = sd_bus_wait(bus, deadline - at);
        if (result < 0 && result != -EINTR) return fail("waiting", NULL, result);
    }
    return answer->response == SUCCESS ? 0 : answer->response == CANCELLED ? REFUSED : FAILED;
}

static int run(uint64_t patience) {
    // Not on the stack: the callbacks keep its address.
    static struct answer answers[2];
    uint64_t deadline = now() + patience;
    sd_bus *bus = NULL;
    int status = NO_PORTAL;
    if (sd_bus_open_user(&bus) < 0) return status;
    // Without a question first, which a desktop may refuse once and for all; then it lets the person take the picture.
    for (int interactive = 0; interactive < 2; interactive++) {
        struct answer *answer = &answers[interactive];
        int result = sd_bus_add_match(bus, NULL,
                                      "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
                                      "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" PORTAL "'",
                                      on_owner_change, answer);
        if (result < 0) break;
        status = ask(bus, interactive, deadline, answer);
        if (status == 0 && printf("%s\n", answer->path) < 0) status = FAILED;
        if (answer->response != CANCELLED && answer->response != OTHER_END) break;
    }
    if (fflush(stdout) != 0) status = FAILED;
    sd_bus_flush_close_unref(bus);
    return status;
}

int main(int count, char **arguments) {
    if (count == 1) return run(PATIENCE);
#ifdef FOB_TESTING
    // Milliseconds.
    if (count == 3 && strcmp(arguments[1], "--test-patience") == 0)
        return run(strtoul(arguments[2], NULL, 10) * 1000);
#else
    (void)arguments;
#endif
    fputs("usage: fob-portal\nfob scan --screen runs it; see fob(1).\n", stderr);
    return WRONG_USAGE;
}
