#include "picture.h"
#include "scan.h"

// Windows bitmaps without compression, which is what programs write: there is no library for them alone.

static uint32_t number(const uint8_t *octets, int count) {
    uint32_t value = 0;
    for (int i = 0; i < count; i++) value |= (uint32_t)octets[i] << (8 * i);
    return value;
}

struct header {
    uint32_t data, width, height, bits, compression;
    int is_upside_down;
    // Blue, green, red and nothing for each colour.
    const uint8_t *palette;
    uint32_t colours;
};

// BITMAPFILEHEADER and BITMAPINFOHEADER or a longer one.
static int read_header(const uint8_t *octets, size_t count, struct header *header) {
    if (count < 54) return FOB_SCAN_DAMAGED;
    uint32_t size = number(octets + 14, 4), height = number(octets + 22, 4);
    if (size < 40 || size > count - 14) return FOB_SCAN_UNKNOWN;
    *header = (struct header){.data = number(octets + 10, 4), .width = number(octets + 18, 4),
                              .bits = number(octets + 28, 2), .compression = number(octets + 30, 4)};
    // Rows from the bottom, unless the height is negative.
    header->is_upside_down = height <= INT32_MAX;
    header->height = header->is_upside_down ? height : 0u - height;
    uint32_t bits = header->bits;
    // 3 tells where the colours are in a point, which is where they always are.
    if (header->compression != 0 && !(header->compression == 3 && bits == 32)) return FOB_SCAN_UNKNOWN;
    if (bits != 1 && bits != 4 && bits != 8 && bits != 24 && bits != 32) return FOB_SCAN_UNKNOWN;
    if (header->width > INT32_MAX || header->height > INT32_MAX) return FOB_SCAN_DAMAGED;
    if (bits <= 8) {
        size_t room = (count - 14 - size) / 4, wanted = number(octets + 46, 4);
        if (wanted == 0 || wanted > 1u << bits) wanted = 1u << bits;
        header->colours = (uint32_t)(wanted < room ? wanted : room);
        header->palette = octets + 14 + size;
    }
    return 0;
}

static uint8_t point_at(const struct header *header, const uint8_t *row, uint32_t x) {
    const uint8_t *colour = row + (size_t)x * header->bits / 8;
    if (header->bits <= 8) {
        uint32_t shift = 8 - header->bits - x * header->bits % 8;
        uint32_t index = (uint32_t)*colour >> shift & ((1u << header->bits) - 1);
        if (index >= header->colours) return 255;
        colour = header->palette + 4 * (size_t)index;
    }
    return fob_brightness(colour[2], colour[1], colour[0]);
}

int fob_read_bmp(const uint8_t *octets, size_t count, struct picture *picture) {
    struct header header;
    int status = read_header(octets, count, &header);
    if (status == 0) status = fob_set_size(picture, header.width, header.height, 0);
    if (status != 0) return status;
    // Rows are filled up to four octets.
    uint64_t row = ((uint64_t)header.width * header.bits + 31) / 32 * 4;
    if (header.data > count || row * header.height > count - header.data) return FOB_SCAN_DAMAGED;
    for (uint32_t y = 0; y < header.height; y++) {
        uint32_t line = header.is_upside_down ? header.height - 1 - y : y;
        const uint8_t *from = octets + header.data + row * line;
        for (uint32_t x = 0; x < header.width; x++)
            picture->points[(size_t)y * header.width + x] = point_at(&header, from, x);
    }
    return 0;
}
