#include "picture.h"
#include "scan.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

// A picture of more scans than any program writes, to keep the decoder busy.
#define MOST_SCANS 64

struct errors {
    struct jpeg_error_mgr manager;
    jmp_buf jump;
};

static void fail(j_common_ptr common) { longjmp(((struct errors *)common->err)->jump, 1); }

// Also the moment to count a warning: libjpeg fills what is missing with grey, and a code may be whole all the same.
static void ignore(j_common_ptr common, int level) {
    if (level < 0) common->err->num_warnings++;
}

static void silent(j_common_ptr common) { (void)common; }

static void watch(j_common_ptr common) {
    if (common->is_decompressor && ((j_decompress_ptr)common)->input_scan_number > MOST_SCANS) fail(common);
}

// Printing inks in front of white paper. Programs write them inverted, as Adobe's first one did: 255 is no ink.
static void blacken(const JSAMPLE *inks, int is_inverted, uint32_t width, uint8_t *row) {
    for (uint32_t x = 0; x < width; x++, inks += 4) {
        unsigned white[4];
        for (int ink = 0; ink < 4; ink++) white[ink] = is_inverted ? inks[ink] : 255u - inks[ink];
        row[x] = (uint8_t)(fob_brightness(white[0], white[1], white[2]) * white[3] / 255);
    }
}

int fob_read_jpeg(const uint8_t *octets, size_t count, struct picture *picture) {
    struct jpeg_decompress_struct jpeg = {0};
    struct errors errors;
    struct jpeg_progress_mgr progress = {.progress_monitor = watch};
    volatile int status = FOB_SCAN_DAMAGED;
    jpeg.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = fail;
    errors.manager.emit_message = ignore;
    errors.manager.output_message = silent;
    if (setjmp(errors.jump) == 0) {
        jpeg_create_decompress(&jpeg);
        jpeg.progress = &progress;
        jpeg_mem_src(&jpeg, octets, (unsigned long)count);
        jpeg_read_header(&jpeg, TRUE);
        int is_ink = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
        if ((status = fob_set_size(picture, jpeg.image_width, jpeg.image_height, 0)) == 0) {
            status = FOB_SCAN_DAMAGED;
            // Grey comes out of all the others for nothing.
            jpeg.out_color_space = is_ink ? JCS_CMYK : JCS_GRAYSCALE;
            jpeg_start_decompress(&jpeg);
            JSAMPARRAY inks =
                is_ink ? jpeg.mem->alloc_sarray((j_common_ptr)&jpeg, JPOOL_IMAGE, 4 * jpeg.output_width, 1) : NULL;
            while (jpeg.output_scanline < jpeg.output_height) {
                JSAMPROW row = picture->points + (size_t)jpeg.output_scanline * picture->width;
                jpeg_read_scanlines(&jpeg, is_ink ? inks : &row, 1);
                if (is_ink) blacken(inks[0], jpeg.saw_Adobe_marker, picture->width, row);
            }
            jpeg_finish_decompress(&jpeg);
            status = 0;
        }
    }
    jpeg_destroy_decompress(&jpeg);
    return status;
}
