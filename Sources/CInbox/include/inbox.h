// What fob-messages hears on D-Bus, by sd-bus(3): messages and telephone lines as plain values, so that nothing of what comes
// over a bus is read anywhere else.
#ifndef FOB_INBOX_H
#define FOB_INBOX_H
#include <stdint.h>

enum {
    // Bytes of a message; a longer one is none.
    FOB_INBOX_TEXT = 8192,
    // Bytes of a name or number, with its end.
    FOB_INBOX_NAME = 64,
    FOB_INBOX_NUMBERS = 4,
};

enum {
    FOB_INBOX_MESSAGE = 1,
    FOB_INBOX_LINE = 2,
};

// How a line stands.
enum {
    // It was switched off, has just been switched on, or waits for its PIN.
    FOB_LINE_OFF = 0,
    FOB_LINE_SERVED = 1,
    // It looks for a network, or its SIM is gone.
    FOB_LINE_SEARCHES = 2,
    // The network does not let it in.
    FOB_LINE_REFUSED = 3,
};

struct fob_line {
    int32_t service;
    // What tells modem and SIM from others; empty where that is not known.
    char device[FOB_INBOX_NAME];
    char sim[FOB_INBOX_NAME];
    char numbers[FOB_INBOX_NUMBERS][FOB_INBOX_NAME];
};

struct fob_item {
    int32_t kind;
    // Of a message, until the next item is taken: UTF-8, and when it was sent, in milliseconds of UTC; 0 where that is not known.
    const char *text;
    uint64_t length;
    int64_t date;
    // What tells it from others of the same telephone; 0 for none.
    int64_t number;
    struct fob_line line;
};

struct fob_inbox;

// ModemManager on the system's bus, or KDE Connect on the session's, there with notifications, too, if they are wanted. NULL when
// there is no bus; `error` is then an errno.
struct fob_inbox *fob_inbox_open_system(int32_t *error);
struct fob_inbox *fob_inbox_open_session(int32_t notifications, int32_t *error);
void fob_inbox_close(struct fob_inbox *inbox);

// To wait for, with the milliseconds after which to come back at the latest; -1 for never.
int32_t fob_inbox_descriptor(struct fob_inbox *inbox);
int32_t fob_inbox_timeout(struct fob_inbox *inbox);

// Takes the next item: 1 when there was one, 0 when nothing more is there, less when the bus is lost.
int32_t fob_inbox_next(struct fob_inbox *inbox, struct fob_item *item);

// The host of a URL in ASCII, as browsers show it (UTS #46, without transitional forms), in small letters; its length, or less
// than 0 where there is none.
int32_t fob_host_in_ascii(const char *host, char *ascii, int32_t size);
#endif
