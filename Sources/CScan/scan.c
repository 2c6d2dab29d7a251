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

void fob_give_back(void *memory, size_t size) {
    if (memory) munmap(memory, size);
}

static size_t most_points = FOB_SCAN_MOST_POINTS;

size_t fob_most_points(void) { return most_points; }

int fob_set_size(struct picture *picture, uint32_t width, uint32_t height, int alpha) {
    if (width == 0 || height == 0) return FOB_SCAN_DAMAGED;
    if ((uint64_t)width * height > most_points) return FOB_SCAN_TOO_LARGE;
    picture->points = fob_take((size_t)width * height * (alpha ? 2 : 1));
    if (!picture->points) return FOB_SCAN_TOO_LARGE;
    picture->width = width;
    picture->height = height;
    picture->alpha = alpha;
    return 0;
}

void fob_release(struct picture *picture) {
    fob_give_back(picture->points, (size_t)picture->width * picture->height * (picture->alpha ? 2 : 1));
    picture->points = NULL;
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

static int is_utf8(const uint8_t *text, size_t length) {
    for (size_t i = 0; i < length;) {
        uint8_t first = text[i++];
        if (first < 0x80) continue;
        int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        uint32_t scalar = first & (0x3fu >> more);
        if (first < 0xc2 || first > 0xf4 || length - i < (size_t)more) return 0;
        for (int k = 0; k < more; k++, i++) {
            if ((text[i] & 0xc0) != 0x80) return 0;
            scalar = scalar << 6 | (text[i] & 0x3f);
        }
        if (scalar < (more == 3 ? 0x10000u : more == 2 ? 0x800u : 0x80u) || scalar > 0x10ffff) return 0;
        if (scalar >= 0xd800 && scalar < 0xe000) return 0;
    }
    return 1;
}

// One line without control characters, as UTF-8. What is not UTF-8 is Latin-1, which the standard takes for granted
// (ISO/IEC 18004, 7.3.5). Anything else is an empty line. It may be longer than one code holds: up to 16 codes may be one
// text (section 8).
static int write_line(const uint8_t *text, size_t length, int is_latin1, int output) {
    uint8_t part[4096];
    size_t used = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] < 0x20 || text[i] == 0x7f || (is_latin1 && text[i] >= 0x80 && text[i] < 0xa0)) length = 0;
    for (size_t i = 0; i < length; i++) {
        if (used + 2 > sizeof part) {
            if (write_all(output, part, used) != 0) return -1;
            used = 0;
        }
        if (is_latin1 && text[i] >= 0x80) {
            part[used++] = (uint8_t)(0xc0 | text[i] >> 6);
            part[used++] = 0x80 | (text[i] & 0x3f);
        } else {
            part[used++] = text[i];
        }
    }
    return write_all(output, part, used) != 0 ? -1 : write_all(output, (const uint8_t *)"\n", 1);
}

// A text of several lines is a list; spaces around them, a byte order mark in front and line ends behind the last one are of
// the program that made the code.
static int write_text(const uint8_t *text, size_t length, int output) {
    int is_latin1 = !is_utf8(text, length);
    size_t written = 0;
    for (size_t start = 0, end; start < length; start = end + 1) {
        for (end = start; end < length && text[end] != '\n';) end++;
        size_t line = end - start;
        while (line > 0 && (text[start + line - 1] == '\r' || text[start + line - 1] == ' ')) line--;
        size_t first = start;
        if (line >= 3 && memcmp(text + first, "\xef\xbb\xbf", 3) == 0) first += 3, line -= 3;
        while (line > 0 && text[first] == ' ') first++, line--;
        if (line == 0) continue;
        if (write_line(text + first, line, is_latin1, output) != 0) return -1;
        written++;
    }
    return written > 0 ? 0 : write_all(output, (const uint8_t *)"\n", 1);
}

static int write_codes(const struct codes *codes, int output) {
    for (int i = 0; i < codes->count; i++)
        if (write_text(codes->text + codes->list[i].start, codes->list[i].length, output) != 0) return FOB_SCAN_SYSTEM;
    return codes->has_more ? FOB_SCAN_MORE : codes->count > 0 ? FOB_SCAN_FOUND : FOB_SCAN_NONE;
}

