#include "include/zxing.h"

// The newer of two ways in which the library gives texts; neither is used.
#define ZX_USE_UTF8
#include <ZXing/ReadBarcode.h>

#include <algorithm>

using namespace ZXing;

namespace {

DecodeHints hints_for(int mode) {
    DecodeHints hints;
    hints.setFormats(BarcodeFormat::QRCode).setTryHarder(true).setTryRotate(false);
    hints.setTryDownscale(mode == FOB_ZXING_FULL).setMaxNumberOfSymbols(FOB_ZXING_MOST);
    hints.setBinarizer(mode == FOB_ZXING_BINARY ? Binarizer::FixedThreshold : Binarizer::LocalAverage);
    return hints;
}

void tell(const Result &result, fob_zxing_found found, void *context) {
    if (!result.isValid() || result.bytes().empty()) return;
    const auto &box = result.position();
    int left = box[0].x, top = box[0].y, bottom = box[0].y;
    for (int corner = 1; corner < 4; corner++) {
        left = std::min(left, box[corner].x);
        top = std::min(top, box[corner].y);
        bottom = std::max(bottom, box[corner].y);
    }
    found(context, result.bytes().data(), result.bytes().size(), left, top, bottom);
}

}  // namespace

int fob_zxing_read(const uint8_t *points, int width, int height, int mode, fob_zxing_found found, void *context) {
    try {
        auto results = ReadBarcodes(ImageView(points, width, height, ImageFormat::Lum), hints_for(mode));
        int count = static_cast<int>(results.size());
        for (const auto &result : results)
            if (!result.isPartOfSequence()) tell(result, found, context);
        // Texts that are spread over several codes.
        for (const auto &result : MergeStructuredAppendSequences(results)) tell(result, found, context);
        return count;
    } catch (...) {
        return -1;
    }
}
