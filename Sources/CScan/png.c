#include "picture.h"
#include "scan.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

struct source {
    const uint8_t *octets;
    size_t left;
};

static void take(png_structp png, png_bytep into, png_size_t count) {
    struct source *source = png_get_io_ptr(png);
    if (count > source->left) png_error(png, "the file ends early");
    memcpy(into, source->octets, count);
    source->octets += count;
    source->left -= count;
}

static void fail(png_structp png, png_const_charp message) {
    (void)message;
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

// Whatever the file has becomes grey of 8 bits, with opacity where there is any.
static void transform(png_structp png, png_infop information) {
    int color = png_get_color_type(png, information);
    png_set_expand(png);
    png_set_scale_16(png);
    if (color & PNG_COLOR_MASK_COLOR) png_set_rgb_to_gray_fixed(png, PNG_ERROR_ACTION_NONE, -1, -1);
    png_set_interlace_handling(png);
    png_read_update_info(png, information);
}

// An animated PNG says in front of its first picture how many there are (PNG 3, 11.3.6.1); libpng reads the first.
static int is_animated(const uint8_t *octets, size_t count) {
    const uint8_t *data = memmem(octets, count, "IDAT", 4);
    const uint8_t *control = data ? memmem(octets, (size_t)(data - octets), "acTL", 4) : NULL;
    return control && control + 8 <= data && memcmp(control + 4, "\0\0\0\1", 4) != 0;
}

int fob_read_png(const uint8_t *octets, size_t count, size_t *used, int *has_more, struct picture *picture) {
    struct source source = {octets, count};
    // Changed behind setjmp's back.
    volatile int status = FOB_SCAN_DAMAGED;
    png_bytep *volatile rows = NULL;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, ignore);
    png_infop information = png ? png_create_info_struct(png) : NULL;
    if (!information) {
        png_destroy_read_struct(&png, NULL, NULL);
        return FOB_SCAN_SYSTEM;
    }
    if (setjmp(png_jmpbuf(png)) == 0) {
        png_set_read_fn(png, &source, take);
        // The size is judged below; compressed texts and profiles are of no use here.
        png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
        png_set_chunk_malloc_max(png, 1 << 20);
        png_read_info(png, information);
        uint32_t width = png_get_image_width(png, information);
        uint32_t height = png_get_image_height(png, information);
        transform(png, information);
        int channels = png_get_channels(png, information);
        if (channels > 2 || png_get_rowbytes(png, information) != (size_t)width * (size_t)channels) {
            status = FOB_SCAN_UNKNOWN;
        } else if ((status = fob_set_size(picture, width, height, channels == 2)) == 0) {
            rows = fob_take(height * sizeof *rows);
            if (!rows) png_error(png, "no memory");
            for (uint32_t y = 0; y < height; y++) rows[y] = picture->points + (size_t)y * width * (size_t)channels;
            status = FOB_SCAN_DAMAGED;
            png_read_image(png, rows);
            png_read_end(png, NULL);
            status = 0;
        }
    }
    png_destroy_read_struct(&png, &information, NULL);
    *used = count - source.left;
    if (status == 0 && is_animated(octets, *used)) *has_more = 1;
    return status;
}
