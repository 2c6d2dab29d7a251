// Changes of grey pictures that make codes easier to find.
#ifndef FOB_FILTERS_H
#define FOB_FILTERS_H

#include "picture.h"

struct grey {
    uint32_t width;
    uint32_t height;
    uint8_t *points;
};

// Memory for so many points; NULL points when there is none.
struct grey fob_new_grey(uint32_t width, uint32_t height);
void fob_end_grey(struct grey *grey);

// All of these give new points, which are NULL when there is no memory.

// Larger or smaller, by `to` parts of `of`: Keys' cubic convolution, over as many points as one becomes.
struct grey fob_resized(struct grey from, uint32_t to, uint32_t of);
// Means over squares of 2 `radius` + 1 points, twice.
struct grey fob_smoothed(struct grey from, uint32_t radius);
// Without noise, and three times the difference from what is around.
struct grey fob_sharpened(struct grey from, uint32_t radius);
// Black and white: darker or lighter than the mean around.
struct grey fob_divided(struct grey from, uint32_t radius);

#endif
