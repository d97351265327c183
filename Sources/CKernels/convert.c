#include "include/ps_convert.h"

#include "bfloat16.h"

PS_CLONES
void ps_convert_to_bf16(const float *source, uint16_t *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = ps_to_bf16(source[i]);
}

PS_CLONES
void ps_convert_from_bf16(const uint16_t *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = ps_from_bf16(source[i]);
}
