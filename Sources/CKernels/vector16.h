#ifndef PS_VECTOR16_H
#define PS_VECTOR16_H

// Sixteen floats in compiler vector types: one zmm register where the processor has them, two ymm
// or four xmm elsewhere. Every function that uses them is cloned per processor by PS_CLONES, and
// everything it calls is inlined into the clone. Vectors are passed by pointer: by value they would
// have no stable calling convention.

#include <stdint.h>
#include <string.h>

#include "dispatch.h"

typedef float v16 __attribute__((ext_vector_type(16)));
typedef int32_t v16i __attribute__((ext_vector_type(16)));

PS_INLINE void v16_load(v16 *x, const float *from) { memcpy(x, from, sizeof *x); }
PS_INLINE void v16_store(float *to, const v16 *x) { memcpy(to, x, sizeof *x); }

/// x = max(x, y) in each lane.
PS_INLINE void v16_maximum(v16 *x, const v16 *y) { *x = *x > *y ? *x : *y; }

/// The largest of the sixteen.
PS_INLINE float v16_largest(const v16 *of) {
    v16 x = *of;
    v16 y = __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    v16_maximum(&x, &y);
    y = __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3);
    v16_maximum(&x, &y);
    y = __builtin_shufflevector(x, x, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1);
    v16_maximum(&x, &y);
    return x[0] > x[1] ? x[0] : x[1];
}

/// The sum of the sixteen, by halves.
PS_INLINE float v16_sum(const v16 *of) {
    v16 x = *of;
    x += __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3);
    x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1);
    return x[0] + x[1];
}

/// x = e^x for x <= 0, error below 3e-7 of the result; stops at e^-87 instead of 0.
PS_INLINE void v16_exp_of_nonpositive(v16 *x) {
    const v16 lowest = (v16)(-87.0f);
    v16_maximum(x, &lowest);
    // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
    const v16 power = *x * 1.44269504f;
    const v16 shifted = power + 12582912.0f;
    const v16 f = power - (shifted - 12582912.0f);
    // 2^f on -0.5 ... 0.5: least largest relative error of degree 5.
    v16 y = f * 1.327647152e-3f + 9.675541331e-3f;
    y = y * f + 5.550713275e-2f;
    y = y * f + 2.402211972e-1f;
    y = y * f + 6.931469671e-1f;
    y = y * f + 1.0f;
    *x = (v16)((v16i)y + ((v16i)shifted << 23));  // casts keep the bits
}

#endif
