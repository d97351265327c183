#include "include/ps_arithmetic.h"

#include "dispatch.h"

PS_CLONES
void ps_blend(float a, const float *source, float b, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = a * source[i] + b * target[i];
}

PS_CLONES
void ps_add(const float *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] += source[i];
}

PS_CLONES
void ps_add_scaled_channels(const float *restrict source, const float *restrict factor,
                            float *restrict target, size_t rows, size_t channels) {
    for (size_t row = 0; row < rows; row++, source += channels, target += channels)
        for (size_t c = 0; c < channels; c++) target[c] += source[c] * factor[c];
}

PS_CLONES
void ps_scale_channels(const float *restrict source, const float *restrict factor,
                       const float *restrict offset, float *restrict target, size_t rows,
                       size_t channels) {
    for (size_t row = 0; row < rows; row++, source += channels, target += channels)
        for (size_t c = 0; c < channels; c++) target[c] = source[c] * factor[c] + offset[c];
}
