// Mean and deviation of a row, for the kernels that normalise rows.

#ifndef PS_ROW_MOMENTS_H
#define PS_ROW_MOMENTS_H

#include <math.h>
#include <stddef.h>

#include "dispatch.h"

// The mean and the factor 1/sqrt(variance + epsilon) of one row. The variance is taken around the
// mean in a second pass over the row, which is in cache: E[x²] - E[x]² would lose its digits.
PS_INLINE void ps_moments(const float *row, size_t channels, float epsilon, float *mean,
                          float *factor) {
    PS_FAST_SUMS
    float sum = 0;
    PS_SHORT_ROWS
    for (size_t i = 0; i < channels; i++) sum += row[i];
    *mean = sum / (float)channels;
    float squares = 0;
    PS_SHORT_ROWS
    for (size_t i = 0; i < channels; i++) squares += (row[i] - *mean) * (row[i] - *mean);
    *factor = 1.0f / sqrtf(squares / (float)channels + epsilon);
}

#endif
