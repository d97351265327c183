// Sixteen half-precision numbers to single precision, exactly.

#ifndef PS_HALF_H
#define PS_HALF_H

#include "vector16.h"

typedef uint16_t v16h __attribute__((ext_vector_type(16)));
typedef uint32_t v16u __attribute__((ext_vector_type(16)));
typedef _Float16 v16half __attribute__((ext_vector_type(16)));

// For processors with an instruction for it: F16C, AVX-512, and every 64-bit Arm.
PS_INLINE void v16_from_half_by_instruction(v16 *x, const void *from) {
    v16half half;
    memcpy(&half, from, sizeof half);
    *x = __builtin_convertvector(half, v16);
}

// For the others, by moving bits: the exponent's offset is put right by a multiplication, which is
// exact and treats subnormal numbers like all others. (A compiler would call a function here for
// each number, and older run-time libraries have none.)
PS_INLINE void v16_from_half_by_bits(v16 *x, const void *from) {
    v16h half;
    memcpy(&half, from, sizeof half);
    const v16u bits = __builtin_convertvector(half, v16u);
    const v16u magnitude = (bits & 0x7FFF) << 13;
    const v16u special = (v16u)(magnitude >= (v16u)(0x7C00 << 13)) & (0xFFu << 23);
    v16 value = (v16)magnitude * 0x1p112f;
    *x = (v16)((v16u)value | special | (bits & 0x8000) << 16);
}

#endif
