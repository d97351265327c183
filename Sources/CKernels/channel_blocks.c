#include "include/ps_channel_blocks.h"

#include "row_moments.h"

PS_CLONES
void ps_layer_norm_to_blocks(const float *restrict source, const float *restrict gain,
                             const float *restrict shift, float epsilon, float *restrict target,
                             size_t positions, size_t channels) {
    size_t plane = positions * PS_CHANNEL_BLOCK;
    for (size_t position = 0; position < positions; position++, source += channels) {
        float mean, factor;
        ps_moments(source, channels, epsilon, &mean, &factor);
        float *place = target + position * PS_CHANNEL_BLOCK;
        for (size_t c = 0; c < channels; c += PS_CHANNEL_BLOCK, place += plane) {
            PS_SHORT_ROWS
            for (size_t i = 0; i < PS_CHANNEL_BLOCK; i++)
                place[i] = (source[c + i] - mean) * factor * gain[c + i] + shift[c + i];
        }
    }
}

PS_CLONES
void ps_add_blocks(const float *restrict source, const float *restrict factor,
                   float *restrict target, size_t positions, size_t channels) {
    size_t plane = positions * PS_CHANNEL_BLOCK;
    for (size_t position = 0; position < positions; position++, target += channels) {
        const float *place = source + position * PS_CHANNEL_BLOCK;
        for (size_t c = 0; c < channels; c += PS_CHANNEL_BLOCK, place += plane) {
            PS_SHORT_ROWS
            for (size_t i = 0; i < PS_CHANNEL_BLOCK; i++)
                target[c + i] += place[i] * factor[c + i];
        }
    }
}
