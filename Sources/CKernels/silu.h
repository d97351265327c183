// SiLU of one number, for use inside loops that the compiler turns into vectors.

#ifndef PS_SILU_INLINE_H
#define PS_SILU_INLINE_H

#include "exponential.h"

PS_INLINE float ps_silu_of(float x) { return x / (1.0f + ps_exp(-x)); }

#endif
