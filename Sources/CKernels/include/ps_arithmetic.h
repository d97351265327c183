// Sums of arrays.

#ifndef PS_ARITHMETIC_H
#define PS_ARITHMETIC_H

#include <stddef.h>

// target = a · source + b · target
void ps_blend(float a, const float *_Nonnull source, float b, float *_Nonnull target, size_t count);

// target = target + source
void ps_add(const float *_Nonnull source, float *_Nonnull target, size_t count);

// target = target + factor · source, with a factor for each channel
void ps_add_scaled_channels(const float *_Nonnull source, const float *_Nonnull factor,
                            float *_Nonnull target, size_t rows, size_t channels);

// target = factor · source + offset, with a factor and an offset for each channel
void ps_scale_channels(const float *_Nonnull source, const float *_Nonnull factor,
                       const float *_Nonnull offset, float *_Nonnull target, size_t rows,
                       size_t channels);

#endif
