#include "ps_grouped_attention.h"

#include <math.h>

#include "vector16.h"

// Sixteen queries are worked on at a time, one in each lane. A key or a value is one number for all
// of them, broadcast from memory, so nothing is transposed but the queries, and no sum runs across
// lanes. The scores of KEYS keys wait in the first-level cache between the two products; the
// softmax is rescaled when a later chunk has a larger score.
enum { LANES = 16, KEYS = 64, CHAINS = 8 };

// Scratch of one (group, head).
typedef struct {
    float *keys;     // [T][D]
    float *values;   // [T][D]
    float *scores;   // [KEYS][LANES]
    float *columns;  // [D][LANES]
} head_scratch;

size_t ps_grouped_attention_scratch(const ps_grouped_attention_shape *shape) {
    const size_t T = shape->group_tokens, D = shape->head_width;
    return sizeof(float) * (2 * T * D + (KEYS + D) * LANES);
}

PS_INLINE void gather_keys_and_values(
    const float *qkv, const int32_t *tokens, int T, int C, const int D, int head, head_scratch s) {
    for (int j = 0; j < T; j++) {
        const float *row = qkv + (size_t)tokens[j] * 3 * C + (size_t)head * D;
        memcpy(s.keys + (size_t)j * D, row + C, sizeof(float) * D);
        memcpy(s.values + (size_t)j * D, row + 2 * C, sizeof(float) * D);
    }
}

/// scores[j][lane] = q[lane] . keys[j], CHAINS keys at a time so that no sum waits for the last.
PS_INLINE void score_chunk(const v16 *q, const float *keys, const int D, float *scores, v16 *top) {
    for (int j = 0; j < KEYS; j += CHAINS) {
        v16 s[CHAINS] = {};
        for (int d = 0; d < D; d++)
            for (int l = 0; l < CHAINS; l++) s[l] += q[d] * keys[(j + l) * D + d];
        for (int l = 0; l < CHAINS; l++) {
            v16_maximum(top, &s[l]);
            v16_store(scores + (j + l) * LANES, &s[l]);
        }
    }
}

/// Replaces the scores by e^(score - top) and adds them to `sum`. A pass of its own: the long chain
/// of each exponential would keep the products that need it waiting.
PS_INLINE void exponentials(float *scores, const v16 *top, v16 *sum) {
    for (int j = 0; j < KEYS; j++) {
        v16 x;
        v16_load(&x, scores + j * LANES);
        x -= *top;
        v16_exp_of_nonpositive(&x);
        *sum += x;
        v16_store(scores + j * LANES, &x);
    }
}

PS_INLINE void attend_sixteen(
    const v16 *q, int T, const int D, head_scratch s, v16 *result) {
    v16 top = (v16)(-3e38f), sum = {};
    for (int d = 0; d < D; d++) result[d] = (v16)(0.0f);
    for (int chunk = 0; chunk < T; chunk += KEYS) {
        v16 factor = top;
        score_chunk(q, s.keys + (size_t)chunk * D, D, s.scores, &top);
        factor -= top;
        v16_exp_of_nonpositive(&factor);
        sum *= factor;
        for (int d = 0; d < D; d++) result[d] *= factor;
        exponentials(s.scores, &top, &sum);
        for (int j = 0; j < KEYS; j++) {
            const float *value = s.values + (size_t)(chunk + j) * D;
            v16 weight;
            v16_load(&weight, s.scores + j * LANES);
            for (int d = 0; d < D; d++) result[d] += weight * value[d];
        }
    }
    for (int d = 0; d < D; d++) result[d] /= sum;
}

PS_INLINE void attend(
    const ps_grouped_attention_shape *shape, const float *qkv, const int D, const int32_t *tokens,
    const float *scale, float *out, float *scratch) {
    const int T = shape->group_tokens, C = shape->heads * D;
    const head_scratch s = {
        .keys = scratch, .values = scratch + (size_t)T * D, .scores = scratch + (size_t)T * D * 2,
        .columns = scratch + (size_t)T * D * 2 + KEYS * LANES};
    for (int g = 0; g < shape->groups; g++, tokens += T) {
        for (int head = 0; head < shape->heads; head++) {
            gather_keys_and_values(qkv, tokens, T, C, D, head, s);
            for (int i = 0; i < T; i += LANES) {
                v16 q[PS_NARROW_HEAD_MAX], result[PS_NARROW_HEAD_MAX];
                for (int lane = 0; lane < LANES; lane++) {
                    const float *row = qkv + (size_t)tokens[i + lane] * 3 * C + (size_t)head * D;
                    for (int d = 0; d < D; d++) s.columns[d * LANES + lane] = row[d] * scale[head];
                }
                for (int d = 0; d < D; d++) v16_load(&q[d], s.columns + d * LANES);
                attend_sixteen(q, T, D, s, result);
                for (int d = 0; d < D; d++) v16_store(s.columns + d * LANES, &result[d]);
                for (int lane = 0; lane < LANES; lane++) {
                    float *to = out + (size_t)tokens[i + lane] * C + (size_t)head * D;
                    for (int d = 0; d < D; d++)
                        to[d] = (shape->accumulates ? to[d] : 0) + s.columns[d * LANES + lane];
                }
            }
        }
    }
}

// The width as a constant lets the compiler keep queries and results in registers; PromptSR's 12 is
// the one that matters.
PS_CLONES
void ps_grouped_attention(
    const ps_grouped_attention_shape *shape, const float *qkv, const int32_t *tokens,
    const float *scale, float *out, void *scratch) {
    if (shape->head_width == 12) attend(shape, qkv, 12, tokens, scale, out, scratch);
    else attend(shape, qkv, shape->head_width, tokens, scale, out, scratch);
}
