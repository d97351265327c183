#include "include/ps_rearrange.h"

#include <string.h>

#include "dispatch.h"

void ps_pixel_shuffle(const float *source, const float *offset, float *target, size_t height,
                      size_t width, size_t channels, size_t scale) {
    for (size_t y = 0; y < height; y++)
        for (size_t row = 0; row < scale; row++)
            for (size_t x = 0; x < width; x++) {
                const float *pixel = source + (y * width + x) * channels * scale * scale;
                for (size_t column = 0; column < scale; column++)
                    for (size_t c = 0; c < channels; c++)
                        *target++ = pixel[(c * scale + row) * scale + column] + offset[c];
            }
}

void ps_pixel_unshuffle(const float *source, const float *offset, float *target, size_t height,
                        size_t width, size_t channels, size_t scale) {
    for (size_t y = 0; y < height; y++)
        for (size_t row = 0; row < scale; row++)
            for (size_t x = 0; x < width; x++) {
                float *pixel = target + (y * width + x) * channels * scale * scale;
                for (size_t column = 0; column < scale; column++)
                    for (size_t c = 0; c < channels; c++)
                        pixel[(c * scale + row) * scale + column] = *source++ + offset[c];
            }
}

void ps_spread_pixels(const float *source, float *target, size_t height, size_t width,
                      size_t channels, size_t scale) {
    size_t run = scale * channels;  // the pixels of one row of a block lie side by side
    for (size_t y = 0; y < height; y++)
        for (size_t row = 0; row < scale; row++)
            for (size_t x = 0; x < width; x++, target += run)
                memcpy(target, source + ((y * width + x) * scale + row) * run, run * sizeof *target);
}

void ps_repeat_pixels(const float *source, float *target, size_t height, size_t width,
                      size_t channels, size_t scale) {
    for (size_t y = 0; y < height; y++)
        for (size_t row = 0; row < scale; row++)
            for (size_t x = 0; x < width; x++)
                for (size_t column = 0; column < scale; column++, target += channels)
                    memcpy(target, source + (y * width + x) * channels, channels * sizeof *target);
}

PS_CLONES
void ps_transpose(const float *source, float *target, size_t rows, size_t columns) {
    enum { TILE = 16 };  // both sides of a tile are whole cache lines
    for (size_t top = 0; top < rows; top += TILE)
        for (size_t left = 0; left < columns; left += TILE) {
            size_t bottom = top + TILE < rows ? top + TILE : rows;
            size_t right = left + TILE < columns ? left + TILE : columns;
            for (size_t c = left; c < right; c++)
                for (size_t r = top; r < bottom; r++)
                    target[c * rows + r] = source[r * columns + c];
        }
}
