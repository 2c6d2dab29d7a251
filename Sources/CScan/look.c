#include "engines.h"
#include "scan.h"
#include "zxing.h"

// How a picture is looked at: as it is, then larger and smaller for zbar, then sharper for zxing-cpp, until a code is
// found. What is found at once costs no more than that.

static void invert(struct grey grey) {
    size_t count = (size_t)grey.width * grey.height;
    for (size_t i = 0; i < count; i++) grey.points[i] = 255 - grey.points[i];
}

// Dark on light, then light on dark: the libraries know the first only, and one picture can have both. The points are
// inverted after an odd number of calls.
static int look_twice(struct search *search, struct grey grey) {
    int status = fob_look_with_zbar(search, grey);
    if (status != 0) return status;
    invert(grey);
    return fob_look_with_zbar(search, grey);
}

static int look_twice_anew(struct search *search, struct grey grey, int mode) {
    int status = fob_look_with_zxing(search, grey, mode);
    if (status != 0) return status;
    invert(grey);
    status = fob_look_with_zxing(search, grey, mode);
    invert(grey);
    return status;
}

static int is_found(const struct search *search) { return search->codes->count > search->codes->first; }

// MARK: Other sizes for zbar

// Half the width and height, by means of four: smooths noise, blur and the steps of an enlarged picture.
static struct grey halved(struct grey from) {
    struct grey half = fob_new_grey(from.width / 2, from.height / 2);
    for (uint32_t y = 0; half.points && y < half.height; y++) {
        const uint8_t *upper = from.points + (size_t)2 * y * from.width, *lower = upper + from.width;
        for (uint32_t x = 0; x < half.width; x++)
            half.points[(size_t)y * half.width + x] =
                (uint8_t)((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]) / 4);
    }
    return half;
}

// Twice the width and height: each point is nine parts of the nearest and seven of its neighbours on that side.
static struct grey doubled(struct grey from) {
    struct grey twice = fob_new_grey(2 * from.width, 2 * from.height);
    for (uint32_t y = 0; twice.points && y < twice.height; y++) {
        uint32_t near_y = y / 2;
        uint32_t far_y = y % 2 ? (near_y + 1 < from.height ? near_y + 1 : near_y) : (near_y ? near_y - 1 : 0);
        const uint8_t *near = from.points + (size_t)near_y * from.width;
        const uint8_t *far = from.points + (size_t)far_y * from.width;
        for (uint32_t x = 0; x < twice.width; x++) {
            uint32_t n = x / 2, f = x % 2 ? (n + 1 < from.width ? n + 1 : n) : (n ? n - 1 : 0);
            twice.points[(size_t)y * twice.width + x] =
                (uint8_t)((9 * near[n] + 3 * near[f] + 3 * far[n] + far[f]) / 16);
        }
    }
    return twice;
}

// Points of a picture that is enlarged at most: a code as small as that is not cut out of a large screen.
#define MOST_ENLARGED ((size_t)1 << 20)
// Smaller than any code.
#define SMALLEST 21

// One look at a size made by `change`, and at the next one made of that.
static int look_at_sizes(struct search *search, struct grey grey, struct grey (*change)(struct grey), int is_larger) {
    struct grey present = grey;
    int status = 0;
    for (int step = 1; step <= 2 && status == 0 && !is_found(search); step++) {
        size_t points = (size_t)present.width * present.height;
        if (is_larger ? points > MOST_ENLARGED : present.width / 2 < SMALLEST || present.height / 2 < SMALLEST) break;
        struct grey changed = change(present);
        if (step > 1) fob_end_grey(&present);
        present = changed;
        if (!present.points) return FOB_SCAN_SYSTEM;
        search->to = is_larger ? 1u << step : 1;
        search->of = is_larger ? 1 : 1u << step;
        status = look_twice(search, present);
    }
    if (present.points != grey.points) fob_end_grey(&present);
    search->to = search->of = 1;
    return status;
}

// MARK: The second look

// A camera's picture: squares of two or three points, blurred, with noise, in uneven light. Each way reads some that the
// others do not; the first reads most, as `make bench-qr` measures.
static const struct way {
    // Size, by parts.
    uint32_t to, of;
    // What is around a point, in points of this size; 0 is not to sharpen.
    uint32_t sharpened;
    // The same, to tell dark and light apart; 0 leaves that to the library.
    uint32_t divided;
} ways[] = {{2, 1, 3, 0}, {3, 2, 2, 0}, {3, 1, 4, 0}, {2, 1, 3, 24}, {1, 1, 0, 12}, {1, 2, 0, 0}};

// Points of a picture that is looked at in all these ways. A larger one is halved: what is as fine as that would not be
// in focus.
#define MOST_SHARPENED ((size_t)4 << 20)
#define MOST_TRIPLED ((size_t)3 << 19)

