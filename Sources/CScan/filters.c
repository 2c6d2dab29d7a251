#include "filters.h"

#include <math.h>

struct grey fob_new_grey(uint32_t width, uint32_t height) {
    return (struct grey){width, height, fob_take((size_t)width * height)};
}

void fob_end_grey(struct grey *grey) {
    fob_give_back(grey->points, (size_t)grey->width * grey->height);
    grey->points = NULL;
}

static uint8_t clamped(float value) { return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5f); }

// R. Keys, Cubic convolution interpolation for digital image processing, 1981, with a = -1/2.
static float keys(float distance) {
    float t = fabsf(distance);
    if (t < 1) return (1.5f * t - 2.5f) * t * t + 1;
    return t < 2 ? ((-0.5f * t + 2.5f) * t - 4) * t + 2 : 0;
}

// At most three points on each side for each point of the result, when that is two thirds as large or more.
#define MOST_TAPS 16

// What a point of the result takes from which points of the line.
struct taps {
    int first;
    int count;
    float weights[MOST_TAPS];
};

static struct taps taps_at(uint32_t index, uint32_t to, uint32_t of) {
    float scale = (float)to / (float)of, wide = scale < 1 ? 1 / scale : 1;
    float centre = ((float)index + 0.5f) / scale - 0.5f;
    struct taps taps = {.first = (int)floorf(centre - 2 * wide) + 1};
    int last = (int)floorf(centre + 2 * wide);
    float sum = 0;
    for (int at = taps.first; at <= last && taps.count < MOST_TAPS; at++) {
        float weight = keys(((float)at - centre) / wide);
        taps.weights[taps.count++] = weight;
        sum += weight;
    }
    for (int tap = 0; tap < taps.count; tap++) taps.weights[tap] /= sum;
    return taps;
}

static uint32_t within(int at, uint32_t count) { return at < 0 ? 0 : (uint32_t)at < count ? (uint32_t)at : count - 1; }

static void stretch_rows(struct grey from, struct grey into, uint32_t to, uint32_t of) {
    for (uint32_t x = 0; x < into.width; x++) {
        struct taps taps = taps_at(x, to, of);
        for (uint32_t y = 0; y < from.height; y++) {
            const uint8_t *row = from.points + (size_t)y * from.width;
            float sum = 0;
            for (int tap = 0; tap < taps.count; tap++)
                sum += taps.weights[tap] * row[within(taps.first + tap, from.width)];
            into.points[(size_t)y * into.width + x] = clamped(sum);
        }
    }
}

static void stretch_columns(struct grey from, struct grey into, uint32_t to, uint32_t of) {
    for (uint32_t y = 0; y < into.height; y++) {
        struct taps taps = taps_at(y, to, of);
        const uint8_t *rows[MOST_TAPS];
        for (int tap = 0; tap < taps.count; tap++)
            rows[tap] = from.points + (size_t)within(taps.first + tap, from.height) * from.width;
        uint8_t *row = into.points + (size_t)y * into.width;
        for (uint32_t x = 0; x < into.width; x++) {
            float sum = 0;
            for (int tap = 0; tap < taps.count; tap++) sum += taps.weights[tap] * rows[tap][x];
            row[x] = clamped(sum);
        }
    }
}

struct grey fob_resized(struct grey from, uint32_t to, uint32_t of) {
    uint32_t width = (uint32_t)((uint64_t)from.width * to / of), height = (uint32_t)((uint64_t)from.height * to / of);
    if (width == 0 || height == 0) return (struct grey){0};
    struct grey wide = fob_new_grey(width, from.height), whole = fob_new_grey(width, height);
    if (wide.points && whole.points) {
        stretch_rows(from, wide, to, of);
        stretch_columns(wide, whole, to, of);
    } else {
        fob_end_grey(&whole);
    }
    fob_end_grey(&wide);
    return whole;
}

// Means over 2 `radius` + 1 points of each row; beyond the ends lie the last ones. Twice of it, turned, is a square.
static void average_rows(struct grey from, struct grey turned, uint32_t radius) {
    uint32_t width = from.width, whole = 2 * radius + 1;
    for (uint32_t y = 0; y < from.height; y++) {
        const uint8_t *row = from.points + (size_t)y * width;
        uint32_t sum = row[0] * (radius + 1);
        for (uint32_t at = 1; at <= radius; at++) sum += row[within((int)at, width)];
        for (uint32_t x = 0; x < width; x++) {
            turned.points[(size_t)x * turned.width + y] = (uint8_t)((sum + whole / 2) / whole);
            sum += row[within((int)(x + radius + 1), width)];
            sum -= row[within((int)x - (int)radius, width)];
        }
    }
}

struct grey fob_smoothed(struct grey from, uint32_t radius) {
    struct grey turned = fob_new_grey(from.height, from.width), result = fob_new_grey(from.width, from.height);
    if (turned.points && result.points) {
        average_rows(from, turned, radius);
        average_rows(turned, result, radius);
        average_rows(result, turned, radius);
        average_rows(turned, result, radius);
    } else {
        fob_end_grey(&result);
    }
    fob_end_grey(&turned);
    return result;
}

struct grey fob_sharpened(struct grey from, uint32_t radius) {
    struct grey calm = fob_smoothed(from, 1);
    struct grey around = calm.points ? fob_smoothed(calm, radius) : (struct grey){0};
    if (around.points) {
        size_t count = (size_t)calm.width * calm.height;
        for (size_t i = 0; i < count; i++) {
            int value = 3 * calm.points[i] - 2 * around.points[i];
            calm.points[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    } else {
        fob_end_grey(&calm);
    }
    fob_end_grey(&around);
    return calm;
}

struct grey fob_divided(struct grey from, uint32_t radius) {
    struct grey around = fob_smoothed(from, radius);
    size_t count = around.points ? (size_t)from.width * from.height : 0;
    for (size_t i = 0; i < count; i++) around.points[i] = from.points[i] < around.points[i] ? 0 : 255;
    return around;
}
