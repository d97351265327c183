// The gradient of grouped attention, for training on a processor. `native_attention.py` compiles
// this file together with the forward kernel where clang is at hand; training also works without
// it, with PyTorch's own attention.

#include <stdlib.h>

#include "../../../Sources/CKernels/grouped_attention.c"
#include "narrow_heads.h"

// With P the weights, S = scale * q.k, and dO the gradient of the result:
//     dP_ij = dO_i . v_j          dS_ij = P_ij (dP_ij - sum_j P_ij dP_ij)
//     dq_i = scale sum_j dS_ij k_j   dk_j = scale sum_i dS_ij q_i   dv_j = sum_i P_ij dO_i
//     dscale = sum_ij dS_ij q_i . k_j = sum_i q_i . dq_i / scale
typedef struct {
    float *q, *k_rows, *k, *v, *d_out;      // rows [T][16], k and v also as [D][T]
    float *p, *dp, *sums;                   // [4][T], [4][T], [4][16]
    float *dk, *dv;                         // [D][T]
} gradient_scratch;

PS_INLINE void add_outer(const float *weights, const float *rows, int T, const int D, float *sums) {
    // sums[d][j] += sum_r weights[r][j] * rows[r][d]
    for (int j = 0; j < T; j += 16) {
        v16 w0, w1, w2, w3;
        v16_load(&w0, weights + j), v16_load(&w1, weights + T + j);
        v16_load(&w2, weights + 2 * T + j), v16_load(&w3, weights + 3 * T + j);
        for (int d = 0; d < D; d++) {
            v16 x;
            v16_load(&x, sums + (size_t)d * T + j);
            x += w0 * rows[d];
            x += w1 * rows[16 + d];
            x += w2 * rows[32 + d];
            x += w3 * rows[48 + d];
            v16_store(sums + (size_t)d * T + j, &x);
        }
    }
}

PS_INLINE float head_gradient(
    const float *qkv, const float *d_out, const int32_t *tokens, int T, int C, const int D, int head,
    float scale, float *d_qkv, gradient_scratch s) {
    for (int i = 0; i < T; i++) {
        const float *row = qkv + (size_t)tokens[i] * 3 * C + head * D;
        const float *gradient = d_out + (size_t)tokens[i] * C + head * D;
        for (int d = 0; d < D; d++) {
            s.q[i * 16 + d] = row[d] * scale;
            s.k_rows[i * 16 + d] = s.k[d * T + i] = row[C + d];
            s.v[d * T + i] = row[2 * C + d];
            s.d_out[i * 16 + d] = gradient[d];
        }
        for (int d = D; d < 16; d++)
            s.q[i * 16 + d] = s.k_rows[i * 16 + d] = s.d_out[i * 16 + d] = 0;
    }
    memset(s.dk, 0, sizeof(float) * T * D);
    memset(s.dv, 0, sizeof(float) * T * D);
    float d_scale = 0;
    for (int i = 0; i < T; i += PS_QUERY_BLOCK) {
        float top[PS_QUERY_BLOCK];
        ps_block_products(s.q + i * 16, s.k, T, D, s.p, top);
        ps_block_exponentials(s.p, top, T);
        ps_block_products(s.d_out + i * 16, s.v, T, D, s.dp, 0);
        for (int r = 0; r < PS_QUERY_BLOCK; r++) {
            float *p = s.p + r * T, *dp = s.dp + r * T;
            v16 total = {}, dot = {}, x, y;
            for (int j = 0; j < T; j += 16) {
                v16_load(&x, p + j), v16_load(&y, dp + j);
                total += x, dot += x * y;
            }
            const float factor = 1 / v16_sum(&total), mean = v16_sum(&dot) * factor;
            for (int j = 0; j < T; j += 16) {
                v16_load(&x, p + j), v16_load(&y, dp + j);
                x *= factor;
                y = x * (y - mean);
                v16_store(p + j, &x), v16_store(dp + j, &y);
            }
        }
        ps_block_weighted_rows(s.dp, s.k_rows, T, s.sums);
        add_outer(s.dp, s.q + i * 16, T, D, s.dk);  // q holds scale * q
        add_outer(s.p, s.d_out + i * 16, T, D, s.dv);
        for (int r = 0; r < PS_QUERY_BLOCK; r++) {
            float *to = d_qkv + (size_t)tokens[i + r] * 3 * C + head * D;
            for (int d = 0; d < D; d++) {
                d_scale += s.q[(i + r) * 16 + d] * s.sums[r * 16 + d];
                to[d] = s.sums[r * 16 + d] * scale;
            }
        }
    }
    for (int i = 0; i < T; i++) {
        float *to = d_qkv + (size_t)tokens[i] * 3 * C + head * D;
        for (int d = 0; d < D; d++) to[C + d] = s.dk[d * T + i], to[2 * C + d] = s.dv[d * T + i];
    }
    return d_scale / scale;
}

size_t gradient_scratch_bytes(const ps_grouped_attention_shape *shape) {
    return sizeof(float) * shape->group_tokens * (16 * 7 + 8 + 1);
}

/// Writes `d_qkv` for the tokens of these groups, and to `d_scale` a row of S values for each group,
/// to be summed by the caller.
void ps_grouped_attention_gradient(
    const ps_grouped_attention_shape *shape, const float *qkv, const int32_t *tokens,
    const float *scale, const float *d_out, float *d_qkv, float *d_scale, void *scratch) {
    const int T = shape->group_tokens, D = shape->head_width, C = shape->heads * D;
    float *m = scratch;
    const gradient_scratch s = {
        .q = m, .k_rows = m + T * 16, .d_out = m + T * 32, .k = m + T * 48, .v = m + T * 64,
        .dk = m + T * 80, .dv = m + T * 96, .p = m + T * 112, .dp = m + T * 116,
        .sums = m + T * 120};
    for (int g = 0; g < shape->groups; g++, tokens += T)
        for (int head = 0; head < shape->heads; head++)
            *d_scale++ = D == 12
                ? head_gradient(qkv, d_out, tokens, T, C, 12, head, scale[head], d_qkv, s)
                : head_gradient(qkv, d_out, tokens, T, C, D, head, scale[head], d_qkv, s);
}