// MARK: Kinds of pictures

static int starts(const uint8_t *octets, size_t count, const void *with, size_t length) {
    return count >= length && memcmp(octets, with, length) == 0;
}

static int has(const uint8_t *octets, size_t count, const char *word) {
    // Both kinds allow something in front of their first word.
    return memmem(octets, count < 4096 ? count : 4096, word, strlen(word)) != NULL;
}

#define PNG_SIGNATURE "\x89PNG\r\n\x1a\n"

// Pages that a program writes come one PNG behind the other; what follows the last one is ignored.
static int scan_pngs(const uint8_t *octets, size_t count, struct codes *codes) {
    while (starts(octets, count, PNG_SIGNATURE, 8)) {
        struct picture picture = {0};
        size_t used = 0;
        int status = fob_read_png(octets, count, &used, &codes->has_more, &picture);
        if (status == 0) status = fob_find_codes(&picture, codes);
        fob_release(&picture);
        if (status != 0) return status;
        octets += used;
        count -= used;
    }
    return 0;
}

static int scan_one(int (*read)(const uint8_t *, size_t, struct picture *), const uint8_t *octets, size_t count,
                    struct codes *codes) {
    struct picture picture = {0};
    int status = read(octets, count, &picture);
    if (status == 0) status = fob_find_codes(&picture, codes);
    fob_release(&picture);
    return status;
}

// The brands of ISO/IEC 23008-12 and of AVIF behind the length of the first box.
static int is_heif(const uint8_t *octets, size_t count) {
    static const char *const brands[] = {"heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "miaf", "avif", "avis"};
    if (count < 12 || memcmp(octets + 4, "ftyp", 4) != 0) return 0;
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (memcmp(octets + 8, brands[i], 4) == 0) return 1;
    return 0;
}

static int scan(const uint8_t *octets, size_t count, struct codes *codes) {
    if (starts(octets, count, PNG_SIGNATURE, 8)) return scan_pngs(octets, count, codes);
    if (starts(octets, count, "\xff\xd8\xff", 3)) return scan_one(fob_read_jpeg, octets, count, codes);
    if (starts(octets, count, "GIF8", 4)) return fob_scan_gif(octets, count, codes);
    if (starts(octets, count, "RIFF", 4) && count >= 12 && memcmp(octets + 8, "WEBP", 4) == 0)
        return fob_scan_webp(octets, count, codes);
    if (starts(octets, count, "II*\0", 4) || starts(octets, count, "MM\0*", 4))
        return fob_scan_tiff(octets, count, codes);
    if (starts(octets, count, "BM", 2)) return scan_one(fob_read_bmp, octets, count, codes);
    if (is_heif(octets, count)) return fob_heif_is_loaded() ? fob_scan_heif(octets, count, codes) : FOB_SCAN_HEIF;
    if (has(octets, count, "%PDF-")) return FOB_SCAN_PDF;
    if (has(octets, count, "<svg")) return FOB_SCAN_SVG;
    return FOB_SCAN_UNKNOWN;
}

static int scan_input(int input, int output, uint8_t *octets, struct codes *codes) {
    ssize_t count = read_all(input, octets, MOST_OCTETS + 1);
    if (count < 0) return FOB_SCAN_SYSTEM;
    if ((size_t)count > MOST_OCTETS) return FOB_SCAN_TOO_LARGE;
    int status = scan(octets, (size_t)count, codes);
    // What was found counts; that there was more is said.
    if (status != 0 && codes->count > 0) {
        codes->has_more = 1;
        status = 0;
    }
    return status == 0 ? write_codes(codes, output) : status;
}

int fob_scan(int input, int output) { return fob_scan_within(input, output, FOB_SCAN_MOST_POINTS); }

int fob_scan_within(int input, int output, unsigned points) {
    most_points = points;
    lock_memory();
    struct codes codes = {0};
    uint8_t *octets = map(MOST_OCTETS + 1);
    int status = octets ? scan_input(input, output, octets, &codes) : FOB_SCAN_SYSTEM;
    fob_give_back(octets, MOST_OCTETS + 1);
    fob_give_back(codes.text, codes.text_room);
    fob_give_back(codes.list, (size_t)codes.room * sizeof *codes.list);
    return status;
}
