// Group normalisation of channels-last images, optionally followed by SiLU.

#ifndef PS_GROUP_NORM_H
#define PS_GROUP_NORM_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t pixels;    // of one image
    size_t channels;  // in a pixel
    size_t groups;    // of neighbouring channels; divides `channels`
    float epsilon;    // added to the variance
    int has_silu;     // 1: x / (1 + exp(-x)) of the result
} ps_group_norm_shape;

// Bytes of 64-byte aligned scratch that one call needs.
size_t ps_group_norm_scratch(const ps_group_norm_shape *_Nonnull shape);

// One image: `source` and `target` are [pixels, channels], `gain` and `shift` [channels].
void ps_group_norm(const ps_group_norm_shape *_Nonnull shape, const float *_Nonnull source,
                   const float *_Nonnull gain, const float *_Nonnull shift, float *_Nonnull target,
                   void *_Nonnull scratch);

// The same with a bf16 result.
void ps_group_norm_to_bf16(const ps_group_norm_shape *_Nonnull shape, const float *_Nonnull source,
                           const float *_Nonnull gain, const float *_Nonnull shift,
                           uint16_t *_Nonnull target, void *_Nonnull scratch);

#endif
