#include "ps_anchor_attention.h"

#include <math.h>

#include "vector16.h"

enum { CHUNK = 64 };  // pixels whose keys and scores are worked on at a time

static size_t padded(int anchors) { return ((size_t)anchors + 31) / 32 * 32; }

size_t ps_anchor_attention_scratch(const ps_anchor_attention_shape *shape) {
    const size_t M = padded(shape->anchors), C = shape->channels, N = shape->pixels;
    // Gathering: scores [M][N], one chunk of keys, one block of queries. Reading needs far less.
    return sizeof(float) * (M * N + C * CHUNK + 4 * C + 2 * M * C + 4 * M + CHUNK);
}

/// products[r][j] = sum_c queries[r][c] * keys[c][j] for four rows; queries `[4][C]`, keys `[C][T]`.
PS_INLINE void four_products(
    const float *queries, const float *keys, int T, int C, float *products, size_t stride) {
    for (int j = 0; j < T; j += 32) {
        v16 s[4][2] = {};
        for (int c = 0; c < C; c++) {
            v16 k0, k1;
            v16_load(&k0, keys + (size_t)c * T + j);
            v16_load(&k1, keys + (size_t)c * T + j + 16);
            for (int r = 0; r < 4; r++)
                s[r][0] += k0 * queries[r * C + c], s[r][1] += k1 * queries[r * C + c];
        }
        for (int r = 0; r < 4; r++) {
            v16_store(products + r * stride + j, &s[r][0]);
            v16_store(products + r * stride + j + 16, &s[r][1]);
        }
    }
}

/// sums[r][:] = sum_j weights[r][j] * rows[j][:] for four rows; rows have C floats.
PS_INLINE void four_weighted_rows(
    const float *weights, size_t stride, const float *rows, size_t row_stride, int T, int C,
    float *sums) {
    for (int c = 0; c < C; c += 48) {
        const int width = C - c < 48 ? (C - c) / 16 : 3;
        v16 s[4][3] = {};
        for (int j = 0; j < T; j++)
            for (int l = 0; l < 3; l++) {
                if (l >= width) break;
                v16 x;
                v16_load(&x, rows + (size_t)j * row_stride + c + 16 * l);
                for (int r = 0; r < 4; r++) s[r][l] += x * weights[r * stride + j];
            }
        for (int r = 0; r < 4; r++)
            for (int l = 0; l < width; l++) v16_store(sums + (size_t)r * C + c + 16 * l, &s[r][l]);
    }
}

PS_CLONES
void ps_gather_prompts(
    const ps_anchor_attention_shape *shape, const float *qkv, const float *anchors, float *prompts,
    int32_t *category, void *scratch) {
    const int N = shape->pixels, M = shape->anchors, C = shape->channels;
    const size_t padded_anchors = padded(M);
    float *scores = scratch, *keys = scores + padded_anchors * N, *rows = keys + (size_t)C * CHUNK;
    float *best = rows + 4 * C + 2 * padded_anchors * C + 4 * padded_anchors;
    const float factor = 1 / sqrtf((float)C);

    for (int n = 0; n < N; n += CHUNK) {
        for (int i = 0; i < CHUNK; i++)
            for (int c = 0; c < C; c++)
                keys[c * CHUNK + i] = qkv[(size_t)(n + i) * 3 * C + C + c] * factor;
        for (int i = 0; i < CHUNK; i++) best[i] = -INFINITY, category[n + i] = 0;
        for (int m = 0; m < M; m += 4) {
            const int count = M - m < 4 ? M - m : 4;
            memset(rows, 0, sizeof(float) * 4 * C);
            memcpy(rows, anchors + (size_t)m * C, sizeof(float) * count * C);
            four_products(rows, keys, CHUNK, C, scores + (size_t)m * N + n, N);
            for (int r = 0; r < count; r++) {
                const float *row = scores + (size_t)(m + r) * N + n;
                for (int i = 0; i < CHUNK; i++) {
                    category[n + i] = row[i] > best[i] ? m + r : category[n + i];
                    best[i] = row[i] > best[i] ? row[i] : best[i];
                }
            }
        }
    }
    for (int m = 0; m < M; m += 4) {
        const int count = M - m < 4 ? M - m : 4;
        float total[4] = {0};
        for (int r = 0; r < count; r++) {
            float *row = scores + (size_t)(m + r) * N;
            v16 top, x, sum = {};
            v16_load(&top, row);
            for (int n = 16; n < N; n += 16) v16_load(&x, row + n), v16_maximum(&top, &x);
            const float largest = v16_largest(&top);
            for (int n = 0; n < N; n += 16) {
                v16_load(&x, row + n);
                x = x - largest;
                v16_exp_of_nonpositive(&x);
                sum += x;
                v16_store(row + n, &x);
            }
            for (int l = 0; l < 16; l++) total[r] += sum[l];
        }
        four_weighted_rows(scores + (size_t)m * N, N, qkv + 2 * C, 3 * (size_t)C, N, C, rows);
        for (int r = 0; r < count; r++)
            for (int c = 0; c < C; c++)
                prompts[(size_t)(m + r) * C + c] = rows[r * C + c] / total[r];
    }
}

PS_CLONES
void ps_read_prompts(
    const ps_anchor_attention_shape *shape, const float *qkv, const float *keys,
    const float *values, float *out, int32_t *category, void *scratch) {
    const int N = shape->pixels, M = shape->anchors, C = shape->channels;
    const int T = (int)padded(M);
    float *transposed = scratch, *rows = transposed + (size_t)C * T, *padded_values = rows + 4 * C;
    float *scores = padded_values + (size_t)T * C;
    const float factor = 1 / sqrtf((float)C);
    memset(padded_values, 0, sizeof(float) * T * C);
    memcpy(padded_values, values, sizeof(float) * M * C);
    for (int c = 0; c < C; c++)
        for (int m = 0; m < T; m++)
            transposed[c * T + m] = m < M ? keys[(size_t)m * C + c] * factor : 0;

    for (int n = 0; n < N; n += 4) {
        for (int r = 0; r < 4; r++)
            memcpy(rows + r * C, qkv + (size_t)(n + r) * 3 * C, sizeof(float) * C);
        four_products(rows, transposed, T, C, scores, T);
        float total[4];
        for (int r = 0; r < 4; r++) {
            float *row = scores + (size_t)r * T;
            for (int m = M; m < T; m++) row[m] = -INFINITY;
            v16 top, x, sum = {};
            v16_load(&top, row);
            for (int m = 16; m < T; m += 16) v16_load(&x, row + m), v16_maximum(&top, &x);
            const float largest = v16_largest(&top);
            int first = 0;
            while (row[first] != largest && first < M - 1) first++;
            category[n + r] = first;
            for (int m = 0; m < T; m += 16) {
                v16_load(&x, row + m);
                x = x - largest;
                v16_exp_of_nonpositive(&x);
                sum += x;
                v16_store(row + m, &x);
            }
            total[r] = 0;
            for (int l = 0; l < 16; l++) total[r] += sum[l];
        }
        float *to = out + (size_t)n * C;
        four_weighted_rows(scores, T, padded_values, C, T, C, to);
        for (int r = 0; r < 4; r++) {
            const float inverse = 1 / total[r];
            for (int c = 0; c < C; c++) to[r * C + c] *= inverse;
        }
    }
}
