// The two libraries that find codes.
#ifndef FOB_ENGINES_H
#define FOB_ENGINES_H

#include "filters.h"

#include <zbar.h>

// What a look at a picture needs.
struct search {
    struct codes *codes;
    zbar_image_scanner_t *zbar;
    // How many times larger than the picture itself the points are that are looked at: `to` parts of `of`.
    uint32_t to, of;
};

zbar_image_scanner_t *fob_new_zbar(void);
// 0, or FOB_SCAN_SYSTEM.
int fob_look_with_zbar(struct search *search, struct grey grey);
// `mode` is one of zxing.h.
int fob_look_with_zxing(struct search *search, struct grey grey, int mode);

#endif
