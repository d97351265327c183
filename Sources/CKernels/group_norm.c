#include "include/ps_group_norm.h"

#include <math.h>
#include <string.h>

#include "bfloat16.h"
#include "silu.h"

// Sums over an image are taken channel by channel: over a run of pixels in single precision, and
// over the runs in double. The order is fixed, so the same image gives the same bytes.
enum { RUN = 64 };

typedef struct {
    double *sums;   // [channels]
    float *part;    // [channels], sums over a run of pixels
    float *mean;    // [channels], that of the channel's group
    float *factor;  // [channels], from here on the transformation of a number:
    float *offset;  // [channels], factor · x + offset
} work;

size_t ps_group_norm_scratch(const ps_group_norm_shape *shape) {
    return shape->channels * (sizeof(double) + 4 * sizeof(float));
}

PS_INLINE work split(const ps_group_norm_shape *shape, void *scratch) {
    size_t channels = shape->channels;
    double *sums = scratch;
    float *floats = (float *)(sums + channels);
    return (work){sums, floats, floats + channels, floats + 2 * channels, floats + 3 * channels};
}

// sums[c] = sum over all pixels of x, or of (x - mean[c])².
PS_INLINE void sum_channels(const ps_group_norm_shape *shape, const float *source, const work *w,
                            int of_squares) {
    size_t channels = shape->channels;
    float *restrict part = w->part;
    const float *restrict mean = w->mean;
    memset(w->sums, 0, channels * sizeof *w->sums);
    for (size_t first = 0; first < shape->pixels; first += RUN) {
        size_t end = first + RUN < shape->pixels ? first + RUN : shape->pixels;
        memset(part, 0, channels * sizeof *part);
        for (size_t pixel = first; pixel < end; pixel++) {
            const float *restrict x = source + pixel * channels;
            if (of_squares)
                for (size_t c = 0; c < channels; c++) part[c] += (x[c] - mean[c]) * (x[c] - mean[c]);
            else
                for (size_t c = 0; c < channels; c++) part[c] += x[c];
        }
        for (size_t c = 0; c < channels; c++) w->sums[c] += (double)part[c];
    }
}

// The mean over a group of what `sums` holds.
PS_INLINE double group_mean(const ps_group_norm_shape *shape, const work *w, size_t group) {
    size_t width = shape->channels / shape->groups;
    double sum = 0;
    for (size_t c = group * width; c < (group + 1) * width; c++) sum += w->sums[c];
    return sum / ((double)width * (double)shape->pixels);
}

PS_INLINE void prepare(const ps_group_norm_shape *shape, const float *source, const float *gain,
                       const float *shift, const work *w) {
    size_t width = shape->channels / shape->groups;
    sum_channels(shape, source, w, 0);
    for (size_t group = 0; group < shape->groups; group++) {
        float mean = (float)group_mean(shape, w, group);
        for (size_t c = group * width; c < (group + 1) * width; c++) w->mean[c] = mean;
    }
    sum_channels(shape, source, w, 1);
    for (size_t group = 0; group < shape->groups; group++) {
        double variance = group_mean(shape, w, group);
        float inverse = (float)(1.0 / sqrt(variance + (double)shape->epsilon));
        for (size_t c = group * width; c < (group + 1) * width; c++) {
            w->factor[c] = gain[c] * inverse;
            w->offset[c] = shift[c];
        }
    }
}

PS_CLONES
void ps_group_norm(const ps_group_norm_shape *shape, const float *source, const float *gain,
                   const float *shift, float *target, void *scratch) {
    work w = split(shape, scratch);
    prepare(shape, source, gain, shift, &w);
    const float *restrict mean = w.mean, *restrict factor = w.factor, *restrict offset = w.offset;
    for (size_t pixel = 0; pixel < shape->pixels; pixel++) {
        const float *restrict x = source + pixel * shape->channels;
        float *restrict y = target + pixel * shape->channels;
        if (shape->has_silu)
            for (size_t c = 0; c < shape->channels; c++)
                y[c] = ps_silu_of((x[c] - mean[c]) * factor[c] + offset[c]);
        else
            for (size_t c = 0; c < shape->channels; c++)
                y[c] = (x[c] - mean[c]) * factor[c] + offset[c];
    }
}

PS_CLONES
void ps_group_norm_to_bf16(const ps_group_norm_shape *shape, const float *source,
                           const float *gain, const float *shift, uint16_t *target, void *scratch) {
    work w = split(shape, scratch);
    prepare(shape, source, gain, shift, &w);
    const float *restrict mean = w.mean, *restrict factor = w.factor, *restrict offset = w.offset;
    for (size_t pixel = 0; pixel < shape->pixels; pixel++) {
        const float *restrict x = source + pixel * shape->channels;
        uint16_t *restrict y = target + pixel * shape->channels;
        if (shape->has_silu)
            for (size_t c = 0; c < shape->channels; c++)
                y[c] = ps_to_bf16(ps_silu_of((x[c] - mean[c]) * factor[c] + offset[c]));
        else
            for (size_t c = 0; c < shape->channels; c++)
                y[c] = ps_to_bf16((x[c] - mean[c]) * factor[c] + offset[c]);
    }
}
