#ifndef PS_GROUPED_ATTENTION_H
#define PS_GROUPED_ATTENTION_H

#include <stddef.h>
#include <stdint.h>

/// Self-attention inside groups of tokens that lie anywhere in a matrix, for heads so narrow that a
/// matrix product per head would starve: PromptSR's are 12 wide.
///
/// Letters: N tokens, C channels, S heads, D = C / S the width of a head, G groups, T tokens a group.
///
/// For each group g and head s, with q, k, v the rows `tokens[g*T ... g*T + T)` of `qkv`:
///     out[tokens[g*T + i], s*D ...] (+)= softmax_j(scale[s] * q_i . k_j) . v_j
/// A row of `qkv` is q (C values), then k, then v. Sixteen queries meet 64 keys at a time, and their
/// scores stay in the first-level cache: nothing of size T * T is ever stored.
typedef struct {
    int32_t groups;         // G
    int32_t group_tokens;   // T: a multiple of 64
    int32_t heads;          // S
    int32_t head_width;     // D: 1 ... PS_NARROW_HEAD_MAX
    int32_t accumulates;    // 0: out is overwritten; 1: added to
} ps_grouped_attention_shape;

#define PS_NARROW_HEAD_MAX 15

/// Bytes of 64-byte aligned scratch that one call needs.
size_t ps_grouped_attention_scratch(const ps_grouped_attention_shape *_Nonnull shape);

/// `qkv` is f32 `[N, 3C]`, `tokens` holds G * T row numbers, `scale` S factors, `out` is f32 `[N, C]`.
void ps_grouped_attention(
    const ps_grouped_attention_shape *_Nonnull shape, const float *_Nonnull qkv,
    const int32_t *_Nonnull tokens, const float *_Nonnull scale, float *_Nonnull out,
    void *_Nonnull scratch);

#endif
