#include "picture.h"
#include "scan.h"

#include <limits.h>
#include <string.h>
#include <zbar.h>

static void invert(uint8_t *points, size_t count) {
    for (size_t i = 0; i < count; i++) points[i] = 255 - points[i];
}

static int is_known(const struct codes *codes, const void *text, size_t length) {
    for (int i = 0; i < codes->count; i++)
        if (codes->list[i].length == length && memcmp(codes->list[i].text, text, length) == 0) return 1;
    return 0;
}

static void keep(struct codes *codes, const zbar_symbol_t *symbol) {
    size_t length = zbar_symbol_get_data_length(symbol);
    const void *text = zbar_symbol_get_data(symbol);
    if (codes->count == MOST_CODES || length > LONGEST_TEXT || is_known(codes, text, length)) return;
    struct code *code = &codes->list[codes->count++];
    memcpy(code->text, text, length);
    code->length = length;
}

struct place {
    const zbar_symbol_t *symbol;
    int left, top, bottom;
};

static struct place place_of(const zbar_symbol_t *symbol) {
    struct place place = {symbol, INT_MAX, INT_MAX, INT_MIN};
    for (unsigned i = 0; i < zbar_symbol_get_loc_size(symbol); i++) {
        int x = zbar_symbol_get_loc_x(symbol, i), y = zbar_symbol_get_loc_y(symbol, i);
        if (x < place.left) place.left = x;
        if (y < place.top) place.top = y;
        if (y > place.bottom) place.bottom = y;
    }
    return place;
}

// As people read: codes whose middle lies in the height of another stand in one line with it.
static int is_before(const struct place *a, const struct place *b) {
    int middle = a->top / 2 + a->bottom / 2;
    if (middle >= b->top && middle <= b->bottom) return a->left < b->left;
    return a->top < b->top;
}

static void keep_all(struct codes *codes, const zbar_image_t *image) {
    struct place places[MOST_CODES];
    int count = 0;
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol && count < MOST_CODES;
         symbol = zbar_symbol_next(symbol)) {
        if (zbar_symbol_get_type(symbol) != ZBAR_QRCODE) continue;
        struct place place = place_of(symbol);
        int at = count++;
        for (; at > 0 && is_before(&place, &places[at - 1]); at--) places[at] = places[at - 1];
        places[at] = place;
    }
    for (int i = 0; i < count; i++) keep(codes, places[i].symbol);
}

// One look at grey points.
static int look(zbar_image_scanner_t *scanner, const uint8_t *points, uint32_t width, uint32_t height,
                struct codes *codes) {
    zbar_image_t *image = zbar_image_create();
    if (!image) return FOB_SCAN_SYSTEM;
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, width, height);
    zbar_image_set_data(image, points, (unsigned long)width * height, NULL);
    int result = zbar_scan_image(scanner, image);
    if (result > 0) keep_all(codes, image);
    zbar_image_destroy(image);
    return result < 0 ? FOB_SCAN_SYSTEM : 0;
}

// Dark on light, then light on dark: zbar knows the first only, and one picture can have both.
static int look_twice(zbar_image_scanner_t *scanner, uint8_t *points, uint32_t width, uint32_t height,
                      struct codes *codes) {
    int status = look(scanner, points, width, height, codes);
    if (status != 0) return status;
    invert(points, (size_t)width * height);
    return look(scanner, points, width, height, codes);
}

// Lays points with opacity on a ground of one brightness.
static void flatten(const struct picture *picture, uint8_t ground, uint8_t *flat) {
    size_t count = (size_t)picture->width * picture->height;
    for (size_t i = 0; i < count; i++) {
        unsigned brightness = picture->points[2 * i], opacity = picture->points[2 * i + 1];
        flat[i] = (uint8_t)((brightness * opacity + ground * (255 - opacity)) / 255);
    }
}

