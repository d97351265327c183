#ifndef PS_NARROW_HEADS_H
#define PS_NARROW_HEADS_H

// Steps shared by the forward kernel of grouped attention and by the backward kernel that the
// training twin compiles. T tokens, D the width of a head; rows are padded to 16 floats.

#include "vector16.h"

enum { PS_QUERY_BLOCK = 4 };

/// scores[r][j] = sum_d queries[r][d] * keys[d][j] for a block of queries; `keys` is [D][T].
PS_INLINE void ps_block_products(
    const float *queries, const float *keys, int T, const int D, float *scores) {
    for (int j = 0; j < T; j += 32) {
        v16 s00 = {}, s01 = {}, s10 = {}, s11 = {}, s20 = {}, s21 = {}, s30 = {}, s31 = {};
        for (int d = 0; d < D; d++) {
            v16 k0, k1;
            v16_load(&k0, keys + (size_t)d * T + j);
            v16_load(&k1, keys + (size_t)d * T + j + 16);
            s00 += k0 * queries[d], s01 += k1 * queries[d];
            s10 += k0 * queries[16 + d], s11 += k1 * queries[16 + d];
            s20 += k0 * queries[32 + d], s21 += k1 * queries[32 + d];
            s30 += k0 * queries[48 + d], s31 += k1 * queries[48 + d];
        }
        v16_store(scores + j, &s00), v16_store(scores + j + 16, &s01);
        v16_store(scores + T + j, &s10), v16_store(scores + T + j + 16, &s11);
        v16_store(scores + 2 * T + j, &s20), v16_store(scores + 2 * T + j + 16, &s21);
        v16_store(scores + 3 * T + j, &s30), v16_store(scores + 3 * T + j + 16, &s31);
    }
}

/// Replaces each of the block's rows by e^(score - largest score of the row).
PS_INLINE void ps_block_exponentials(float *scores, int T) {
    for (int r = 0; r < PS_QUERY_BLOCK; r++) {
        float *row = scores + (size_t)r * T;
        v16 top, x;
        v16_load(&top, row);
        for (int j = 16; j < T; j += 16) {
            v16_load(&x, row + j);
            v16_maximum(&top, &x);
        }
        const float largest = v16_largest(&top);
        for (int j = 0; j < T; j += 16) {
            v16_load(&x, row + j);
            x = x - largest;
            v16_exp_of_nonpositive(&x);
            v16_store(row + j, &x);
        }
    }
}

/// sums[r][:] = sum_j weights[r][j] * rows[j][:] with rows of 16 floats.
PS_INLINE void ps_block_weighted_rows(
    const float *weights, const float *rows, int T, float *sums) {
    v16 a0 = {}, a1 = {}, a2 = {}, a3 = {}, b0 = {}, b1 = {}, b2 = {}, b3 = {};
    for (int j = 0; j < T; j += 2) {
        v16 even, odd;
        v16_load(&even, rows + (size_t)j * 16);
        v16_load(&odd, rows + (size_t)j * 16 + 16);
        a0 += even * weights[j], b0 += odd * weights[j + 1];
        a1 += even * weights[T + j], b1 += odd * weights[T + j + 1];
        a2 += even * weights[2 * T + j], b2 += odd * weights[2 * T + j + 1];
        a3 += even * weights[3 * T + j], b3 += odd * weights[3 * T + j + 1];
    }
    a0 += b0, a1 += b1, a2 += b2, a3 += b3;
    v16_store(sums, &a0), v16_store(sums + 16, &a1);
    v16_store(sums + 32, &a2), v16_store(sums + 48, &a3);
}

#endif
