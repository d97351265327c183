#include "ps_grouped_attention.h"

#include "narrow_heads.h"

// Scratch of one (group, head): q and v as rows of 16, k transposed, a block of scores and results.
typedef struct {
    float *queries;  // [T][16]
    float *keys;     // [D][T]
    float *values;   // [T][16]; column D holds ones, so that it sums the weights
    float *scores;   // [4][T]
    float *sums;     // [4][16]
} head_scratch;

static size_t scratch_floats(int T, int D) {
    return (size_t)T * 16 * 2 + (size_t)T * D + (size_t)T * PS_QUERY_BLOCK + 16 * PS_QUERY_BLOCK;
}

size_t ps_grouped_attention_scratch(const ps_grouped_attention_shape *shape) {
    return scratch_floats(shape->group_tokens, 16) * sizeof(float);
}

PS_INLINE void gather(
    const float *qkv, const int32_t *tokens, int T, int C, const int D, int head, float scale,
    head_scratch s) {
    for (int i = 0; i < T; i++) {
        const float *row = qkv + (size_t)tokens[i] * 3 * C + (size_t)head * D;
        float *query = s.queries + i * 16, *value = s.values + i * 16;
        for (int d = 0; d < D; d++) query[d] = row[d] * scale;
        for (int d = 0; d < D; d++) value[d] = row[2 * C + d];
        for (int d = D; d < 16; d++) value[d] = d == D;
        for (int d = 0; d < D; d++) s.keys[(size_t)d * T + i] = row[C + d];
    }
}

PS_INLINE void attend(
    const ps_grouped_attention_shape *shape, const float *qkv, const int D, const int32_t *tokens,
    const float *scale, float *out, float *scratch) {
    const int T = shape->group_tokens, C = shape->heads * D;
    const head_scratch s = {
        .queries = scratch, .values = scratch + T * 16, .keys = scratch + T * 32,
        .scores = scratch + T * 48, .sums = scratch + T * (48 + PS_QUERY_BLOCK)};
    for (int g = 0; g < shape->groups; g++, tokens += T) {
        for (int head = 0; head < shape->heads; head++) {
            gather(qkv, tokens, T, C, D, head, scale[head], s);
            for (int i = 0; i < T; i += PS_QUERY_BLOCK) {
                float top[PS_QUERY_BLOCK];
                ps_block_products(s.queries + i * 16, s.keys, T, D, s.scores, top);
                ps_block_exponentials(s.scores, top, T);
                ps_block_weighted_rows(s.scores, s.values, T, s.sums);
                for (int r = 0; r < PS_QUERY_BLOCK; r++) {
                    float *to = out + (size_t)tokens[i + r] * C + (size_t)head * D;
                    const float *from = s.sums + r * 16;
                    const float factor = 1.0f / from[D];
                    if (shape->accumulates)
                        for (int d = 0; d < D; d++) to[d] += from[d] * factor;
                    else
                        for (int d = 0; d < D; d++) to[d] = from[d] * factor;
                }
            }
        }
    }
}

// The width as a constant lets the compiler unroll; PromptSR's 12 is the one that matters.
PS_CLONES
void ps_grouped_attention(
    const ps_grouped_attention_shape *shape, const float *qkv, const int32_t *tokens,
    const float *scale, float *out, void *scratch) {
    if (shape->head_width == 12) attend(shape, qkv, 12, tokens, scale, out, scratch);
    else attend(shape, qkv, shape->head_width, tokens, scale, out, scratch);
}
