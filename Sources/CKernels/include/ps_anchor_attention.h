#ifndef PS_ANCHOR_ATTENTION_H
#define PS_ANCHOR_ATTENTION_H

#include <stddef.h>
#include <stdint.h>

/// Attention between the pixels of a region and the few anchors that stand for it: PromptSR's
/// global anchor prompting, equations (7) and (10), each with the arg-max that the local layers need.
///
/// Letters: N pixels, M anchors, C channels. `qkv` is f32 `[N, 3C]`, a row is q, then k, then v.
/// N is a multiple of 64 and C a multiple of 16.
typedef struct {
    int32_t pixels;    // N
    int32_t anchors;   // M: any number
    int32_t channels;  // C
} ps_anchor_attention_shape;

/// Bytes of 64-byte aligned scratch that either call needs.
size_t ps_anchor_attention_scratch(const ps_anchor_attention_shape *_Nonnull shape);

/// prompts[m] = softmax_n(anchors[m] . k_n / sqrt(C)) . v_n, and for every pixel the anchor with the
/// largest score (the lowest one of equals): the coarse category.
void ps_gather_prompts(
    const ps_anchor_attention_shape *_Nonnull shape, const float *_Nonnull qkv,
    const float *_Nonnull anchors, float *_Nonnull prompts, int32_t *_Nonnull category,
    void *_Nonnull scratch);

/// out[n] = softmax_m(q_n . keys[m] / sqrt(C)) . values[m], and the fine category of every pixel.
/// `keys` and `values` are `[M, C]`, `out` is `[N, C]`.
void ps_read_prompts(
    const ps_anchor_attention_shape *_Nonnull shape, const float *_Nonnull qkv,
    const float *_Nonnull keys, const float *_Nonnull values, float *_Nonnull out,
    int32_t *_Nonnull category, void *_Nonnull scratch);

#endif
