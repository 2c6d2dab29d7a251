#include "picture.h"
#include "scan.h"

#include <webp/decode.h>
#include <webp/demux.h>

// The decoder of animations, which gives a picture that stands still as the only one.
int fob_scan_webp(const uint8_t *octets, size_t count, struct codes *codes) {
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(octets, count, &features) != VP8_STATUS_OK) return FOB_SCAN_DAMAGED;
    if ((size_t)features.width * (size_t)features.height > fob_most_points() / 4) return FOB_SCAN_TOO_LARGE;
    WebPAnimDecoderOptions options;
    if (!WebPAnimDecoderOptionsInit(&options)) return FOB_SCAN_SYSTEM;
    options.color_mode = MODE_RGBA;
    options.use_threads = 0;
    WebPData data = {octets, count};
    WebPAnimDecoder *decoder = WebPAnimDecoderNew(&data, &options);
    if (!decoder) return FOB_SCAN_DAMAGED;
    WebPAnimInfo info;
    int status = WebPAnimDecoderGetInfo(decoder, &info) && info.frame_count > 0 ? 0 : FOB_SCAN_DAMAGED;
    while (status == 0 && !codes->has_more && WebPAnimDecoderHasMoreFrames(decoder)) {
        uint8_t *points;
        int time;
        if (!WebPAnimDecoderGetNext(decoder, &points, &time)) status = FOB_SCAN_DAMAGED;
        else status = fob_find_codes_in_colours(points, info.canvas_width, info.canvas_height, codes);
    }
    WebPAnimDecoderDelete(decoder);
    return status;
}
