#ifndef PS_NARROW_HEADS_H
#define PS_NARROW_HEADS_H

// Steps of the gradient of grouped attention. T tokens, a multiple of 64; D the width of a head; rows
// are padded to 16 floats. Four queries are worked on at a time: a tile of 4 queries × 64 keys
// fills the registers.

#include "../../../Sources/CKernels/vector16.h"

enum { PS_QUERY_BLOCK = 4, PS_KEY_TILE = 64 };

/// scores[r][j] = sum_d queries[r][d] * keys[d][j] for a block of queries; `keys` is [D][T].
/// `top` receives the largest score of each row; 0 skips that.
PS_INLINE void ps_block_products(
    const float *queries, const float *keys, int T, const int D, float *scores, float *top) {
    v16 largest[PS_QUERY_BLOCK];
    for (int r = 0; r < PS_QUERY_BLOCK; r++) largest[r] = (v16)(-3e38f);
    for (int j = 0; j < T; j += PS_KEY_TILE) {
        v16 s[PS_QUERY_BLOCK][4] = {};

        for (int d = 0; d < D; d++) {
            v16 k[4];
            for (int l = 0; l < 4; l++) v16_load(&k[l], keys + (size_t)d * T + j + 16 * l);
            for (int r = 0; r < PS_QUERY_BLOCK; r++) {
                const v16 q = (v16)(queries[16 * r + d]);
                for (int l = 0; l < 4; l++) s[r][l] += q * k[l];
            }
        }
        for (int r = 0; r < PS_QUERY_BLOCK; r++)
            for (int l = 0; l < 4; l++) {
                if (top) v16_maximum(&largest[r], &s[r][l]);
                v16_store(scores + (size_t)r * T + j + 16 * l, &s[r][l]);
            }
    }
    if (top)
        for (int r = 0; r < PS_QUERY_BLOCK; r++) top[r] = v16_largest(&largest[r]);
}

/// Replaces each of the block's rows by e^(score - top).
PS_INLINE void ps_block_exponentials(float *scores, const float *top, int T) {
    for (int r = 0; r < PS_QUERY_BLOCK; r++)
        for (int j = 0; j < T; j += PS_KEY_TILE)
            for (int l = 0; l < PS_KEY_TILE; l += 16) {
                float *at = scores + (size_t)r * T + j + l;
                v16 x;
                v16_load(&x, at);
                x = x - top[r];
                v16_exp_of_nonpositive(&x);
                v16_store(at, &x);
            }
}

/// sums[r][:] = sum_j weights[r][j] * rows[j][:] with rows of 16 floats.
PS_INLINE void ps_block_weighted_rows(
    const float *weights, const float *rows, int T, float *sums) {
    v16 s[PS_QUERY_BLOCK][4] = {};
    for (int j = 0; j < T; j += 4)
        for (int l = 0; l < 4; l++) {
            v16 x;
            v16_load(&x, rows + (size_t)(j + l) * 16);
            for (int r = 0; r < PS_QUERY_BLOCK; r++) s[r][l] += x * weights[(size_t)r * T + j + l];
        }
    for (int r = 0; r < PS_QUERY_BLOCK; r++) {
        s[r][0] += s[r][1] + (s[r][2] + s[r][3]);
        v16_store(sums + 16 * r, &s[r][0]);
    }
}

#endif