static int look_in_way(struct search *search, struct grey grey, const struct way *way) {
    if (grey.width * way->to / way->of < SMALLEST || grey.height * way->to / way->of < SMALLEST) return 0;
    struct grey sized = way->to == way->of ? grey : fob_resized(grey, way->to, way->of);
    struct grey sharp = way->sharpened && sized.points ? fob_sharpened(sized, way->sharpened) : sized;
    struct grey whole = way->divided && sharp.points ? fob_divided(sharp, way->divided) : sharp;
    uint32_t to = search->to, of = search->of;
    search->to *= way->to;
    search->of *= way->of;
    int status = FOB_SCAN_SYSTEM;
    if (whole.points) status = look_twice_anew(search, whole, way->divided ? FOB_ZXING_BINARY : FOB_ZXING_BLOCKS);
    search->to = to;
    search->of = of;
    if (whole.points != sharp.points) fob_end_grey(&whole);
    if (sharp.points != sized.points) fob_end_grey(&sharp);
    if (sized.points != grey.points) fob_end_grey(&sized);
    return status;
}

// Points of the smallest code, one for each module (ISO/IEC 18004, 5.1).
#define THINNEST 21

static int look_sharply(struct search *search, struct grey grey) {
    struct grey present = grey;
    int status = 0;
    // No code is that thin, and halves of it would be nothing.
    if (grey.width < THINNEST || grey.height < THINNEST) return 0;
    while ((size_t)present.width * present.height > MOST_SHARPENED && status == 0) {
        struct grey half = halved(present);
        if (present.points != grey.points) fob_end_grey(&present);
        present = half;
        search->of *= 2;
        if (!present.points) return FOB_SCAN_SYSTEM;
    }
    size_t points = (size_t)present.width * present.height;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && status == 0 && !is_found(search); i++)
        if (ways[i].to < 3 * ways[i].of || points <= MOST_TRIPLED) status = look_in_way(search, present, &ways[i]);
    if (present.points != grey.points) fob_end_grey(&present);
    search->to = search->of = 1;
    return status;
}

static int look_closely(struct search *search, struct grey grey) {
    int status = look_twice(search, grey);
    invert(grey);
    // Also where zbar has found some: of several in one picture it misses one at times.
    if (status == 0) status = look_twice_anew(search, grey, FOB_ZXING_FULL);
    if (status == 0 && !is_found(search)) status = look_at_sizes(search, grey, doubled, 1);
    if (status == 0 && !is_found(search)) status = look_at_sizes(search, grey, halved, 0);
    if (status == 0 && !is_found(search)) status = look_sharply(search, grey);
    return status;
}

// MARK: Pictures

// Lays points with opacity on a ground of one brightness.
static void flatten(const struct picture *picture, uint8_t ground, uint8_t *flat) {
    size_t count = (size_t)picture->width * picture->height;
    for (size_t i = 0; i < count; i++) {
        unsigned brightness = picture->points[2 * i], opacity = picture->points[2 * i + 1];
        flat[i] = (uint8_t)((brightness * opacity + ground * (255 - opacity)) / 255);
    }
}

int fob_find_codes(struct picture *picture, struct codes *codes) {
    struct search search = {codes, fob_new_zbar(), 1, 1};
    if (!search.zbar) return FOB_SCAN_SYSTEM;
    size_t count = (size_t)picture->width * picture->height;
    struct grey grey = {picture->width, picture->height, picture->alpha ? fob_take(count) : picture->points};
    int status = grey.points ? 0 : FOB_SCAN_SYSTEM;
    codes->first = codes->count;
    if (picture->alpha && status == 0) flatten(picture, 255, grey.points);
    if (status == 0) status = look_closely(&search, grey);
    // Made for a dark ground.
    if (status == 0 && picture->alpha && !is_found(&search)) {
        flatten(picture, 0, grey.points);
        status = look_closely(&search, grey);
    }
    if (picture->alpha) fob_end_grey(&grey);
    zbar_image_scanner_destroy(search.zbar);
    return status;
}

int fob_find_codes_in_colours(const uint8_t *points, uint32_t width, uint32_t height, struct codes *codes) {
    size_t count = (size_t)width * height;
    if (count > MOST_POINTS_IN_ALL - codes->points) {
        codes->has_more = 1;
        return 0;
    }
    codes->points += count;
    int alpha = 0;
    for (size_t i = 0; i < count && !alpha; i++) alpha = points[4 * i + 3] != 255;
    struct picture picture = {0};
    int status = fob_set_size(&picture, width, height, alpha);
    if (status != 0) return status;
    for (size_t i = 0; i < count; i++, points += 4) {
        uint8_t grey = fob_brightness(points[0], points[1], points[2]);
        if (alpha) {
            picture.points[2 * i] = grey;
            picture.points[2 * i + 1] = points[3];
        } else {
            picture.points[i] = grey;
        }
    }
    status = fob_find_codes(&picture, codes);
    fob_release(&picture);
    return status;
}
