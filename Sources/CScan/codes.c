#include "picture.h"
#include "scan.h"

#include <string.h>

// As people read: codes whose middle lies in the height of another stand in one line with it.
static int is_before(const struct code *a, const struct code *b) {
    int middle = a->top / 2 + a->bottom / 2;
    if (middle >= b->top && middle <= b->bottom) return a->left < b->left;
    return a->top < b->top;
}

static int is_known(const struct codes *codes, const void *text, size_t length) {
    for (int i = 0; i < codes->count; i++)
        if (codes->list[i].length == length && memcmp(codes->text + codes->list[i].start, text, length) == 0) return 1;
    return 0;
}

// Memory of twice the size with the same contents.
static void *larger(void *memory, size_t size, size_t *room) {
    size_t wanted = *room ? 2 * *room : (size_t)64 << 10;
    while (wanted < size) wanted *= 2;
    void *taken = fob_take(wanted);
    if (!taken) return NULL;
    if (memory) {
        memcpy(taken, memory, *room);
        fob_give_back(memory, *room);
    }
    *room = wanted;
    return taken;
}

int fob_keep(struct codes *codes, const void *text, size_t length, int left, int top, int bottom) {
    if (length == 0 || is_known(codes, text, length)) return 0;
    if (codes->used + length > codes->text_room) {
        uint8_t *taken = larger(codes->text, codes->used + length, &codes->text_room);
        if (!taken) return FOB_SCAN_SYSTEM;
        codes->text = taken;
    }
    if (codes->count == codes->room) {
        size_t room = (size_t)codes->room * sizeof *codes->list;
        struct code *taken = larger(codes->list, room + sizeof *codes->list, &room);
        if (!taken) return FOB_SCAN_SYSTEM;
        codes->list = taken;
        codes->room = (int)(room / sizeof *codes->list);
    }
    struct code code = {codes->used, length, left, top, bottom};
    memcpy(codes->text + codes->used, text, length);
    codes->used += length;
    int at = codes->count++;
    for (; at > codes->first && is_before(&code, &codes->list[at - 1]); at--) codes->list[at] = codes->list[at - 1];
    codes->list[at] = code;
    return 0;
}
