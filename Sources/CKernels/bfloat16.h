// Conversion between single precision and bf16, one number at a time, for use inside loops.

#ifndef PS_BFLOAT16_H
#define PS_BFLOAT16_H

#include <stdint.h>
#include <string.h>

#include "dispatch.h"

PS_INLINE float ps_from_bf16(uint16_t half) {
    uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Rounds to nearest, ties to even; a NaN stays one (its quiet bit is set).
PS_INLINE uint16_t ps_to_bf16(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    uint32_t quiet = (bits >> 16) | 0x40;
    return (uint16_t)((bits & 0x7FFFFFFF) > 0x7F800000 ? quiet : rounded);
}

#endif
