#include "include/ps_arithmetic.h"

#include "dispatch.h"

PS_CLONES
void ps_blend(float a, const float *source, float b, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] = a * source[i] + b * target[i];
}

PS_CLONES
void ps_add(const float *source, float *target, size_t count) {
    for (size_t i = 0; i < count; i++) target[i] += source[i];
}
