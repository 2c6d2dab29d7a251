// What the decoders and the search share.
#ifndef FOB_PICTURE_H
#define FOB_PICTURE_H

#include <stddef.h>
#include <stdint.h>

// Octets of a file.
#define MOST_OCTETS ((size_t)32 << 20)
// Points of all the pictures in one file. What is behind them is not looked at, and that is said.
#define MOST_POINTS_IN_ALL ((size_t)256 << 20)

struct picture {
    uint32_t width;
    uint32_t height;
    // Brightness, one octet a point; with `alpha`, each is followed by its opacity.
    uint8_t *points;
    int alpha;
};

// A text that was found, and where, in the picture's own points.
struct code {
    size_t start;
    size_t length;
    int left, top, bottom;
};

struct codes {
    int count;
    // Of the picture that is looked at: those from here on are in reading order.
    int first;
    struct code *list;
    int room;
    // The texts, one behind the other.
    uint8_t *text;
    size_t used;
    size_t text_room;
    // Points that were looked at so far.
    size_t points;
    // There are pictures in the file that were not looked at.
    int has_more;
};

// Zeroed memory, locked where the system allows; NULL when there is none.
void *fob_take(size_t size);
void fob_give_back(void *memory, size_t size);

// Points of a picture, at most: a PNG of some kilobytes can ask for gigabytes.
size_t fob_most_points(void);

// Sets the size and takes the memory for it. 0, or the FOB_SCAN_ status that says why not, as for all that follow.
int fob_set_size(struct picture *picture, uint32_t width, uint32_t height, int alpha);
void fob_release(struct picture *picture);

int fob_read_png(const uint8_t *octets, size_t count, size_t *used, int *has_more, struct picture *picture);
int fob_read_jpeg(const uint8_t *octets, size_t count, struct picture *picture);
int fob_read_bmp(const uint8_t *octets, size_t count, struct picture *picture);

// Kinds that hold several pictures: each is looked at, as far as MOST_POINTS_IN_ALL.
int fob_scan_gif(const uint8_t *octets, size_t count, struct codes *codes);
int fob_scan_webp(const uint8_t *octets, size_t count, struct codes *codes);
int fob_scan_tiff(const uint8_t *octets, size_t count, struct codes *codes);
int fob_scan_heif(const uint8_t *octets, size_t count, struct codes *codes);
int fob_heif_is_loaded(void);

// Adds the codes of a picture that are not among `codes` yet. FOB_SCAN_FOUND, or an error.
int fob_find_codes(struct picture *picture, struct codes *codes);
// The same for points of red, green, blue and opacity.
int fob_find_codes_in_colours(const uint8_t *points, uint32_t width, uint32_t height, struct codes *codes);

// Adds a text unless it is there. 0, or FOB_SCAN_SYSTEM.
int fob_keep(struct codes *codes, const void *text, size_t length, int left, int top, int bottom);

// Brightness (ITU-R BT.601) of a colour.
static inline uint8_t fob_brightness(unsigned red, unsigned green, unsigned blue) {
    return (uint8_t)((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

#endif
