// The largest number of a row, for use inside other kernels.

#ifndef PS_ROW_MAXIMUM_H
#define PS_ROW_MAXIMUM_H

#include <math.h>
#include <stddef.h>

#include "dispatch.h"

// The compiler keeps a maximum in one number unless the lanes are written out: NaN is in its way.
PS_INLINE float ps_row_maximum(const float *restrict row, size_t columns) {
    enum { LANES = 16 };
    float lanes[LANES];
    for (int j = 0; j < LANES; j++) lanes[j] = -INFINITY;
    size_t i = 0;
    for (; i + LANES <= columns; i += LANES)
        for (int j = 0; j < LANES; j++) lanes[j] = row[i + j] > lanes[j] ? row[i + j] : lanes[j];
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int j = 0; j < half; j++)
            lanes[j] = lanes[j + half] > lanes[j] ? lanes[j + half] : lanes[j];
    float result = lanes[0];
    for (; i < columns; i++) result = row[i] > result ? row[i] : result;
    return result;
}

#endif
