// Moving numbers between layouts.

#ifndef PS_REARRANGE_H
#define PS_REARRANGE_H

#include <stddef.h>

// [height, width, channels · scale²] to [height · scale, width · scale, channels], PyTorch's order
// of channels (colour, row, column); offset[c] is added to colour c.
void ps_pixel_shuffle(const float *_Nonnull source, const float *_Nonnull offset,
                      float *_Nonnull target, size_t height, size_t width, size_t channels,
                      size_t scale);

// The way back: [height · scale, width · scale, channels] to [height, width, channels · scale²];
// offset[c] is added to colour c.
void ps_pixel_unshuffle(const float *_Nonnull source, const float *_Nonnull offset,
                        float *_Nonnull target, size_t height, size_t width, size_t channels,
                        size_t scale);

// [height, width, scale² · channels] to [height · scale, width · scale, channels] for channels in the
// order row, column, colour: whole pixels move.
void ps_spread_pixels(const float *_Nonnull source, float *_Nonnull target, size_t height,
                      size_t width, size_t channels, size_t scale);

// [height, width, channels] to [height · scale, width · scale, channels]: each pixel becomes a block.
void ps_repeat_pixels(const float *_Nonnull source, float *_Nonnull target, size_t height,
                      size_t width, size_t channels, size_t scale);

// [rows, columns] to [columns, rows]: nhwc to nchw with pixels as rows, and back with them as
// columns.
void ps_transpose(const float *_Nonnull source, float *_Nonnull target, size_t rows,
                  size_t columns);

#endif
