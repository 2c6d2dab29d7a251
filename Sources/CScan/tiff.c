#include "picture.h"
#include "scan.h"

#include <string.h>
#include <tiffio.h>

struct source {
    const uint8_t *octets;
    size_t count;
    size_t at;
};

static tmsize_t take(thandle_t handle, void *into, tmsize_t wanted) {
    struct source *source = handle;
    if (source->at >= source->count || wanted <= 0) return 0;
    size_t left = source->count - source->at, taken = (size_t)wanted < left ? (size_t)wanted : left;
    memcpy(into, source->octets + source->at, taken);
    source->at += taken;
    return (tmsize_t)taken;
}

static tmsize_t refuse(thandle_t handle, void *from, tmsize_t count) {
    (void)handle;
    (void)from;
    (void)count;
    return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    struct source *source = handle;
    if (whence == SEEK_CUR) offset += source->at;
    if (whence == SEEK_END) offset += source->count;
    source->at = (size_t)offset;
    return offset;
}

static int leave_open(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size(thandle_t handle) { return ((struct source *)handle)->count; }

static int map(thandle_t handle, void **base, toff_t *length) {
    (void)handle;
    (void)base;
    (void)length;
    return 0;
}

static void unmap(thandle_t handle, void *base, toff_t length) {
    (void)handle;
    (void)base;
    (void)length;
}

// The library's points have red in the lowest octet, whatever the processor.
static void unpack(uint32_t *points, size_t count) {
    uint8_t *octets = (uint8_t *)points;
    for (size_t i = 0; i < count; i++) {
        uint32_t point = points[i];
        for (int part = 0; part < 4; part++) octets[4 * i + (size_t)part] = (uint8_t)(point >> (8 * part));
    }
}

static int scan_page(TIFF *tiff, struct codes *codes) {
    uint32_t width = 0, height = 0;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    if (width == 0 || height == 0) return FOB_SCAN_DAMAGED;
    if ((uint64_t)width * height > fob_most_points() / 4) return FOB_SCAN_TOO_LARGE;
    char reason[1024];
    if (!TIFFRGBAImageOK(tiff, reason)) return FOB_SCAN_UNKNOWN;
    size_t count = (size_t)width * height;
    uint32_t *points = fob_take(4 * count);
    if (!points) return FOB_SCAN_TOO_LARGE;
    int status = FOB_SCAN_DAMAGED;
    if (TIFFReadRGBAImageOriented(tiff, width, height, points, ORIENTATION_TOPLEFT, 1)) {
        unpack(points, count);
        status = fob_find_codes_in_colours((const uint8_t *)points, width, height, codes);
    }
    fob_give_back(points, 4 * count);
    return status;
}

int fob_scan_tiff(const uint8_t *octets, size_t count, struct codes *codes) {
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    struct source source = {octets, count, 0};
    TIFF *tiff = TIFFClientOpen("picture", "rm", &source, take, refuse, seek, leave_open, size, map, unmap);
    if (!tiff) return FOB_SCAN_DAMAGED;
    int status;
    do status = scan_page(tiff, codes);
    while (status == 0 && !codes->has_more && TIFFReadDirectory(tiff));
    TIFFClose(tiff);
    return status;
}
