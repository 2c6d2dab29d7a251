// zxing-cpp, which is C++, behind one call of C.
#ifndef FOB_ZXING_H
#define FOB_ZXING_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Is called for each code: its text, as octets without any conversion, and the box around it.
typedef void (*fob_zxing_found)(void *context, const uint8_t *text, size_t length, int left, int top, int bottom);

// How dark and light are told apart.
enum {
    // By the means of blocks of eight by eight points, and at a third of the size too.
    FOB_ZXING_FULL = 0,
    // By those means, at this size only.
    FOB_ZXING_BLOCKS = 1,
    // They are told apart already: points are 0 or 255.
    FOB_ZXING_BINARY = 2,
};

// Reads the QR codes that are dark on light. Returns how many, or -1 when memory ran out; `MOST` are told in one call, so
// that as many may mean that there are more.
#define FOB_ZXING_MOST 255
int fob_zxing_read(const uint8_t *points, int width, int height, int mode, fob_zxing_found found, void *context);

#ifdef __cplusplus
}
#endif

#endif
