#ifndef PS_VECTOR16_H
#define PS_VECTOR16_H

// Sixteen floats in compiler vector types: one zmm register where the processor has them, two ymm
// or four xmm elsewhere. Every function that uses them is cloned per processor by PS_CLONES,
// and everything it calls is inlined into the clone.

#include <stdint.h>
#include <string.h>

#include "dispatch.h"

typedef float v16 __attribute__((vector_size(64)));
typedef int32_t v16i __attribute__((vector_size(64)));

// Vectors are passed by pointer: by value they would have no stable calling convention.

PS_INLINE void v16_load(v16 *x, const float *from) { memcpy(x, from, sizeof *x); }
PS_INLINE void v16_store(float *to, const v16 *x) { memcpy(to, x, sizeof *x); }

/// e^x for x <= 0, error below 2e-7 of the result; underflows to about 1e-38 instead of to 0.
PS_INLINE void v16_exp_of_nonpositive(v16 *x) {
    const v16 lowest = (v16){} - 87.0f;
    v16i keep = *x > lowest;
    v16 clamped = (v16)(((v16i)*x & keep) | ((v16i)lowest & ~keep));
    // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
    v16 power = clamped * 1.44269504f;
    v16 shifted = power + 12582912.0f;
    v16 f = power - (shifted - 12582912.0f);
    v16 y = f * 1.535336188e-4f + 1.339887440e-3f;
    y = y * f + 9.618437357e-3f;
    y = y * f + 5.550332471e-2f;
    y = y * f + 2.402264791e-1f;
    y = y * f + 6.931472029e-1f;
    y = y * f + 1.0f;
    *x = (v16)((v16i)y + ((v16i)shifted << 23));
}

PS_INLINE void v16_maximum(v16 *x, const v16 *y) {
    v16i keep = *x > *y;
    *x = (v16)(((v16i)*x & keep) | ((v16i)*y & ~keep));
}

/// The largest of the sixteen; by halves, so the order of comparison is fixed.
PS_INLINE float v16_largest(const v16 *x) {
    float values[16];
    memcpy(values, x, sizeof values);
    for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            if (values[i + half] > values[i]) values[i] = values[i + half];
    return values[0];
}

#endif
