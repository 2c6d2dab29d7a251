// What the decoders and the search share.
#ifndef FOB_PICTURE_H
#define FOB_PICTURE_H

#include <stddef.h>
#include <stdint.h>

// Octets of a file, and of a picture's points: a PNG of some kilobytes can ask for gigabytes.
#define MOST_OCTETS ((size_t)32 << 20)
#define MOST_POINTS ((size_t)64 << 20)
#define MOST_CODES 64
// Version 40 at the lowest error correction holds this many octets (ISO/IEC 18004, table 7).
#define LONGEST_TEXT 2953

struct picture {
    uint32_t width;
    uint32_t height;
    // Brightness, one octet a point; with `alpha`, each is followed by its opacity.
    uint8_t *points;
    int alpha;
};

struct code {
    size_t length;
    uint8_t text[LONGEST_TEXT];
};

struct codes {
    int count;
    struct code list[MOST_CODES];
};

// Zeroed memory, locked where the system allows; NULL when there is none. It lives as long as the process.
void *fob_take(size_t size);

// 0, or the FOB_SCAN_ status that says why not.
int fob_read_png(const uint8_t *octets, size_t count, size_t *used, struct picture *picture);
int fob_read_jpeg(const uint8_t *octets, size_t count, struct picture *picture);

// Sets the size and takes the memory for it.
int fob_set_size(struct picture *picture, uint32_t width, uint32_t height, int alpha);

// Adds the codes of a picture that are not among `codes` yet.
int fob_find_codes(struct picture *picture, struct codes *codes);

#endif
