#include "engines.h"

#include "scan.h"
#include "zxing.h"

#include <limits.h>

static int keep(struct search *search, const void *text, size_t length, int left, int top, int bottom) {
    int to = (int)search->to, of = (int)search->of;
    return fob_keep(search->codes, text, length, left * of / to, top * of / to, bottom * of / to);
}

// MARK: zbar

zbar_image_scanner_t *fob_new_zbar(void) {
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    if (!scanner) return NULL;
    // Only QR codes, and their octets as they are: no other decoder of zbar sees the picture, nor does iconv(3).
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
    return scanner;
}

static int keep_symbol(struct search *search, const zbar_symbol_t *symbol) {
    int left = INT_MAX, top = INT_MAX, bottom = INT_MIN;
    for (unsigned i = 0; i < zbar_symbol_get_loc_size(symbol); i++) {
        int x = zbar_symbol_get_loc_x(symbol, i), y = zbar_symbol_get_loc_y(symbol, i);
        if (x < left) left = x;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
    }
    return keep(search, zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol), left, top, bottom);
}

int fob_look_with_zbar(struct search *search, struct grey grey) {
    zbar_image_t *image = zbar_image_create();
    if (!image) return FOB_SCAN_SYSTEM;
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, grey.width, grey.height);
    zbar_image_set_data(image, grey.points, (unsigned long)grey.width * grey.height, NULL);
    int status = zbar_scan_image(search->zbar, image) < 0 ? FOB_SCAN_SYSTEM : 0;
    const zbar_symbol_t *symbol = status == 0 ? zbar_image_first_symbol(image) : NULL;
    for (; symbol && status == 0; symbol = zbar_symbol_next(symbol))
        if (zbar_symbol_get_type(symbol) == ZBAR_QRCODE) status = keep_symbol(search, symbol);
    zbar_image_destroy(image);
    return status;
}

// MARK: zxing-cpp

// Where a part of a picture lies in it.
struct part {
    struct search *search;
    uint32_t left, top;
    int status;
};

static void keep_result(void *context, const uint8_t *text, size_t length, int left, int top, int bottom) {
    struct part *part = context;
    int x = (int)part->left, y = (int)part->top;
    if (part->status == 0) part->status = keep(part->search, text, length, left + x, top + y, bottom + y);
}

static struct grey cut_out(struct grey from, uint32_t left, uint32_t top, uint32_t width, uint32_t height) {
    struct grey part = fob_new_grey(width, height);
    for (uint32_t y = 0; part.points && y < height; y++)
        for (uint32_t x = 0; x < width; x++)
            part.points[(size_t)y * width + x] = from.points[(size_t)(top + y) * from.width + left + x];
    return part;
}

// Parts that are no larger than this have no more codes than the library tells of at once.
#define SMALLEST_PART 256

// What the library finds; where it could tell of no more, it is asked for each quarter, and these overlap by half.
static int look_at_part(struct search *search, struct grey grey, int mode, uint32_t left, uint32_t top) {
    struct part part = {search, left, top, 0};
    int count = fob_zxing_read(grey.points, (int)grey.width, (int)grey.height, mode, keep_result, &part);
    if (count < 0) return FOB_SCAN_SYSTEM;
    if (part.status != 0 || count < FOB_ZXING_MOST || grey.width < SMALLEST_PART || grey.height < SMALLEST_PART)
        return part.status;
    int status = 0;
    for (uint32_t row = 0; row < 3 && status == 0; row++) {
        for (uint32_t column = 0; column < 3 && status == 0; column++) {
            uint32_t x = column * grey.width / 4, y = row * grey.height / 4;
            struct grey quarter = cut_out(grey, x, y, grey.width / 2, grey.height / 2);
            status = quarter.points ? look_at_part(search, quarter, mode, left + x, top + y) : FOB_SCAN_SYSTEM;
            fob_end_grey(&quarter);
        }
    }
    return status;
}

int fob_look_with_zxing(struct search *search, struct grey grey, int mode) {
    return look_at_part(search, grey, mode, 0, 0);
}
