// exp in single precision, for use inside loops that the compiler turns into vectors.

#ifndef PS_EXPONENTIAL_H
#define PS_EXPONENTIAL_H

#include <stdint.h>
#include <string.h>

#include "dispatch.h"

// exp(x) = 2^n · exp(r) with n = round(x / ln 2) and |r| <= ln(2) / 2. The error is below 2 units
// in the last place. Arguments below -87 give exp(-87), those above 88 give exp(88): no infinities.
PS_INLINE float ps_exp(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    // Adding 1.5 · 2^23 leaves no digits after the point: rounding without a library call.
    float shifted = x * 1.44269504f + 12582912.0f;
    float n = shifted - 12582912.0f;
    // ln 2 in two parts, the first with so few digits that n times it is exact.
    float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = (p * r) * r + r + 1.0f;
    int32_t bits;
    memcpy(&bits, &p, sizeof bits);
    bits += (int32_t)n << 23;
    memcpy(&p, &bits, sizeof p);
    return p;
}

#endif
