// Softmax of the rows of a matrix: exp(scale · x) over its sum along the row.

#ifndef PS_SOFTMAX_H
#define PS_SOFTMAX_H

#include <stddef.h>
#include <stdint.h>

// `target` may be `source`. The scale must not be negative.
void ps_softmax_rows(const float *_Nonnull source, float scale, float *_Nonnull target, size_t rows,
                     size_t columns);

// The same with a bf16 result; `source` is overwritten on the way.
void ps_softmax_rows_to_bf16(float *_Nonnull source, float scale, uint16_t *_Nonnull target,
                             size_t rows, size_t columns);

#endif
