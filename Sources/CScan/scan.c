#include "scan.h"

#include "picture.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

// MARK: Memory

// All of it, if that cannot make a later allocation fail.
static void lock_memory(void) {
    struct rlimit limit;
    int is_bounded = getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY;
    if (!is_bounded || geteuid() == 0) (void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}

static void *map(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    (void)madvise(memory, size, MADV_DONTDUMP);
    return memory;
}

// Part by part, as far as the limit goes.
static void lock(uint8_t *memory, size_t size) {
    const size_t part = 256 << 10;
    for (size_t done = 0; done < size; done += part)
        if (mlock2(memory + done, size - done < part ? size - done : part, MLOCK_ONFAULT) != 0) return;
}

void *fob_take(size_t size) {
    void *memory = map(size);
    if (memory) lock(memory, size);
    return memory;
}

int fob_set_size(struct picture *picture, uint32_t width, uint32_t height, int alpha) {
    if (width == 0 || height == 0) return FOB_SCAN_DAMAGED;
    if ((uint64_t)width * height > MOST_POINTS) return FOB_SCAN_TOO_LARGE;
    picture->points = fob_take((size_t)width * height * (alpha ? 2 : 1));
    if (!picture->points) return FOB_SCAN_TOO_LARGE;
    picture->width = width;
    picture->height = height;
    picture->alpha = alpha;
    return 0;
}

static void release(struct picture *picture) {
    if (picture->points)
        munmap(picture->points, (size_t)picture->width * picture->height * (picture->alpha ? 2 : 1));
}

// MARK: Input and output

// Octets read, at most `most`; -1 for an error. Memory is locked as it is filled.
static ssize_t read_all(int input, uint8_t *into, size_t most) {
    const size_t step = 64 << 10;
    size_t done = 0;
    while (done < most) {
        size_t wanted = most - done < step ? most - done : step;
        lock(into + done, wanted);
        ssize_t count = read(input, into + done, wanted);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) break;
        done += (size_t)count;
    }
    return (ssize_t)done;
}

static int write_all(int output, const uint8_t *octets, size_t count) {
    while (count > 0) {
        ssize_t taken = write(output, octets, count);
        if (taken < 0 && errno == EINTR) continue;
        if (taken <= 0) return -1;
        octets += taken;
        count -= (size_t)taken;
    }
    return 0;
}

static int is_line(const uint8_t *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (text[i] < 0x20 || text[i] == 0x7f) return 0;
    return length > 0;
}

static int write_codes(const struct codes *codes, int output) {
    for (int i = 0; i < codes->count; i++) {
        const struct code *code = &codes->list[i];
        if (is_line(code->text, code->length) && write_all(output, code->text, code->length) != 0)
            return FOB_SCAN_SYSTEM;
        if (write_all(output, (const uint8_t *)"\n", 1) != 0) return FOB_SCAN_SYSTEM;
    }
    return codes->count > 0 ? FOB_SCAN_FOUND : FOB_SCAN_NONE;
}

// MARK: Kinds of pictures

static const uint8_t png_signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
static const uint8_t jpeg_signature[] = {0xff, 0xd8, 0xff};

static int starts(const uint8_t *octets, size_t count, const uint8_t *with, size_t length) {
    return count >= length && memcmp(octets, with, length) == 0;
}

static int has(const uint8_t *octets, size_t count, const char *word) {
    // Both kinds allow something in front of their first word.
    return memmem(octets, count < 4096 ? count : 4096, word, strlen(word)) != NULL;
}

// Pages that pdftoppm writes come one PNG behind the other; what follows the last one is ignored.
#define MOST_PAGES 16

static int scan_pngs(const uint8_t *octets, size_t count, struct codes *codes) {
    for (int page = 0; page < MOST_PAGES && starts(octets, count, png_signature, sizeof png_signature); page++) {
        struct picture picture = {0};
        size_t used = 0;
        int status = fob_read_png(octets, count, &used, &picture);
        if (status == 0) status = fob_find_codes(&picture, codes);
        release(&picture);
        if (status != 0) return status;
        octets += used;
        count -= used;
    }
    return 0;
}

static int scan(const uint8_t *octets, size_t count, struct codes *codes) {
    if (starts(octets, count, png_signature, sizeof png_signature)) return scan_pngs(octets, count, codes);
    if (starts(octets, count, jpeg_signature, sizeof jpeg_signature)) {
        struct picture picture = {0};
        int status = fob_read_jpeg(octets, count, &picture);
        if (status == 0) status = fob_find_codes(&picture, codes);
        release(&picture);
        return status;
    }
    if (has(octets, count, "%PDF-")) return FOB_SCAN_PDF;
    if (has(octets, count, "<svg")) return FOB_SCAN_SVG;
    return FOB_SCAN_UNKNOWN;
}

static int scan_input(int input, int output, uint8_t *octets, struct codes *codes) {
    ssize_t count = read_all(input, octets, MOST_OCTETS + 1);
    if (count < 0) return FOB_SCAN_SYSTEM;
    if ((size_t)count > MOST_OCTETS) return FOB_SCAN_TOO_LARGE;
    int status = scan(octets, (size_t)count, codes);
    return status == 0 ? write_codes(codes, output) : status;
}

int fob_scan(int input, int output) {
    lock_memory();
    struct codes *codes = fob_take(sizeof *codes);
    uint8_t *octets = map(MOST_OCTETS + 1);
    int status = octets && codes ? scan_input(input, output, octets, codes) : FOB_SCAN_SYSTEM;
    if (octets) munmap(octets, MOST_OCTETS + 1);
    if (codes) munmap(codes, sizeof *codes);
    return status;
}
