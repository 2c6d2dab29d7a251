#include "picture.h"
#include "scan.h"

#include <dlfcn.h>
#include <string.h>

// HEIC and AVIF by libheif, where it is installed. It brings a dozen megabytes of coders with it, so that it is loaded for
// such a picture only; these parts of its interface have been the same since its version 1.0.
struct heif_error {
    int code;
    int subcode;
    const char *message;
};
enum { COLOURS = 1, INTERLEAVED_RGBA = 11, INTERLEAVED = 10 };

static struct {
    struct heif_error (*init)(void *);
    void *(*context_alloc)(void);
    void (*context_free)(void *);
    struct heif_error (*context_read_from_memory_without_copy)(void *, const void *, size_t, const void *);
    int (*context_get_number_of_top_level_images)(void *);
    int (*context_get_list_of_top_level_image_IDs)(void *, uint32_t *, int);
    struct heif_error (*context_get_image_handle)(void *, uint32_t, void **);
    void (*context_set_max_decoding_threads)(void *, int);
    void (*image_handle_release)(void *);
    int (*image_handle_get_width)(const void *);
    int (*image_handle_get_height)(const void *);
    struct heif_error (*decode_image)(const void *, void **, int, int, const void *);
    int (*image_get_width)(const void *, int);
    int (*image_get_height)(const void *, int);
    const uint8_t *(*image_get_plane_readonly)(const void *, int, int *);
    void (*image_release)(void *);
    int is_loaded;
} heif;

#define FIND(name) (*(void **)&heif.name = dlsym(library, "heif_" #name))

int fob_heif_load(void) {
    void *library = dlopen("libheif.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) return 0;
    heif.is_loaded = FIND(context_alloc) && FIND(context_free) && FIND(context_read_from_memory_without_copy)
        && FIND(context_get_number_of_top_level_images) && FIND(context_get_list_of_top_level_image_IDs)
        && FIND(context_get_image_handle) && FIND(image_handle_release) && FIND(image_handle_get_width)
        && FIND(image_handle_get_height) && FIND(decode_image) && FIND(image_get_width) && FIND(image_get_height)
        && FIND(image_get_plane_readonly) && FIND(image_release);
    (void)FIND(context_set_max_decoding_threads);
    // Newer versions have their coders in files of their own, and look for them here.
    if (heif.is_loaded && FIND(init) && heif.init(NULL).code != 0) heif.is_loaded = 0;
    return heif.is_loaded;
}

int fob_heif_is_loaded(void) { return heif.is_loaded; }

static int look_at_image(const void *image, struct codes *codes) {
    int stride = 0;
    int width = heif.image_get_width(image, INTERLEAVED), height = heif.image_get_height(image, INTERLEAVED);
    const uint8_t *plane = heif.image_get_plane_readonly(image, INTERLEAVED, &stride);
    if (!plane || width <= 0 || height <= 0 || stride < 4 * width) return FOB_SCAN_DAMAGED;
    size_t row = (size_t)width * 4, size = row * (size_t)height;
    if (size / 4 > fob_most_points() / 4) return FOB_SCAN_TOO_LARGE;
    uint8_t *points = fob_take(size);
    if (!points) return FOB_SCAN_TOO_LARGE;
    for (int y = 0; y < height; y++) memcpy(points + (size_t)y * row, plane + (size_t)y * (size_t)stride, row);
    int status = fob_find_codes_in_colours(points, (uint32_t)width, (uint32_t)height, codes);
    fob_give_back(points, size);
    return status;
}

static int look_at(void *context, uint32_t identifier, struct codes *codes) {
    void *handle = NULL, *image = NULL;
    if (heif.context_get_image_handle(context, identifier, &handle).code != 0) return FOB_SCAN_DAMAGED;
    int64_t width = heif.image_handle_get_width(handle), height = heif.image_handle_get_height(handle);
    int status = width <= 0 || height <= 0 ? FOB_SCAN_DAMAGED
        : (uint64_t)(width * height) > fob_most_points() / 4 ? FOB_SCAN_TOO_LARGE : 0;
    if (status == 0 && heif.decode_image(handle, &image, COLOURS, INTERLEAVED_RGBA, NULL).code != 0)
        status = FOB_SCAN_DAMAGED;
    if (status == 0) status = look_at_image(image, codes);
    if (image) heif.image_release(image);
    heif.image_handle_release(handle);
    return status;
}

int fob_scan_heif(const uint8_t *octets, size_t count, struct codes *codes) {
    uint32_t identifiers[64];
    void *context = heif.context_alloc();
    if (!context) return FOB_SCAN_SYSTEM;
    if (heif.context_set_max_decoding_threads) heif.context_set_max_decoding_threads(context, 0);
    int status = FOB_SCAN_DAMAGED;
    if (heif.context_read_from_memory_without_copy(context, octets, count, NULL).code == 0) {
        int all = heif.context_get_number_of_top_level_images(context);
        int some = heif.context_get_list_of_top_level_image_IDs(context, identifiers, 64);
        for (int i = 0; i < some && (i == 0 || status == 0) && !codes->has_more; i++)
            status = look_at(context, identifiers[i], codes);
        if (all > some) codes->has_more = 1;
    }
    heif.context_free(context);
    return status;
}
