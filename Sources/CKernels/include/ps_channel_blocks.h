// Images whose channels lie in blocks of 16: [channels/16, positions, 16] instead of
// [positions, channels]. Winograd's convolution works on them. `channels` is a multiple of 16.

#ifndef PS_CHANNEL_BLOCKS_H
#define PS_CHANNEL_BLOCKS_H

#include <stddef.h>

enum { PS_CHANNEL_BLOCK = 16 };

// Layer normalisation of every position, as `ps_layer_norm`, from plain order into blocks.
void ps_layer_norm_to_blocks(const float *_Nonnull source, const float *_Nonnull gain,
                             const float *_Nonnull shift, float epsilon, float *_Nonnull target,
                             size_t positions, size_t channels);

// Adds blocks, each channel multiplied by its factor, to an image in plain order.
void ps_add_blocks(const float *_Nonnull source, const float *_Nonnull factor,
                   float *_Nonnull target, size_t positions, size_t channels);

#endif
