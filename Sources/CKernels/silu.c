#include "include/ps_silu.h"

#include "bfloat16.h"
#include "silu.h"

PS_CLONES
void ps_silu(const float *restrict source, float *restrict target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = ps_silu_of(source[i]);
}

PS_CLONES
void ps_silu_to_bf16(const float *restrict source, uint16_t *restrict target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = ps_to_bf16(ps_silu_of(source[i]));
}
