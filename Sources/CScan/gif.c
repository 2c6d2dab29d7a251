#include "picture.h"
#include "scan.h"

#include <gif_lib.h>
#include <string.h>

struct source {
    const uint8_t *octets;
    size_t left;
};

static int take(GifFileType *gif, GifByteType *into, int count) {
    struct source *source = gif->UserData;
    size_t taken = (size_t)count < source->left ? (size_t)count : source->left;
    memcpy(into, source->octets, taken);
    source->octets += taken;
    source->left -= taken;
    return (int)taken;
}

// Reads the points of the present picture, and paints them over those before, where they are not transparent.
static int paint(GifFileType *gif, int transparent, uint8_t *canvas) {
    const GifImageDesc *image = &gif->Image;
    const ColorMapObject *colours = image->ColorMap ? image->ColorMap : gif->SColorMap;
    if (!colours || image->Width <= 0 || image->Height <= 0 || image->Left < 0 || image->Top < 0
        || image->Width > gif->SWidth - image->Left || image->Height > gif->SHeight - image->Top)
        return FOB_SCAN_DAMAGED;
    size_t count = (size_t)image->Width * (size_t)image->Height;
    GifPixelType *indices = fob_take(count);
    if (!indices) return FOB_SCAN_SYSTEM;
    int status = 0;
    static const int starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
    for (int pass = 0; pass < (image->Interlace ? 4 : 1) && status == 0; pass++) {
        int step = image->Interlace ? steps[pass] : 1;
        for (int y = image->Interlace ? starts[pass] : 0; y < image->Height && status == 0; y += step)
            if (DGifGetLine(gif, indices + (size_t)y * (size_t)image->Width, image->Width) != GIF_OK)
                status = FOB_SCAN_DAMAGED;
    }
    for (int y = 0; y < image->Height && status == 0; y++) {
        const GifPixelType *row = indices + (size_t)y * (size_t)image->Width;
        uint8_t *into = canvas + 4 * ((size_t)(image->Top + y) * (size_t)gif->SWidth + (size_t)image->Left);
        for (int x = 0; x < image->Width; x++, into += 4) {
            if (row[x] == transparent || row[x] >= colours->ColorCount) continue;
            const GifColorType *colour = &colours->Colors[row[x]];
            into[0] = colour->Red;
            into[1] = colour->Green;
            into[2] = colour->Blue;
            into[3] = 255;
        }
    }
    fob_give_back(indices, count);
    return status;
}

// What becomes of a picture before the next one (GIF89a, 23): it stays, or its place is cleared. What was before it is not
// kept: for a code that comes next, a cleared place is as good.
enum { CLEARED = 2, RESTORED = 3 };

// The transparent colour of the picture that follows, and what becomes of it, if the extension says that.
static int skip_extension(GifFileType *gif, int *transparent, int *disposal) {
    int code;
    GifByteType *block;
    if (DGifGetExtension(gif, &code, &block) != GIF_OK) return FOB_SCAN_DAMAGED;
    if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] >= 4) {
        *transparent = block[1] & 1 ? block[4] : -1;
        *disposal = block[1] >> 2 & 7;
    }
    while (block)
        if (DGifGetExtensionNext(gif, &block) != GIF_OK) return FOB_SCAN_DAMAGED;
    return 0;
}

static void clear(const GifFileType *gif, uint8_t *canvas) {
    const GifImageDesc *image = &gif->Image;
    for (int y = 0; y < image->Height; y++)
        memset(canvas + 4 * ((size_t)(image->Top + y) * (size_t)gif->SWidth + (size_t)image->Left), 0,
               4 * (size_t)image->Width);
}

static int scan_pictures(GifFileType *gif, uint8_t *canvas, struct codes *codes) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    int status = 0, transparent = -1, disposal = 0;
    while (status == 0 && !codes->has_more) {
        if (DGifGetRecordType(gif, &record) != GIF_OK) return FOB_SCAN_DAMAGED;
        if (record == TERMINATE_RECORD_TYPE) return 0;
        if (record == EXTENSION_RECORD_TYPE) {
            status = skip_extension(gif, &transparent, &disposal);
        } else if (record == IMAGE_DESC_RECORD_TYPE) {
            if (DGifGetImageDesc(gif) != GIF_OK) return FOB_SCAN_DAMAGED;
            status = paint(gif, transparent, canvas);
            if (status == 0)
                status = fob_find_codes_in_colours(canvas, (uint32_t)gif->SWidth, (uint32_t)gif->SHeight, codes);
            if (status == 0 && (disposal == CLEARED || disposal == RESTORED)) clear(gif, canvas);
            transparent = -1;
            disposal = 0;
        }
    }
    return status;
}

int fob_scan_gif(const uint8_t *octets, size_t count, struct codes *codes) {
    struct source source = {octets, count};
    int error;
    GifFileType *gif = DGifOpen(&source, take, &error);
    if (!gif) return FOB_SCAN_DAMAGED;
    int status = FOB_SCAN_DAMAGED;
    size_t points = (size_t)gif->SWidth * (size_t)gif->SHeight;
    if (gif->SWidth > 0 && gif->SHeight > 0) {
        // Each point of the canvas has four octets.
        uint8_t *canvas = points <= fob_most_points() / 4 ? fob_take(4 * points) : NULL;
        status = canvas ? scan_pictures(gif, canvas, codes) : FOB_SCAN_TOO_LARGE;
        fob_give_back(canvas, 4 * points);
    }
    DGifCloseFile(gif, &error);
    return status;
}