// Half the width and height, in place, by means of four: smooths noise, blur and the steps of an enlarged picture.
static void halve(uint8_t *points, uint32_t *width, uint32_t *height) {
    uint32_t half_width = *width / 2, half_height = *height / 2;
    for (uint32_t y = 0; y < half_height; y++) {
        const uint8_t *upper = points + (size_t)2 * y * *width, *lower = upper + *width;
        uint8_t *row = points + (size_t)y * half_width;
        for (uint32_t x = 0; x < half_width; x++)
            row[x] = (uint8_t)((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]) / 4);
    }
    *width = half_width;
    *height = half_height;
}

// Twice the width and height: each point is nine parts of the nearest and seven of its neighbours on that side.
static uint8_t *doubled(const uint8_t *points, uint32_t width, uint32_t height) {
    uint8_t *larger = fob_take((size_t)4 * width * height);
    if (!larger) return NULL;
    for (uint32_t y = 0; y < 2 * height; y++) {
        uint32_t near_y = y / 2;
        uint32_t far_y = y % 2 ? (near_y + 1 < height ? near_y + 1 : near_y) : (near_y ? near_y - 1 : 0);
        const uint8_t *near = points + (size_t)near_y * width, *far = points + (size_t)far_y * width;
        uint8_t *row = larger + (size_t)y * 2 * width;
        for (uint32_t x = 0; x < 2 * width; x++) {
            uint32_t n = x / 2, f = x % 2 ? (n + 1 < width ? n + 1 : n) : (n ? n - 1 : 0);
            row[x] = (uint8_t)((9 * near[n] + 3 * near[f] + 3 * far[n] + far[f]) / 16);
        }
    }
    return larger;
}

// Points of a picture that is enlarged at most: a code as small as that is not cut out of a large screen.
#define MOST_ENLARGED ((size_t)1 << 20)

// Codes of one or two points a square are too fine for zbar.
static int look_larger(zbar_image_scanner_t *scanner, const uint8_t *points, uint32_t width, uint32_t height,
                       struct codes *codes) {
    int before = codes->count, status = 0;
    for (int step = 0; step < 2 && status == 0 && codes->count == before; step++) {
        if ((size_t)width * height > MOST_ENLARGED) break;
        uint8_t *larger = doubled(points, width, height);
        if (!larger) return FOB_SCAN_SYSTEM;
        width *= 2;
        height *= 2;
        status = look_twice(scanner, larger, width, height, codes);
        points = larger;
    }
    return status;
}

// Smaller than any code.
#define SMALLEST 21

static int look_closely(zbar_image_scanner_t *scanner, uint8_t *points, uint32_t width, uint32_t height,
                        struct codes *codes) {
    int before = codes->count;
    int status = look_twice(scanner, points, width, height, codes);
    if (status == 0 && codes->count == before) status = look_larger(scanner, points, width, height, codes);
    for (int step = 0; step < 2 && status == 0 && codes->count == before; step++) {
        if (width / 2 < SMALLEST || height / 2 < SMALLEST) break;
        halve(points, &width, &height);
        status = look_twice(scanner, points, width, height, codes);
    }
    return status;
}

static zbar_image_scanner_t *create(void) {
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    if (!scanner) return NULL;
    // Only QR codes, and their octets as they are: no other decoder of zbar sees the picture, nor does iconv(3).
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
    return scanner;
}

int fob_find_codes(struct picture *picture, struct codes *codes) {
    zbar_image_scanner_t *scanner = create();
    if (!scanner) return FOB_SCAN_SYSTEM;
    size_t count = (size_t)picture->width * picture->height;
    uint8_t *points = picture->alpha ? fob_take(count) : picture->points;
    int status = points ? 0 : FOB_SCAN_SYSTEM;
    int before = codes->count;
    if (picture->alpha && status == 0) flatten(picture, 255, points);
    if (status == 0) status = look_closely(scanner, points, picture->width, picture->height, codes);
    // Made for a dark ground.
    if (status == 0 && picture->alpha && codes->count == before) {
        flatten(picture, 0, points);
        status = look_closely(scanner, points, picture->width, picture->height, codes);
    }
    zbar_image_scanner_destroy(scanner);
    return status;
}
