#include "include/ps_layer_norm.h"

#include <math.h>

#include "bfloat16.h"

// The mean and the factor 1/sqrt(variance + epsilon) of one row. The variance is taken around the
// mean in a second pass over the row, which is in cache: E[x²] - E[x]² would lose its digits.
PS_INLINE void moments(const float *row, size_t channels, float epsilon, float *mean,
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

PS_CLONES
void ps_layer_norm(const float *restrict source, const float *restrict gain,
                   const float *restrict shift, float epsilon, float *restrict target, size_t rows,
                   size_t channels) {
    for (size_t row = 0; row < rows; row++, source += channels, target += channels) {
        float mean, factor;
        moments(source, channels, epsilon, &mean, &factor);
        PS_SHORT_ROWS
        for (size_t i = 0; i < channels; i++)
            target[i] = (source[i] - mean) * factor * gain[i] + shift[i];
    }
}

PS_CLONES
void ps_layer_norm_to_bf16(const float *restrict source, const float *restrict gain,
                           const float *restrict shift, float epsilon, uint16_t *restrict target,
                           size_t rows, size_t channels) {
    for (size_t row = 0; row < rows; row++, source += channels, target += channels) {
        float mean, factor;
        moments(source, channels, epsilon, &mean, &factor);
        PS_SHORT_ROWS
        for (size_t i = 0; i < channels; i++)
            target[i] = ps_to_bf16((source[i] - mean) * factor * gain[i] + shift[i]);
    }
}
