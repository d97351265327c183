// Layer normalisation of rows: (x - mean) / sqrt(variance + epsilon) · gain + shift.

#ifndef PS_LAYER_NORM_H
#define PS_LAYER_NORM_H

#include <stddef.h>
#include <stdint.h>

void ps_layer_norm(const float *_Nonnull source, const float *_Nonnull gain,
                   const float *_Nonnull shift, float epsilon, float *_Nonnull target, size_t rows,
                   size_t channels);

// The same with a bf16 result.
void ps_layer_norm_to_bf16(const float *_Nonnull source, const float *_Nonnull gain,
                           const float *_Nonnull shift, float epsilon, uint16_t *_Nonnull target,
                           size_t rows, size_t channels);

#endif
