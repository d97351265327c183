#include "include/ps_layer_norm.h"

#include "bfloat16.h"
#include "row_moments.h"

PS_CLONES
void ps_layer_norm(const float *restrict source, const float *restrict gain,
                   const float *restrict shift, float epsilon, float *restrict target, size_t rows,
                   size_t channels) {
    for (size_t row = 0; row < rows; row++, source += channels, target += channels) {
        float mean, factor;
        ps_moments(source, channels, epsilon, &mean, &factor);
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
        ps_moments(source, channels, epsilon, &mean, &factor);
        PS_SHORT_ROWS
        for (size_t i = 0; i < channels; i++)
            target[i] = ps_to_bf16((source[i] - mean) * factor * gain[i] + shift[i]);
    }
}
